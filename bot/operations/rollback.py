"""The operation `rollback`: go back to a snapshot; everything written since is lost."""

from bot.model.estate import StorageKind
from bot.model.feature import Feature
from bot.model.footing import (
    backup_note,
    draft_of,
    missing_privilege,
    not_plannable,
    on_guest,
    task_types,
    would_stop_me,
)
from bot.model.guest import GuestFacts, Snapshot
from bot.model.guest_config import memory_mib
from bot.model.intent import Ask
from bot.model.operation import Argument, Facts, Operation
from bot.model.plan import Draft, Step
from bot.model.power import running, stopped
from bot.model.promise import counted, node_claims
from bot.model.refusal import Detail, Moment, Quantity, Reason, Refusal, refuse
from bot.model.snapshots import SECONDS, chosen, present, snapshot_change
from bot.model.unit import Unit
from bot.model.verdict import Note, NoteKind


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a rollback."""
    guest = facts.guest
    no = not_plannable(facts) or would_stop_me(facts, "roll it back")
    if no:
        return no
    snapshot = chosen(ask, guest)
    if isinstance(snapshot, Refusal):
        return snapshot
    no = _not_newest(snapshot, facts) or _no_right(facts)
    if no:
        return no
    then = {"memory": str(snapshot.memory_mib)} if snapshot.memory_mib is not None else {}
    starts = snapshot.with_memory and not counted(facts)
    now = None if starts else guest.config
    return draft_of(
        ask,
        facts,
        snapshot_change(None, snapshot.name, "rollback", final=True),
        _step(snapshot, guest),
        claims=node_claims(facts, now, {**guest.config, **then}),
        notes=(*_notes(snapshot, guest), backup_note(facts)),
    )


def _step(snapshot: Snapshot, guest: GuestFacts) -> Step:
    """Return the call; a guest that was snapshotted without its memory is down afterwards."""
    return Step(
        name="rollback",
        method="POST",
        path=f"snapshot/{snapshot.name}/rollback",
        expects=(present(snapshot.name), running() if snapshot.with_memory else stopped()),
        no_undo="what was written since the snapshot is gone",
        task_types=task_types(guest.ref.kind, "rollback"),
        patience_seconds=SECONDS,
        task_decides=True,
    )


def _not_newest(snapshot: Snapshot, facts: Facts) -> Refusal | None:
    """Refuse older snapshots on ZFS, which rolls back to the newest one only."""
    guest = facts.guest
    zfs = {s.name for s in facts.storages if s.kind is StorageKind.ZFS}
    newest = guest.snapshots[-1]
    if snapshot.name == newest.name or not any(d.storage in zfs for d in guest.disks):
        return None
    return refuse(Reason.NOT_NEWEST_SNAPSHOT, name=snapshot.name, newest=newest.name)


def _no_right(facts: Facts) -> Refusal | None:
    """Refuse unless one of the two privileges that allow a rollback is there."""
    wide = missing_privilege(facts, on_guest(facts.guest, "VM.Snapshot"))
    return wide and missing_privilege(facts, on_guest(facts.guest, "VM.Snapshot.Rollback"))


def _notes(snapshot: Snapshot, guest: GuestFacts) -> list[Note]:
    """Return what is lost, whether it stops the guest, and the memory that comes back."""
    at: dict[str, Detail] = {"snapshot": snapshot.name}
    if snapshot.taken_at is not None:
        at["at"] = Moment(epoch_ms=snapshot.taken_at * 1000)
    found = [Note(kind=NoteKind.ROLLBACK_LOSES, details=at)]
    if guest.running and not snapshot.with_memory:
        found.append(Note(kind=NoteKind.ROLLBACK_STOPS))
    before = memory_mib(guest.config)
    if snapshot.memory_mib is not None and before is not None and before != snapshot.memory_mib:
        details = {
            "before": Quantity(amount=before, unit=Unit.MIB.value),
            "after": Quantity(amount=snapshot.memory_mib, unit=Unit.MIB.value),
        }
        found.append(Note(kind=NoteKind.ROLLBACK_MEMORY, details=details))
    return found


ROLLBACK = Operation(
    name="rollback",
    verb="rollback",
    help="go back to a snapshot; what was written since is lost",
    right="rollback",
    rewrites_config=True,
    words=frozenset({"rollback"}),
    feature=Feature.SNAPSHOTS,
    plan=plan,
    arguments=(Argument(name="name", help="which snapshot", example="before-upgrade"),),
    needs_backup_age=True,
    needs_snapshots=True,
)
