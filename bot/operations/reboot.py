"""The operation `reboot`: shut a guest down and start it, which brings waiting values into force."""

from bot.model.feature import Feature
from bot.model.footing import draft_of, other_pending_note, would_stop_me
from bot.model.guest_config import coming
from bot.model.intent import Ask
from bot.model.operation import Facts, Operation
from bot.model.plan import Draft
from bot.model.power import no_power, reboot_step, status_change
from bot.model.promise import node_claims
from bot.model.refusal import Refusal
from bot.model.verdict import Note, NoteKind


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a reboot; memory and cores that wait are claimed, for they come into force with it."""
    no = would_stop_me(facts, "reboot it") or no_power(facts, "reboot", "running")
    if no:
        return no
    guest = facts.guest
    return draft_of(
        ask,
        facts,
        status_change(guest, "running", "reboot"),
        reboot_step(guest),
        claims=node_claims(facts, guest.config, coming(guest)),
        notes=(Note(kind=NoteKind.RESTARTS), *other_pending_note(guest)),
    )


REBOOT = Operation(
    name="reboot",
    verb="reboot",
    help="shut a guest down and start it; applies what waits for a restart",
    right="power",
    applies_waiting=True,
    words=frozenset({"reboot"}),
    feature=Feature.POWER,
    plan=plan,
)
