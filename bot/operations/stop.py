"""The operation `stop`: cut a guest's power."""

from bot.model.footing import (
    called,
    common_notes,
    missing_privilege,
    not_plannable,
    on_guest,
    target_of,
    would_stop_me,
    wrong_state,
)
from bot.model.intent import Ask
from bot.model.operation import Facts, Operation
from bot.model.plan import Draft
from bot.model.power import status_change, stop_step
from bot.model.refusal import Refusal
from bot.model.verdict import Note, NoteKind


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a power cut."""
    guest = facts.guest
    no = (
        not_plannable(facts)
        or would_stop_me(facts, "stop it")
        or wrong_state(guest, "stop", "running", "paused")
        or missing_privilege(facts, on_guest(guest, "VM.PowerMgmt"))
    )
    if no:
        return no
    return Draft(
        target=target_of(guest),
        operation=ask.operation,
        timing=ask.timing,
        ask=ask,
        changes=(status_change(guest, "stopped", "stop", final=True),),
        steps=(stop_step(guest),),
        notes=(
            Note(kind=NoteKind.CUTS_POWER, details={"guest": called(guest)}),
            *common_notes(facts),
        ),
    )


STOP = Operation(
    name="stop",
    verb="stop",
    help="cut a guest's power",
    right="force",
    words=frozenset({"stop"}),
    plan=plan,
)
