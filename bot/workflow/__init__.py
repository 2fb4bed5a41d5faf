"""From an ask to a decision, and what follows: pure decisions, one save each.

`take` does what a kept ask says; `show` brings a request's messages up to date; `follow_end`,
`free_room` and `values_brought_back` look after what goes on once a request is over.
"""

from bot.workflow.budget import kept, spent
from bot.workflow.cards import show
from bot.workflow.configured import tell_not_taken
from bot.workflow.follow import TRIM, follow_end, free_room, trim_audit, values_brought_back
from bot.workflow.gate import announce
from bot.workflow.history import CHECK, check_chain
from bot.workflow.home import opened, show_home
from bot.workflow.incidents import alerted, look, pinned
from bot.workflow.observing import OBSERVED, tell_observed
from bot.workflow.parts import Parts
from bot.workflow.reads import HELD
from bot.workflow.reviews import remind_review
from bot.workflow.take import FROM_MEMORY, read, silent, take

__all__ = [
    "CHECK",
    "FROM_MEMORY",
    "HELD",
    "OBSERVED",
    "TRIM",
    "Parts",
    "alerted",
    "announce",
    "check_chain",
    "follow_end",
    "free_room",
    "kept",
    "look",
    "opened",
    "pinned",
    "read",
    "remind_review",
    "show",
    "show_home",
    "silent",
    "spent",
    "take",
    "tell_not_taken",
    "tell_observed",
    "trim_audit",
    "values_brought_back",
]
