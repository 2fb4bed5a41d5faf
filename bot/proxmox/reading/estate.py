"""Nodes, storages, a whole cluster's picture, and our own rights."""

from collections.abc import Mapping
from typing import Any

from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts, StorageKind
from bot.proxmox.reading.guests import summary
from bot.proxmox.reading.values import flag, known, mapping, mib, number, rows, text, whole

_KINDS = {
    "lvm": StorageKind.THICK,
    "lvmthin": StorageKind.THIN,
    "zfspool": StorageKind.ZFS,
    "zfs": StorageKind.ZFS,
    "rbd": StorageKind.CEPH,
    "cephfs": StorageKind.CEPH,
    "dir": StorageKind.FILES,
    "nfs": StorageKind.FILES,
    "cifs": StorageKind.FILES,
    "btrfs": StorageKind.FILES,
    "glusterfs": StorageKind.FILES,
}


def storage_kind(type_name: str) -> StorageKind:
    """Return how a storage of that plugin type hands out space."""
    return _KINDS.get(type_name, StorageKind.OTHER)


def node_status(name: str, answer: Any) -> NodeFacts:
    """Read `GET /nodes/{node}/status`: a node that answers is online.

    `available` is there since PVE 9 only. The size of the ZFS ARC is not part of this answer in the
    schemas of 8.4 and 9.1; `arcsize` is read where a version tells it.
    """
    status = mapping(answer)
    memory = mapping(status.get("memory"))
    return NodeFacts(
        name=name,
        online=True,
        memory_mib=mib(known(memory.get("total"))),
        used_mib=mib(memory.get("used")),
        available_mib=mib(memory.get("available")),
        arc_mib=mib(memory.get("arcsize", status.get("arcsize"))),
        cpus=known(mapping(status.get("cpuinfo")).get("cpus")),
        cpu_fraction=number(status.get("cpu")),
        uptime_seconds=whole(status.get("uptime")) or 0,
    )


def _node_row(row: Mapping[str, Any], online: Mapping[str, bool]) -> NodeFacts:
    name = text(row.get("node"))
    return NodeFacts(
        name=name,
        online=online.get(name, row.get("status") == "online"),
        memory_mib=mib(known(row.get("maxmem"))),
        used_mib=mib(row.get("mem")),
        cpus=known(row.get("maxcpu")),
        cpu_fraction=number(row.get("cpu")),
        uptime_seconds=whole(row.get("uptime")) or 0,
    )


def _storage_row(row: Mapping[str, Any]) -> StorageFacts:
    active = row.get("status") == "available"
    plugin = text(row.get("plugintype"))
    return StorageFacts(
        name=text(row.get("storage")),
        node=text(row.get("node")),
        kind=storage_kind(plugin),
        shared=flag(row.get("shared")),
        active=active,
        total_bytes=known(row.get("maxdisk")) if active else None,
        used_bytes=whole(row.get("disk")) if active and row.get("maxdisk") else None,
        type_name=plugin,
    )


def storage_status(
    node: str, answer: Any, provisioned: Mapping[str, int]
) -> tuple[StorageFacts, ...]:
    """Read `GET /nodes/{node}/storage`; an inactive storage has no figures (Proxmox writes 0)."""
    found = []
    for row in rows(answer):
        name, type_name = text(row.get("storage")), text(row.get("type"))
        active = flag(row.get("active"))
        total = known(row.get("total")) if active else None
        found.append(
            StorageFacts(
                name=name,
                node=node,
                kind=storage_kind(type_name),
                shared=flag(row.get("shared")),
                active=active,
                total_bytes=total,
                used_bytes=whole(row.get("used")) if total else None,
                available_bytes=whole(row.get("avail")) if total else None,
                provisioned_bytes=provisioned.get(name),
                type_name=type_name,
            )
        )
    return tuple(found)


def sizes(content: Any) -> int | None:
    """Return the sum of all disk sizes of a storage's content; None if one is not known."""
    found = [
        whole(row.get("size"))
        for row in rows(content)
        if text(row.get("content")) in {"images", "rootdir", ""}
    ]
    return None if any(size is None for size in found) else sum(size or 0 for size in found)


def newest_backup(content: Any) -> int | None:
    """Return when the newest backup of a storage's content was made, s since the epoch."""
    times = (whole(row.get("ctime")) for row in rows(content))
    return max((t for t in times if t), default=None)


def backup_storages(answer: Any) -> tuple[str, ...]:
    """Return the active storages of a node that hold backups."""
    return tuple(
        text(row.get("storage"))
        for row in rows(answer)
        if flag(row.get("active")) and "backup" in text(row.get("content")).split(",")
    )


def quorate(status: Any) -> bool | None:
    """Read `GET /cluster/status`: a node without a cluster may always write."""
    found = rows(status)
    for row in found:
        if row.get("type") == "cluster":
            return None if row.get("quorate") is None else flag(row["quorate"])
    return True if found else None


def cluster_picture(cluster: str, resources: Any, status: Any, read_at: int) -> ClusterPicture:
    """Put together the picture; a shared storage stands there once per node, flagged.

    Whether a node is online is corosync's word (`cluster/status`) where it can be read: the status in
    `cluster/resources` also turns `unknown` when only its pvestatd hangs.
    """
    online = {
        text(row.get("name")): flag(row["online"])
        for row in rows(status)
        if row.get("type") == "node" and row.get("online") is not None
    }
    found = rows(resources)
    return ClusterPicture(
        cluster=cluster,
        read_at=read_at,
        quorate=quorate(status),
        nodes=tuple(_node_row(r, online) for r in found if r.get("type") == "node"),
        guests=tuple(g for g in (summary(cluster, r) for r in found) if g is not None),
        storages=tuple(_storage_row(r) for r in found if r.get("type") == "storage"),
    )


def rights(answer: Any) -> Rights:
    """Read `GET /access/permissions`."""
    return Rights(
        paths={
            text(path): {text(name): flag(inherited) for name, inherited in mapping(held).items()}
            for path, held in mapping(answer).items()
        }
    )
