"""The operation `snapshot`: take a snapshot of a guest's disks."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.model.estate import StorageFacts, StorageKind
from bot.model.feature import Feature
from bot.model.footing import (
    draft_of,
    missing_privilege,
    not_plannable,
    on_guest,
    snapshots_note,
    task_types,
)
from bot.model.guest import Disk, GuestFacts, Kind
from bot.model.intent import Ask
from bot.model.operation import Argument, Facts, Operation
from bot.model.plan import Draft, Step
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.snapshots import SECONDS, present, snapshot_change

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,39}")
RESERVED = frozenset({"current", "pending"})
STATE_SLOT = re.compile(r"(efidisk|tpmstate)\d")
FOREIGN = frozenset({"iscsi", "iscsidirect"})


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a snapshot without memory; without a name it is named after the minute."""
    guest = facts.guest
    name = ask.arguments.get("name", "").strip() or _name_of(facts.read_at)
    no = (
        not_plannable(facts)
        or _bad_name(name, guest)
        or _unsupported(guest, {s.name: s for s in facts.storages})
        or missing_privilege(facts, on_guest(guest, "VM.Snapshot"))
    )
    if no:
        return no
    return draft_of(
        replace(ask, arguments={**ask.arguments, "name": name}),
        facts,
        snapshot_change(None, name, "snapshot", final=False),
        _step(name, ask.arguments.get("description", "") or ask.reason, guest),
        notes=snapshots_note(guest),
    )


def _step(name: str, description: str, guest: GuestFacts) -> Step:
    """Return the call that takes the snapshot."""
    said = {"description": description} if description else {}
    return Step(
        name="snapshot",
        method="POST",
        path="snapshot",
        params={"snapname": name, **said},
        expects=(present(name),),
        no_undo="Proxmox removes a snapshot that it could not finish",
        task_types=task_types(guest.ref.kind, "snapshot"),
        patience_seconds=SECONDS,
    )


def _name_of(read_at: int) -> str:
    """Return a name made of a moment (ms since the epoch), in UTC."""
    return datetime.fromtimestamp(read_at / 1000, UTC).strftime("headroom-%Y%m%d-%H%M")


def _bad_name(name: str, guest: GuestFacts) -> Refusal | None:
    """Refuse names that Proxmox does not take, and those that are taken."""
    if not NAME.fullmatch(name):
        problem = "2 to 40 letters, digits, - and _, a letter first"
        return refuse(Reason.SNAPSHOT_NAME, name=name, problem=problem)
    if name in RESERVED:
        return refuse(Reason.SNAPSHOT_NAME, name=name, problem="Proxmox keeps this name to itself")
    if any(s.name == name for s in guest.snapshots):
        return refuse(Reason.SNAPSHOT_EXISTS, name=name)
    return None


def _unsupported(guest: GuestFacts, storages: dict[str, StorageFacts]) -> Refusal | None:
    """Refuse where the storage of a disk is known to have no snapshots."""
    for disk in guest.disks:
        storage = storages.get(disk.storage)
        counts = not disk.why_not or STATE_SLOT.fullmatch(disk.slot)
        if storage and counts and not _can_snapshot(disk, storage, guest.ref.kind):
            return refuse(Reason.SNAPSHOT_NOT_SUPPORTED, storage=disk.storage)
    return None


def _can_snapshot(disk: Disk, storage: StorageFacts, kind: Kind) -> bool:
    """Return whether the disk's format on that storage has snapshots, as far as it is known."""
    if storage.type_name in FOREIGN:
        return False
    if storage.kind in {StorageKind.THICK, StorageKind.FILES} and storage.type_name != "btrfs":
        return kind is Kind.VM and disk.volume.endswith(".qcow2")
    return True


SNAPSHOT = Operation(
    name="snapshot",
    verb="snapshot",
    help="take a snapshot of a guest's disks",
    right="snapshot",
    words=frozenset({"snapshot"}),
    feature=Feature.SNAPSHOTS,
    plan=plan,
    arguments=(
        Argument(name="name", help="how to call it", example="before-upgrade", required=False),
        Argument(name="description", help="what it is for", example="1.2 → 1.3", required=False),
    ),
    needs_snapshots=True,
)
