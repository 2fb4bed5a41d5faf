"""Guests: config, identity, disks, status, snapshots."""

from typing import Any

import pytest

from bot.model.guest import GuestFacts, GuestRef, Identity, Kind
from bot.proxmox.reading import disks, guests

CT = GuestRef(cluster="paris", kind=Kind.CT, vmid=104)
VM = GuestRef(cluster="paris", kind=Kind.VM, vmid=100)
GIB = 1024**3
UUID = "29817bee-fd6e-4f56-84c1-4174adaa0ee8"


def facts(ref: GuestRef, pending: list[dict[str, Any]], status: dict[str, Any]) -> GuestFacts:
    """Read one guest from the two answers."""
    config, waiting, digest = guests.config_in_force(pending)
    return guests.guest_facts(ref, "pve1", config, waiting, digest, status, pool="prod")


def test_pending_tells_force_waiting_and_digest() -> None:
    """One list gives the values in force as text, those that wait, deletions, and the digest."""
    config, waiting, digest = guests.config_in_force(
        [
            {"key": "memory", "value": "2048", "pending": "4096"},
            {"key": "cores", "value": 2},
            {"key": "cpulimit", "value": "2", "delete": 1},
            {"key": "balloon", "pending": 1024},
            {"key": "digest", "value": "abc"},
        ]
    )
    assert config == {"memory": "2048", "cores": "2", "cpulimit": "2"}
    assert waiting == {"memory": "4096", "cpulimit": None, "balloon": "1024"}
    assert digest == "abc"


@pytest.mark.parametrize("nothing", [None, [], {}, "x", [{"value": 1}], [7]])
def test_an_empty_answer_is_an_empty_config(nothing: Any) -> None:
    """Whatever comes back, reading does not fail."""
    assert guests.config_in_force(nothing) == ({}, {}, "")


def test_a_guest_of_which_nothing_is_known() -> None:
    """Missing figures are None, not zero, and the state is unknown."""
    read = facts(CT, [], {})
    assert (read.name, read.status, read.used_mib) == ("CT 104", "unknown", None)
    assert not read.identity.comparable


def test_a_vm_with_balloon_and_ha() -> None:
    """Use by the host and by the guest itself, HA, lock and flags are read."""
    read = facts(
        VM,
        [
            {"key": "name", "value": "app1"},
            {"key": "lock", "value": "backup"},
            {"key": "protection", "value": 1},
            {"key": "template", "value": "0"},
            {"key": "tags", "value": "prod;web"},
        ],
        {
            "status": "running",
            "qmpstatus": "running",
            "mem": 3 * GIB,
            "uptime": "77",
            "ballooninfo": {"total_mem": 4 * GIB, "free_mem": 1 * GIB},
            "ha": {"managed": 1, "state": "started"},
        },
    )
    assert (read.used_mib, read.guest_used_mib, read.uptime_seconds) == (3072, 3072, 77)
    assert (read.protection, read.template) == (True, False)
    assert (read.lock, read.ha_state, read.tags) == ("backup", "started", ("prod", "web"))
    assert (read.name, read.pool) == ("app1", "prod")


def test_ha_that_does_not_manage_the_guest() -> None:
    """`managed: 0` leaves no HA state; managed without a state says so."""
    assert facts(VM, [], {"ha": {"managed": 0}}).ha_state == ""
    assert facts(VM, [], {"ha": {"managed": 1}}).ha_state == "managed"


def test_a_paused_vm_is_told_from_a_running_one() -> None:
    """QEMU's own word refines the status."""
    assert facts(VM, [], {"status": "running", "qmpstatus": "paused"}).status == "paused"


@pytest.mark.parametrize(
    "smbios", [f"uuid={UUID.upper()}", f"base64=1,uuid={UUID},manufacturer=SGVhZA=="]
)
def test_a_vm_is_known_by_its_uuid(smbios: str) -> None:
    """The uuid counts in any case, also where the other fields are base64."""
    assert guests.identity(Kind.VM, {"smbios1": smbios}) == Identity(uuid=UUID)


def test_a_base64_uuid_is_decoded() -> None:
    """A uuid that is itself encoded gives the same identity."""
    encoded = "Mjk4MTdiZWUtZmQ2ZS00ZjU2LTg0YzEtNDE3NGFkYWEwZWU4"
    assert guests.identity(Kind.VM, {"smbios1": f"base64=1,uuid={encoded}"}).uuid == UUID


def test_a_vm_without_uuid_is_known_by_its_creation() -> None:
    """Else the time of creation stands in `meta`."""
    read = guests.identity(Kind.VM, {"meta": "creation-qemu=9.0.2,ctime=1700000000"})
    assert read == Identity(created="1700000000")


def test_a_ct_is_known_by_macs_and_root_volume() -> None:
    """MACs in any order and case, and the root volume without its options."""
    config = {
        "net1": "name=eth1,hwaddr=bc:24:11:00:00:02",
        "net0": "name=eth0,hwaddr=BC:24:11:00:00:01",
        "rootfs": "data:200/vm-200-disk-0.raw,size=2G",
    }
    assert guests.identity(Kind.CT, config) == Identity(
        macs=("BC:24:11:00:00:01", "BC:24:11:00:00:02"), root="data:200/vm-200-disk-0.raw"
    )


@pytest.mark.parametrize(
    ("slot", "value", "why"),
    [
        ("scsi0", "data:100/vm-100-disk-0.raw,size=4608M", ""),
        ("virtio1", "file=data:vm-100-disk-1,size=20G", ""),
        ("scsi1", "data:vm-100-disk-1", "size"),
        ("ide2", "local:iso/debian.iso,media=cdrom,size=600M", "CD drive"),
        ("ide2", "none,media=cdrom", "CD drive"),
        ("ide0", "data:vm-100-cloudinit,media=cdrom,size=4M", "cloud-init"),
        ("efidisk0", "data:vm-100-disk-2,size=4M", "EFI"),
        ("tpmstate0", "data:vm-100-disk-3,size=4M", "TPM"),
        ("unused0", "data:vm-100-disk-4", "not attached"),
        ("scsi5", "/dev/disk/by-id/wwn-1,size=2T", "device"),
    ],
)
def test_which_disks_of_a_vm_can_grow(slot: str, value: str, why: str) -> None:
    """A disk that cannot grow says why; one that can says nothing."""
    (disk,) = disks.disks(Kind.VM, {slot: value, "memory": "4096"})
    assert disk.slot == slot
    assert why in disk.why_not
    assert bool(why) == bool(disk.why_not)


def test_disks_of_a_ct() -> None:
    """Root and mount points in the order of their slots; a bind mount is not on a storage."""
    found = disks.disks(
        Kind.CT,
        {
            "mp10": "tank:subvol-1,mp=/b,size=1G",
            "mp2": "/srv/data,mp=/data",
            "rootfs": "local-lvm:vm-104-disk-0,size=80G",
        },
    )
    assert [d.slot for d in found] == ["mp2", "mp10", "rootfs"]
    assert (found[0].storage, found[0].volume) == ("", "")
    assert "directory" in found[0].why_not
    assert (found[2].storage, found[2].size_bytes) == ("local-lvm", 80 * GIB)


def test_a_row_of_the_inventory() -> None:
    """Memory in MiB, tags, pool and HA state; `waiting` and `starts at boot` are not in it."""
    read = guests.summary(
        "paris",
        {
            "type": "lxc",
            "vmid": "104",
            "name": "db1",
            "node": "pve1",
            "status": "running",
            "maxmem": 4 * GIB,
            "mem": 1 * GIB,
            "maxcpu": 2,
            "cpu": 0.5,
            "tags": "db;prod",
            "pool": "prod",
            "hastate": "started",
        },
    )
    assert read is not None
    assert (read.ref, read.memory_mib, read.used_mib, read.cores) == (CT, 4096, 1024, 2.0)
    assert (read.tags, read.pool, read.ha_state) == (("db", "prod"), "prod", "started")
    assert (read.starts_at_boot, read.waiting_mib) == (None, None)


def test_a_guest_whose_node_is_silent() -> None:
    """Status unknown, and no figure turns into a zero."""
    read = guests.summary("paris", {"type": "qemu", "vmid": 100, "status": "unknown", "mem": 0})
    assert read is not None
    assert (read.name, read.status) == ("VM 100", "unknown")
    assert (read.memory_mib, read.used_mib, read.cores) == (None, None, None)


def test_rows_that_are_no_guests() -> None:
    """Nodes, storages, pools and networks are not guests."""
    assert guests.summary("paris", {"type": "node", "node": "pve1"}) is None
    assert guests.summary("paris", {"type": "qemu"}) is None


def test_the_slow_scan_reads_boot_and_waiting_memory() -> None:
    """Only memory that is higher than in force waits in the sense of capacity."""
    higher = [{"key": "onboot", "value": 1}, {"key": "memory", "value": "2048", "pending": "4096"}]
    lower = [{"key": "memory", "value": "current=4096", "pending": "2048"}]
    assert guests.waiting_memory(higher) == (True, 4096)
    assert guests.waiting_memory(lower) == (False, None)


def test_snapshots_oldest_first_without_the_present() -> None:
    """`current` is no snapshot."""
    read = guests.snapshots(
        [
            {"name": "b", "snaptime": 20, "vmstate": 1, "description": "before\n", "parent": "a"},
            {"name": "a", "snaptime": "10"},
            {"name": "current", "running": 1, "digest": "x", "parent": "b"},
        ]
    )
    assert [(s.name, s.taken_at, s.with_memory) for s in read] == [
        ("a", 10, False),
        ("b", 20, True),
    ]
    assert (read[1].description, read[1].parent) == ("before", "a")
