"""Guests as Proxmox VE shows them: VMs and CTs, in the inventory and freshly read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """The two kinds of guest; the value is Proxmox's own path segment."""

    VM = "qemu"
    CT = "lxc"

    @property
    def word(self) -> str:
        """Return how people call it."""
        return "VM" if self is Kind.VM else "CT"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class GuestRef:
    """Which guest: unique in Headroom by cluster and vmid."""

    cluster: str
    kind: Kind
    vmid: int

    @property
    def key(self) -> str:
        """Return the stable text form, `cluster/vmid`."""
        return f"{self.cluster}/{self.vmid}"

    @property
    def word(self) -> str:
        """Return what it is called where its name is not for everybody: `CT 104`."""
        return f"{self.kind.word} {self.vmid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestSummary:
    """One guest as the inventory knows it (`cluster/resources` plus the slow scan).

    `memory_mib` is what is configured in force (its promise), `swap` not included; `cores` likewise.
    `used_mib` is the memory in use now. `starts_at_boot` is None until the slow scan has read it,
    and `waiting_mib` is a higher memory value that waits for a restart, if any. `status` is Proxmox's:
    `running`, `stopped`, `paused`, `unknown` (its node is silent).
    """

    ref: GuestRef
    name: str
    node: str
    status: str
    template: bool = False
    memory_mib: int | None = None
    used_mib: int | None = None
    cores: float | None = None
    cpu_fraction: float | None = None
    uptime_seconds: int = 0
    tags: tuple[str, ...] = ()
    pool: str = ""
    lock: str = ""
    ha_state: str = ""
    starts_at_boot: bool | None = None
    waiting_mib: int | None = None

    @property
    def running(self) -> bool:
        """Return whether the guest's process is there."""
        return self.status in {"running", "paused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """One disk or mount point. `why_not` says why it cannot grow; empty if it can."""

    slot: str
    storage: str
    volume: str
    size_bytes: int
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What tells a guest from another one that reuses its vmid; empty fields cannot be compared.

    VM: the uuid of `smbios1`, else `ctime` of `meta`. CT: MAC addresses and the root volume.
    """

    uuid: str = ""
    created: str = ""
    macs: tuple[str, ...] = ()
    root: str = ""

    @property
    def comparable(self) -> bool:
        """Return whether there is anything to compare."""
        return bool(self.uuid or self.created or self.root)

    def same_guest(self, other: "Identity") -> bool:
        """Return whether both are provably the same guest."""
        if self.uuid or other.uuid:
            return self.uuid == other.uuid
        if self.created or other.created:
            return self.created == other.created
        return self.comparable and (self.macs, self.root) == (other.macs, other.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One snapshot; `taken_at` in seconds since the epoch, `memory_mib` if its config was read."""

    name: str
    taken_at: int | None = None
    description: str = ""
    with_memory: bool = False
    parent: str = ""
    memory_mib: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestFacts:
    """One guest, freshly read: config in force, pending values, status.

    `config` holds the values in force (`current=1`) as text, without `digest`; `pending` maps a key to
    its waiting value, or to None where its deletion waits. `memory_mib` and the like are parsed from
    it. `guest_used_mib` is what the guest itself reports (balloon figures of a VM); None if it does
    not. `ha_state` is empty for guests that HA does not manage.
    """

    ref: GuestRef
    name: str
    node: str
    status: str
    config: Mapping[str, str]
    pending: Mapping[str, str | None]
    digest: str
    identity: Identity
    disks: tuple[Disk, ...] = ()
    lock: str = ""
    template: bool = False
    protection: bool = False
    ha_state: str = ""
    used_mib: int | None = None
    guest_used_mib: int | None = None
    uptime_seconds: int = 0
    tags: tuple[str, ...] = ()
    pool: str = ""
    snapshots: tuple[Snapshot, ...] = field(default=())

    @property
    def running(self) -> bool:
        """Return whether the guest's process is there."""
        return self.status in {"running", "paused"}

    def disk(self, slot: str) -> Disk | None:
        """Return the disk in that slot, if there is one."""
        return next((d for d in self.disks if d.slot == slot), None)

    def with_snapshots(self, snapshots: tuple[Snapshot, ...]) -> "GuestFacts":
        """Return the same guest with its snapshots."""
        return replace(self, snapshots=snapshots)
