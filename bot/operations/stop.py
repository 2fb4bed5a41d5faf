"""The operation `stop`: cut a guest's power."""

from bot.model.feature import Feature
from bot.model.footing import called, draft_of, would_stop_me
from bot.model.intent import Ask
from bot.model.operation import Facts, Operation
from bot.model.plan import Draft
from bot.model.power import no_power, status_change, stop_step
from bot.model.refusal import Refusal
from bot.model.verdict import Note, NoteKind


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a power cut."""
    no = would_stop_me(facts, "stop it") or no_power(facts, "stop", "running", "paused")
    if no:
        return no
    guest = facts.guest
    change = status_change(guest, "stopped", "stop", final=True)
    notes = (Note(kind=NoteKind.CUTS_POWER, details={"guest": called(guest)}),)
    return draft_of(ask, facts, change, stop_step(guest), notes=notes)


STOP = Operation(
    name="stop",
    verb="stop",
    help="cut a guest's power",
    right="force",
    words=frozenset({"stop"}),
    feature=Feature.POWER,
    plan=plan,
)
