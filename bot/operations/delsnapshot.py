"""The operation `delsnapshot`: remove a snapshot; the guest itself stays as it is."""

from bot.model.feature import Feature
from bot.model.footing import (
    draft_of,
    missing_privilege,
    not_plannable,
    on_guest,
    snapshots_note,
    task_types,
)
from bot.model.guest import GuestFacts
from bot.model.intent import Ask
from bot.model.operation import Argument, Facts, Operation
from bot.model.plan import Draft, Step
from bot.model.refusal import Refusal
from bot.model.snapshots import SECONDS, absent, chosen, snapshot_change


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan the removal of a snapshot."""
    guest = facts.guest
    no = not_plannable(facts)
    if no:
        return no
    snapshot = chosen(ask, guest)
    if isinstance(snapshot, Refusal):
        return snapshot
    no = missing_privilege(facts, on_guest(guest, "VM.Snapshot"))
    if no:
        return no
    change = snapshot_change(snapshot.name, None, "delsnapshot", final=True)
    notes = snapshots_note(guest)
    return draft_of(ask, facts, change, _step(snapshot.name, guest), notes=notes)


def _step(name: str, guest: GuestFacts) -> Step:
    """Return the call that removes the snapshot."""
    return Step(
        name="delsnapshot",
        method="DELETE",
        path=f"snapshot/{name}",
        expects=(absent(name),),
        no_undo="a snapshot that was removed cannot be had back",
        task_types=task_types(guest.ref.kind, "delsnapshot"),
        patience_seconds=SECONDS,
    )


DELSNAPSHOT = Operation(
    name="delsnapshot",
    verb="delsnapshot",
    help="remove a snapshot",
    right="snapshot",
    words=frozenset({"delsnapshot"}),
    feature=Feature.SNAPSHOTS,
    plan=plan,
    arguments=(Argument(name="name", help="which snapshot", example="before-upgrade"),),
    needs_snapshots=True,
)
