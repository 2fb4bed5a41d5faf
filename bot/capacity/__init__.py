"""Admission: what a node promises and uses, before and after a change. Pure."""

from bot.capacity.judge import judge
from bot.capacity.limits import Limits, NodeLimits, Reserve
from bot.capacity.rooms import rooms
from bot.capacity.settle import settled

__all__ = ["Limits", "NodeLimits", "Reserve", "judge", "rooms", "settled"]
