"""Buttons: what they ask for, and what they point at."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.model.feature import Feature, Features


class Action(StrEnum):
    """What a button asks for; its value is the button's `action_id` prefix.

    A button is a pointer: its value holds a request's id and plan revision, or a guest, never data.
    """

    APPROVE = "request.approve"
    DENY = "request.deny"  # opens the form
    OFFER = "request.offer"  # opens the form
    ACCEPT_OFFER = "request.accept_offer"
    DETAILS = "request.details"  # opens a view
    CANCEL = "request.cancel"
    WITHDRAW = "request.withdraw"
    VETO = "request.veto"
    REVIEWED = "request.reviewed"
    BREAK_GLASS = "request.break_glass"  # opens the form
    BREAK_NOW = "request.break_now"  # for the reason that was given, to which it points
    EDIT = "request.edit"
    ASK_AGAIN = "request.again"  # same ask, fresh numbers
    ASK_REST = "request.rest"  # what the running guest did not take, at its next restart
    KEEP = "request.keep"  # what is in force will do
    ASK_LESS = "request.less"  # the largest that fits
    GIVE_BACK = "request.give_back"
    END_NOW = "end.now"  # restart the guest now
    END_LATER = "end.later"  # leave it to the next restart
    END_REVERT = "end.revert"  # take the waiting value back
    ASK_FOR = "guest.request"  # opens the request form for a guest
    SHOW_GUEST = "guest.show"
    GRAPH = "guest.graph"  # `cluster/vmid`, and `:week` where it is about one
    PAGE = "list.page"
    HEADROOM = "node.headroom"
    INCIDENT_OPEN = "incident.open"
    INCIDENT_LEAD = "incident.lead"
    INCIDENT_SEVERITY = "incident.severity"
    INCIDENT_GUEST = "incident.guest"  # opens the form
    INCIDENT_GRAPH = "incident.graph"
    INCIDENT_ASK = "incident.ask"  # opens the request form
    INCIDENT_SNOOZE = "incident.snooze"
    INCIDENT_KEEP = "incident.keep"


_CONFIG = frozenset({Feature.MEMORY, Feature.CPU})
NEEDS: Mapping[Action, frozenset[Feature]] = {
    Action.END_NOW: frozenset({Feature.POWER}),
    Action.END_REVERT: _CONFIG,
    Action.GIVE_BACK: _CONFIG,
    Action.ASK_REST: _CONFIG,
    Action.ASK_LESS: _CONFIG | {Feature.DISKS},
    Action.ASK_FOR: _CONFIG | {Feature.DISKS},
    Action.GRAPH: frozenset({Feature.PICTURES}),
}
"""Buttons of features: each is shown while one of its features is there."""


def hidden(features: Features) -> frozenset[Action]:
    """Return the buttons that nobody is shown, for what they ask for is switched off."""
    return frozenset(action for action, needed in NEEDS.items() if needed <= features.off)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One button. `pointer` is what its value holds: `R-ID:REV`, `cluster/vmid`, or a page token."""

    action: Action
    pointer: str
