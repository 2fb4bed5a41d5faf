"""Snapshot, rollback, delsnapshot, and taking back what waits."""

from dataclasses import replace

import pytest

from bot.model.estate import Rights, StorageFacts, StorageKind
from bot.model.guest import Disk, GuestFacts, Kind, Snapshot
from bot.model.intent import Ask
from bot.model.plan import Draft, Expect, Where
from bot.model.refusal import Moment, Quantity, Reason, Refusal
from bot.operations import OPERATIONS
from tests.unit.operations.estate import THIN, a_guest, drafted, facts_of, kinds_of, why_not

CT = Kind.CT
OLD = Snapshot(name="old", taken_at=1_700_000_000, memory_mib=2048)
NEW = Snapshot(name="new", taken_at=1_750_000_000, with_memory=True)
KEPT = replace(a_guest(), snapshots=(OLD, NEW))


def run(
    operation: str, guest: GuestFacts, *storages: StorageFacts, **words: str
) -> Draft | Refusal:
    """Plan an operation with arguments."""
    ask = Ask(operation=operation, guest="db1", arguments=words)
    return OPERATIONS[operation].plan(ask, facts_of(guest, storages=storages or (THIN,)))


def test_snapshot_step() -> None:
    """A snapshot is one call, and done when it is listed."""
    draft = drafted(run("snapshot", KEPT, name="before-upgrade", description="1.2"))
    (step,) = draft.steps
    assert (step.method, step.path) == ("POST", "snapshot")
    assert step.params == {"snapname": "before-upgrade", "description": "1.2"}
    expected = Expect(where=Where.SNAPSHOT, key="before-upgrade", value="present")
    assert step.expects == (expected,)


def test_snapshot_without_a_description_bears_the_reason() -> None:
    """Who finds the snapshot in Proxmox later reads why it was taken."""
    ask = Ask(operation="snapshot", guest="db1", arguments={"name": "old1"}, reason="before 1.3")
    (step,) = drafted(OPERATIONS["snapshot"].plan(ask, facts_of(KEPT))).steps
    assert step.params == {"snapname": "old1", "description": "before 1.3"}


def test_snapshot_is_named_after_the_minute() -> None:
    """Without a name it has the moment of the facts, and keeps it when it is planned again."""
    draft = drafted(run("snapshot", a_guest()))
    assert draft.changes[0].after == "headroom-20261101-0226"
    assert draft.ask is not None
    assert draft.ask.arguments == {"name": "headroom-20261101-0226"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("x", Reason.SNAPSHOT_NAME),
        ("1st", Reason.SNAPSHOT_NAME),
        ("a b", Reason.SNAPSHOT_NAME),
        ("../../x", Reason.SNAPSHOT_NAME),
        ("a" * 41, Reason.SNAPSHOT_NAME),
        ("current", Reason.SNAPSHOT_NAME),
        ("pending", Reason.SNAPSHOT_NAME),
        ("old", Reason.SNAPSHOT_EXISTS),
        ("a" * 40, None),
        ("ok", None),
    ],
)
def test_snapshot_names(name: str, reason: Reason | None) -> None:
    """Names follow Proxmox's rules, and each is there once."""
    assert reason is why_not(run("snapshot", KEPT, name=name))


@pytest.mark.parametrize(
    ("kind", "storage_kind", "type_name", "volume", "supported"),
    [
        (Kind.VM, StorageKind.THIN, "lvmthin", "s:vm-100-disk-0", True),
        (Kind.VM, StorageKind.THICK, "lvm", "s:vm-100-disk-0", False),
        (Kind.VM, StorageKind.THICK, "lvm", "s:vm-100-disk-0.qcow2", True),
        (Kind.VM, StorageKind.FILES, "dir", "s:100/vm-100-disk-0.raw", False),
        (Kind.VM, StorageKind.FILES, "nfs", "s:100/vm-100-disk-0.qcow2", True),
        (Kind.VM, StorageKind.FILES, "btrfs", "s:100/vm-100-disk-0/disk.raw", True),
        (Kind.VM, StorageKind.OTHER, "iscsi", "s:0.0.1.lun", False),
        (Kind.VM, StorageKind.CEPH, "rbd", "s:vm-100-disk-0", True),
        (CT, StorageKind.FILES, "dir", "s:100/vm-100-disk-0.raw", False),
        (CT, StorageKind.ZFS, "zfspool", "s:subvol-100-disk-0", True),
    ],
)
def test_snapshot_support(
    kind: Kind, storage_kind: StorageKind, type_name: str, volume: str, *, supported: bool
) -> None:
    """Raw files and thick LVM have no snapshots; thin storages, ZFS, Ceph and qcow2 do."""
    disk = Disk(slot="x0", storage="s", volume=volume, size_bytes=1)
    storage = replace(THIN, name="s", kind=storage_kind, type_name=type_name)
    result = run("snapshot", a_guest(kind, disks=(disk,)), storage, name="ok")
    assert (None if supported else Reason.SNAPSHOT_NOT_SUPPORTED) is why_not(result)


def test_rollback_loses_and_stops() -> None:
    """What was written since is lost; a running guest without saved memory is down afterwards."""
    draft = drafted(run("rollback", KEPT, name="old"))
    assert {"rollback loses", "rollback stops", "rollback memory", "no backup"} == kinds_of(draft)
    loses = next(n for n in draft.notes if n.kind.value == "rollback loses")
    assert Moment(epoch_ms=1_700_000_000_000) == loses.details["at"]
    assert draft.steps[0].path == "snapshot/old/rollback"
    assert "stopped" in {e.value for e in draft.steps[0].expects}
    assert draft.changes[0].final


def test_rollback_brings_the_old_memory_back() -> None:
    """The memory of the snapshot's own config, where it was read, is shown and claimed."""
    draft = drafted(run("rollback", KEPT, name="old"))
    note = next(n for n in draft.notes if n.kind.value == "rollback memory")
    assert Quantity(amount=2048, unit="MiB") == note.details["after"]
    assert [(c.resource, c.before, c.after) for c in draft.claims] == [("memory", 4096, 2048)]


def test_rollback_with_memory_runs_on() -> None:
    """A snapshot with memory leaves the guest running, so a stopped one is admitted like a start."""
    draft = drafted(run("rollback", replace(KEPT, status="stopped"), name="new"))
    assert "running" in {e.value for e in draft.steps[0].expects}
    assert [(c.resource, c.before, c.after) for c in draft.claims] == [
        ("memory", 0, 4096),
        ("cores", 0, 2),
    ]


def test_zfs_goes_back_to_the_newest_only() -> None:
    """On ZFS an older snapshot is refused, and the newest one named."""
    zfs = replace(THIN, kind=StorageKind.ZFS)
    result = run("rollback", KEPT, zfs, name="old")
    assert why_not(result) is Reason.NOT_NEWEST_SNAPSHOT
    assert isinstance(result, Refusal)
    assert result.details == {"name": "old", "newest": "new"}
    assert why_not(run("rollback", KEPT, zfs, name="new")) is None


@pytest.mark.parametrize("name", ["rollback", "delsnapshot"])
def test_no_such_snapshot(name: str) -> None:
    """A snapshot that is not there is refused with those that are."""
    result = run(name, KEPT, name="gone")
    assert isinstance(result, Refusal)
    assert result.reason is Reason.NO_SUCH_SNAPSHOT
    assert result.details["snapshots"] == ("old", "new")


@pytest.mark.parametrize(
    ("privilege", "allowed"),
    [("VM.Snapshot", True), ("VM.Snapshot.Rollback", True), ("VM.PowerMgmt", False)],
)
def test_rollback_needs_one_of_two_privileges(privilege: str, *, allowed: bool) -> None:
    """Either of the two snapshot privileges allows a rollback."""
    rights = Rights(paths={"/vms/100": {"VM.Audit": True, privilege: True}})
    ask = Ask(operation="rollback", guest="db1", arguments={"name": "new"})
    result = OPERATIONS["rollback"].plan(ask, facts_of(KEPT, rights=rights))
    assert (None if allowed else Reason.MISSING_PRIVILEGE) is why_not(result)


def test_delsnapshot_step() -> None:
    """Removing a snapshot is final, and done when it is no longer listed."""
    draft = drafted(run("delsnapshot", KEPT, name="old"))
    (step,) = draft.steps
    assert (step.method, step.path) == ("DELETE", "snapshot/old")
    assert step.expects == (Expect(where=Where.SNAPSHOT, key="old", value="absent"),)
    assert (draft.changes[0].before, draft.changes[0].after) == ("old", None)


def test_revert_takes_back_only_what_was_named_and_waits() -> None:
    """Named keys that wait are dropped in one call; their room is given back."""
    guest = a_guest(pending={"memory": "8192", "cores": "4", "cpu": "host"})
    draft = drafted(run("revert", guest, keys="memory, vcpus"))
    (step,) = draft.steps
    assert step.params == {"revert": "memory"}
    assert step.expects == (Expect(where=Where.NOT_PENDING, key="memory", value=None),)
    assert [(c.before, c.after) for c in draft.changes] == [(8192, 4096)]
    assert [(c.resource, c.before, c.after) for c in draft.claims] == [("memory", 8192, 4096)]


def test_revert_with_nothing_waiting() -> None:
    """Where nothing waits any more there is nothing to take back."""
    assert why_not(run("revert", a_guest(), keys="memory")) is Reason.NOTHING_OPEN


def test_revert_needs_the_keys_privilege() -> None:
    """Taking a value back needs the same privilege as setting it."""
    rights = Rights(paths={"/vms/100": {"VM.Audit": True, "VM.Config.CPU": True}})
    ask = Ask(operation="revert", guest="db1", arguments={"keys": "memory"})
    facts = facts_of(a_guest(pending={"memory": "8192"}), rights=rights)
    assert why_not(OPERATIONS["revert"].plan(ask, facts)) is Reason.MISSING_PRIVILEGE
