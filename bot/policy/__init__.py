"""Who may ask, and who must approve. Pure: values in, values out."""

from bot.policy.decide import decide, matches
from bot.policy.reach import eligible, reachable
from bot.policy.rights import may_ask, rights_of, visible
from bot.policy.values import (
    GUEST_RIGHTS,
    OPERATE,
    RIGHTS,
    Group,
    GuestFilter,
    Policy,
    RequestSettings,
    Role,
    Rule,
    UpTo,
    When,
    is_role,
)

__all__ = [
    "GUEST_RIGHTS",
    "OPERATE",
    "RIGHTS",
    "Group",
    "GuestFilter",
    "Policy",
    "RequestSettings",
    "Role",
    "Rule",
    "UpTo",
    "When",
    "decide",
    "eligible",
    "is_role",
    "matches",
    "may_ask",
    "reachable",
    "rights_of",
    "visible",
]
