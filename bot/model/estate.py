"""Nodes, storages and a whole cluster's picture, and our own rights on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.model.guest import GuestRef, GuestSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """One node. Memory in MiB; None is unknown, never zero.

    `available_mib` is the kernel's estimate (only PVE 9 tells), `arc_mib` the size of the ZFS ARC
    where it is known; page cache is then in neither `used` nor `free`.
    """

    name: str
    online: bool
    memory_mib: int | None = None
    used_mib: int | None = None
    available_mib: int | None = None
    arc_mib: int | None = None
    cpus: int | None = None
    cpu_fraction: float | None = None
    uptime_seconds: int = 0


class StorageKind(StrEnum):
    """How a storage hands out space."""

    THICK = "thick"
    THIN = "thin"
    ZFS = "zfs"
    CEPH = "ceph"
    FILES = "files"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageFacts:
    """One storage as a node sees it; sizes in bytes, None if unknown (also when it is not active).

    `provisioned_bytes` is the sum of all disk sizes on it (what thin disks may grow to), known only
    where it was asked for.
    """

    name: str
    node: str
    kind: StorageKind
    shared: bool
    active: bool
    total_bytes: int | None = None
    used_bytes: int | None = None
    available_bytes: int | None = None
    provisioned_bytes: int | None = None
    type_name: str = ""

    @property
    def place(self) -> str:
        """Return where reservations on this storage are kept."""
        return f"storage/{self.name}" if self.shared else f"node/{self.node}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPicture:
    """A whole cluster at one moment (`read_at`, ms since the epoch)."""

    cluster: str
    read_at: int
    quorate: bool | None
    nodes: tuple[NodeFacts, ...]
    guests: tuple[GuestSummary, ...]
    storages: tuple[StorageFacts, ...]

    def node(self, name: str) -> NodeFacts | None:
        """Return the node of that name, if there is one."""
        return next((n for n in self.nodes if n.name == name), None)

    def guest(self, ref: GuestRef) -> GuestSummary | None:
        """Return the guest, if the picture shows it."""
        return next((g for g in self.guests if g.ref == ref), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Our token's own privileges (`GET /access/permissions`): path → privileges, with propagation.

    The flag is Proxmox's: true where the privilege is inherited by deeper paths.
    """

    paths: Mapping[str, Mapping[str, bool]]

    def holds(self, path: str, privilege: str) -> bool:
        """Return whether the privilege holds on the path (the nearest path with an entry decides)."""
        here = path
        while True:
            if here in self.paths:
                granted = self.paths[here]
                return privilege in granted and (here == path or granted[privilege])
            if here == "/":
                return False
            here = here.rsplit("/", 1)[0] or "/"
