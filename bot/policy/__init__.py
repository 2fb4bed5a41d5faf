"""Who may ask, and who must approve. Pure: values in, values out."""

from bot.policy.circumstances import (
    WEEK_MS,
    Circumstances,
    Emergency,
    Grant,
    counts_before,
    grants_of,
)
from bot.policy.decide import Case, Miss, decide, missed
from bot.policy.explain import Explained, explain
from bot.policy.hours import DAYS, Hours, after_all
from bot.policy.reach import eligible, others_in, reachable
from bot.policy.reminding import Reminding
from bot.policy.rights import may_ask, rights_of, visible
from bot.policy.values import (
    GUEST_RIGHTS,
    INCIDENT,
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
    "DAYS",
    "GUEST_RIGHTS",
    "INCIDENT",
    "OPERATE",
    "RIGHTS",
    "WEEK_MS",
    "Case",
    "Circumstances",
    "Emergency",
    "Explained",
    "Grant",
    "Group",
    "GuestFilter",
    "Hours",
    "Miss",
    "Policy",
    "Reminding",
    "RequestSettings",
    "Role",
    "Rule",
    "UpTo",
    "When",
    "after_all",
    "counts_before",
    "decide",
    "eligible",
    "explain",
    "grants_of",
    "is_role",
    "may_ask",
    "missed",
    "others_in",
    "reachable",
    "rights_of",
    "visible",
]
