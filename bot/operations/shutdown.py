"""The operation `shutdown`: ask a guest to shut down. It is never forced by us."""

from bot.model.feature import Feature
from bot.model.footing import called, draft_of, would_stop_me
from bot.model.guest import GuestFacts, Kind
from bot.model.intent import Ask
from bot.model.operation import Facts, Operation
from bot.model.plan import Draft
from bot.model.power import SHUTDOWN_SECONDS, no_power, shutdown_step, status_change
from bot.model.refusal import Detail, Refusal
from bot.model.verdict import Note, NoteKind


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a shutdown."""
    no = would_stop_me(facts, "shut it down") or no_power(facts, "shutdown", "running")
    if no:
        return no
    guest = facts.guest
    change = status_change(guest, "stopped", "shutdown")
    return draft_of(ask, facts, change, shutdown_step(guest), notes=_ha_notes(guest))


def _ha_notes(guest: GuestFacts) -> list[Note]:
    """Return that HA cuts the power of a VM that does not shut down in time.

    Source: pve-ha-manager, Resources/PVEVM.pm: its shutdown sets forceStop; PVECT.pm does not.
    """
    if not guest.ha_state or guest.ref.kind is not Kind.VM:
        return []
    details: dict[str, Detail] = {"guest": called(guest), "after_seconds": SHUTDOWN_SECONDS}
    return [Note(kind=NoteKind.CUTS_POWER, details=details)]


SHUTDOWN = Operation(
    name="shutdown",
    verb="shutdown",
    help="ask a guest to shut down",
    right="power",
    words=frozenset({"shutdown"}),
    feature=Feature.POWER,
    plan=plan,
)
