"""Nodes, storages, the picture and rights."""

from typing import Any

import pytest

from bot.model.estate import StorageKind
from bot.proxmox.reading import estate

GIB = 1024**3


def test_a_node_of_pve_9() -> None:
    """Memory figures in MiB; what it calls available is the kernel's estimate."""
    read = estate.node_status(
        "pve1",
        {
            "memory": {
                "total": 16 * GIB,
                "used": "8589934592",
                "free": 1 * GIB,
                "available": 2 * GIB,
            },
            "cpuinfo": {"cpus": "4"},
            "cpu": 0.25,
            "uptime": 9,
        },
    )
    assert (read.memory_mib, read.used_mib) == (16384, 8192)
    assert (read.available_mib, read.arc_mib, read.cpus) == (2048, None, 4)


def test_a_node_of_pve_8_does_not_tell_what_is_available() -> None:
    """A missing figure is unknown."""
    assert estate.node_status("pve1", {"memory": {"total": GIB}}).available_mib is None
    assert estate.node_status("pve1", None).memory_mib is None


@pytest.mark.parametrize(
    ("type_name", "kind"),
    [
        ("lvm", StorageKind.THICK),
        ("lvmthin", StorageKind.THIN),
        ("zfspool", StorageKind.ZFS),
        ("rbd", StorageKind.CEPH),
        ("nfs", StorageKind.FILES),
        ("pbs", StorageKind.OTHER),
        ("", StorageKind.OTHER),
    ],
)
def test_how_storages_hand_out_space(type_name: str, kind: StorageKind) -> None:
    """The plugin's type decides."""
    assert kind == estate.storage_kind(type_name)


def test_a_storage_that_is_not_active_has_no_figures() -> None:
    """Proxmox writes zeros for it, which would read as full or empty."""
    rows = [{"storage": "nas", "type": "nfs", "active": 0, "total": 0, "used": 0, "avail": 0}]
    (read,) = estate.storage_status("pve1", rows, {})
    assert not read.active
    assert (read.total_bytes, read.used_bytes, read.available_bytes) == (None, None, None)


def test_an_active_storage() -> None:
    """Figures in bytes, a full one keeps its zero, and what was asked for is added."""
    rows = [
        {
            "storage": "ssd",
            "type": "lvmthin",
            "active": 1,
            "shared": 0,
            "total": 9,
            "used": 9,
            "avail": 0,
        }
    ]
    (read,) = estate.storage_status("pve1", rows, {"ssd": 12})
    assert (read.total_bytes, read.used_bytes, read.available_bytes) == (9, 9, 0)
    assert (read.provisioned_bytes, read.kind, read.place) == (12, StorageKind.THIN, "node/pve1")


def test_the_sum_of_sizes_is_unknown_if_one_is() -> None:
    """Backups and images of installers do not count; a disk without a size spoils the sum."""
    disks: list[dict[str, Any]] = [
        {"content": "images", "size": 5},
        {"content": "rootdir", "size": "6"},
        {"content": "iso", "size": 100},
    ]
    assert estate.sizes(disks) == 11
    assert estate.sizes([*disks, {"content": "images"}]) is None


def test_the_newest_backup() -> None:
    """The latest `ctime` counts; none is None."""
    assert estate.newest_backup([{"ctime": 5}, {"ctime": "9"}, {}]) == 9
    assert estate.newest_backup([]) is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"type": "cluster", "quorate": 1}, {"type": "node"}], True),
        ([{"type": "cluster", "quorate": 0}], False),
        ([{"type": "cluster"}], None),
        ([{"type": "node", "online": 1}], True),
        (None, None),
    ],
)
def test_quorum(rows: Any, expected: bool | None) -> None:  # noqa: FBT001 (a parameter of the table)
    """A node without a cluster may always write; without an answer nothing is known."""
    assert estate.quorate(rows) is expected


RESOURCES = [
    {"type": "node", "node": "pve1", "status": "online", "maxmem": 16 * GIB, "mem": GIB, "maxcpu": 4},
    {"type": "node", "node": "pve2", "status": "unknown"},
    {"type": "qemu", "vmid": 100, "node": "pve2", "status": "unknown"},
    {"type": "storage", "storage": "ceph", "node": "pve1", "status": "available", "shared": 1,
     "plugintype": "rbd", "disk": 1, "maxdisk": 9},
    {"type": "storage", "storage": "ceph", "node": "pve2", "status": "unknown", "shared": 1,
     "plugintype": "rbd", "disk": 0, "maxdisk": 0},
    {"type": "pool", "pool": "prod"},
    {"type": "sdn", "sdn": "localnetwork", "node": "pve1"},
]  # fmt: skip


def test_a_picture() -> None:
    """Nodes, guests and storages; a shared storage once per node, flagged, figures only if active."""
    read = estate.cluster_picture("paris", RESOURCES, [{"type": "cluster", "quorate": 1}], 77)
    assert (read.read_at, read.quorate) == (77, True)
    assert [(n.name, n.online, n.memory_mib) for n in read.nodes] == [
        ("pve1", True, 16384),
        ("pve2", False, None),
    ]
    assert [(s.node, s.shared, s.active, s.total_bytes) for s in read.storages] == [
        ("pve1", True, True, 9),
        ("pve2", True, False, None),
    ]
    assert [s.place for s in read.storages] == ["storage/ceph", "storage/ceph"]
    assert len(read.guests) == 1


def test_corosync_knows_better_who_is_online() -> None:
    """A node whose pvestatd hangs is `unknown` in the resources, and online all the same."""
    status = [{"type": "node", "name": "pve2", "online": 1}]
    read = estate.cluster_picture("paris", RESOURCES, status, 0)
    node = read.node("pve2")
    assert node is not None
    assert node.online


def test_rights_with_their_inheritance() -> None:
    """The flag says whether deeper paths inherit the privilege."""
    read = estate.rights({"/": {"VM.Audit": 1}, "/vms/100": {"VM.Config.Memory": 0}})
    assert read.holds("/vms/104", "VM.Audit")
    assert read.holds("/vms/100", "VM.Config.Memory")
    assert not read.holds("/vms/100/x", "VM.Config.Memory")
    assert not estate.rights(None).holds("/", "VM.Audit")
