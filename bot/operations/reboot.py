"""The operation `reboot`: shut a guest down and start it, which brings waiting values into force."""

from bot.model.footing import (
    common_notes,
    missing_privilege,
    not_plannable,
    on_guest,
    other_pending_note,
    target_of,
    would_stop_me,
    wrong_state,
)
from bot.model.guest_config import coming
from bot.model.intent import Ask
from bot.model.operation import Facts, Operation
from bot.model.plan import Draft
from bot.model.power import reboot_step, status_change
from bot.model.promise import node_claims
from bot.model.refusal import Refusal
from bot.model.verdict import Note, NoteKind


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a reboot; memory and cores that wait are claimed, for they come into force with it."""
    guest = facts.guest
    no = (
        not_plannable(facts)
        or would_stop_me(facts, "reboot it")
        or wrong_state(guest, "reboot", "running")
        or missing_privilege(facts, on_guest(guest, "VM.PowerMgmt"))
    )
    if no:
        return no
    return Draft(
        target=target_of(guest),
        operation=ask.operation,
        timing=ask.timing,
        ask=ask,
        changes=(status_change(guest, "running", "reboot"),),
        steps=(reboot_step(guest),),
        claims=tuple(node_claims(facts, guest.config, coming(guest))),
        notes=(
            Note(kind=NoteKind.RESTARTS),
            *other_pending_note(guest),
            *common_notes(facts),
        ),
    )


REBOOT = Operation(
    name="reboot",
    verb="reboot",
    help="shut a guest down and start it; applies what waits for a restart",
    right="power",
    applies_waiting=True,
    words=frozenset({"reboot"}),
    plan=plan,
)
