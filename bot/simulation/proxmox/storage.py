"""Storages: what they hold, what is used, and how they round a volume's size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.sizes import GIB, KIB, MIB, round_up

StorageType = Literal["dir", "lvm", "lvmthin", "zfspool", "rbd"]

STEP: dict[StorageType, int] = {
    "dir": KIB,
    "lvm": 4 * MIB,
    "lvmthin": 4 * MIB,
    "zfspool": MIB,
    "rbd": MIB,
}
SNAPSHOTS: frozenset[StorageType] = frozenset({"lvmthin", "zfspool", "rbd"})


@dataclass(slots=True)
class Volume:
    """A guest's disk; sizes in bytes. `written` is what a thin storage has really handed out."""

    volid: str
    vmid: int
    size: int
    written: int
    format: str = "raw"
    snapshots: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup on a storage; size in bytes, time in unix seconds."""

    volid: str
    vmid: int
    size: int
    ctime: int
    notes: str = ""
    protected: bool = False


@dataclass(slots=True)
class Pool:
    """The part of a storage that one node sees (shared: all nodes); bytes.

    `other_used` is what lies there beside the volumes. `active` is False when it is out of
    reach. `metadata_used` is the used fraction of a thin pool's metadata.
    """

    total: int
    other_used: int = 0
    active: bool = True
    metadata_used: float = 0.04
    volumes: dict[str, Volume] = field(default_factory=dict)
    backups: list[Backup] = field(default_factory=list)


@dataclass(slots=True)
class Storage:
    """A storage of the cluster; `pools` by node, or under "" when it is shared."""

    name: str
    type: StorageType
    content: tuple[str, ...]
    shared: bool = False
    pools: dict[str, Pool] = field(default_factory=dict)

    def pool(self, node: str) -> Pool | None:
        """Return what the node sees of this storage; None if it does not have it."""
        return self.pools.get("" if self.shared else node)

    @property
    def thin(self) -> bool:
        """Whether a volume takes space only as it is written."""
        return self.type != "lvm"

    @property
    def has_snapshots(self) -> bool:
        """Whether raw volumes here can have snapshots."""
        return self.type in SNAPSHOTS

    def used(self, node: str) -> int:
        """Return the used bytes on the node."""
        pool = self.pool(node)
        if pool is None:
            return 0
        taken = sum(v.written if self.thin else v.size for v in pool.volumes.values())
        return min(pool.total, pool.other_used + taken + sum(b.size for b in pool.backups))

    def grow(self, node: str, volume: Volume, wanted: int) -> None:
        """Give a volume a new size in bytes, rounded as this storage does; dies if it is full."""
        size = round_up(wanted, STEP[self.type])
        pool = self.pool(node)
        free = (pool.total - self.used(node)) if pool else 0
        if not self.thin and size - volume.size > free:
            name = volume.volid.partition(":")[2]
            raise died(
                f"command '/sbin/lvextend -L {size // KIB}k /dev/{self.name}/{name}' failed: "
                "exit code 5"
            )
        volume.size = size

    def add(self, node: str, volume: Volume) -> None:
        """Put a volume there."""
        pool = self.pool(node)
        if pool is None:
            raise died(f"storage '{self.name}' is not available on node '{node}'")
        pool.volumes[volume.volid] = volume

    def volumes(self, node: str) -> Iterator[Volume]:
        """Every volume the node sees here."""
        pool = self.pool(node)
        return iter(pool.volumes.values() if pool else ())


def new_pool(*, total_gib: float, other_gib: float = 0.0) -> Pool:
    """Build a pool from GiB figures."""
    return Pool(total=int(total_gib * GIB), other_used=int(other_gib * GIB))
