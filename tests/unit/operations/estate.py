"""A small estate to plan on: facts with sensible defaults, changed by keyword."""

from collections.abc import Mapping
from dataclasses import replace

from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts, StorageKind
from bot.model.guest import Disk, GuestFacts, GuestRef, GuestSummary, Identity, Kind
from bot.model.intent import Amount, Ask, How, Timing
from bot.model.operation import Facts
from bot.model.plan import Draft
from bot.model.refusal import Reason, Refusal
from bot.operations import OPERATIONS

GIB = 1024**3
READ_AT = 1_793_500_000_000
HOT = {"hotplug": "network,disk,usb,memory,cpu", "numa": "1"}
ALL_RIGHTS = Rights(
    paths={
        "/": dict.fromkeys(
            (
                "VM.Audit",
                "VM.Config.Memory",
                "VM.Config.CPU",
                "VM.Config.Disk",
                "VM.Config.Options",
                "VM.PowerMgmt",
                "VM.Snapshot",
                "Datastore.AllocateSpace",
            ),
            True,
        )
    }
)
NODE = NodeFacts(name="pve1", online=True, memory_mib=65536, cpus=16)
THIN = StorageFacts(
    name="local-lvm",
    node="pve1",
    kind=StorageKind.THIN,
    shared=False,
    active=True,
    type_name="lvmthin",
)
CEPH = StorageFacts(
    name="ceph", node="pve1", kind=StorageKind.CEPH, shared=True, active=True, type_name="rbd"
)


def a_disk(slot: str = "scsi0", gib: int = 32, storage: str = "local-lvm", why: str = "") -> Disk:
    """Return a disk."""
    volume = f"{storage}:vm-100-disk-{slot}"
    return Disk(slot=slot, storage=storage, volume=volume, size_bytes=gib * GIB, why_not=why)


def a_guest(
    kind: Kind = Kind.VM,
    *,
    status: str = "running",
    config: Mapping[str, str] | None = None,
    pending: Mapping[str, str | None] | None = None,
    disks: tuple[Disk, ...] | None = None,
) -> GuestFacts:
    """Return a guest: 4 GiB, two cores, one disk."""
    base = {"memory": "4096", "cores": "2"}
    slot = "scsi0" if kind is Kind.VM else "rootfs"
    return GuestFacts(
        ref=GuestRef(cluster="paris", kind=kind, vmid=100),
        name="db1",
        node="pve1",
        status=status,
        config={**base, **(config or {})},
        pending=pending or {},
        digest="d",
        identity=Identity(uuid="u"),
        disks=(a_disk(slot),) if disks is None else disks,
    )


def facts_of(
    guest: GuestFacts,
    *,
    rights: Rights = ALL_RIGHTS,
    node: NodeFacts = NODE,
    storages: tuple[StorageFacts, ...] = (THIN, CEPH),
    starts_at_boot: bool | None = None,
    last_backup: int | None = None,
    own_vmids: frozenset[int] = frozenset(),
) -> Facts:
    """Return facts around a guest."""
    summary = GuestSummary(
        ref=guest.ref,
        name=guest.name,
        node=guest.node,
        status=guest.status,
        starts_at_boot=starts_at_boot,
    )
    picture = ClusterPicture(
        cluster="paris",
        read_at=READ_AT,
        quorate=True,
        nodes=(node,),
        guests=(summary,),
        storages=storages,
    )
    return Facts(
        guest=guest,
        node=node,
        storages=storages,
        picture=picture,
        rights=rights,
        read_at=READ_AT,
        last_backup=last_backup,
        own_vmids=own_vmids,
    )


def to(amount: int) -> Amount:
    """Return an absolute amount."""
    return Amount(how=How.SET, amount=amount, text=str(amount))


def plus(amount: int) -> Amount:
    """Return an increase."""
    return Amount(how=How.ADD, amount=amount, text=f"+{amount}")


def minus(amount: int) -> Amount:
    """Return a decrease."""
    return Amount(how=How.SUBTRACT, amount=amount, text=f"-{amount}")


RESTART = Timing(with_restart=True)


def ask_for(timing: Timing | None = None, /, **amounts: Amount) -> Ask:
    """Return a request for resources."""
    return Ask(operation="resources", guest="db1", amounts=amounts, timing=timing or Timing())


def planned(guest: GuestFacts, timing: Timing | None = None, /, **amounts: Amount) -> Draft:
    """Return the draft of resources on default facts; a refusal fails the test."""
    return drafted(OPERATIONS["resources"].plan(ask_for(timing, **amounts), facts_of(guest)))


def drafted(result: Draft | Refusal) -> Draft:
    """Return the draft; a refusal fails the test."""
    assert isinstance(result, Draft), result
    return result


def refused(guest: GuestFacts, timing: Timing | None = None, /, **amounts: Amount) -> Refusal:
    """Return the refusal of resources on default facts; a draft fails the test."""
    result = OPERATIONS["resources"].plan(ask_for(timing, **amounts), facts_of(guest))
    assert isinstance(result, Refusal), result
    return result


def why_not(result: Draft | Refusal) -> Reason | None:
    """Return the reason of a refusal, None for a draft."""
    return result.reason if isinstance(result, Refusal) else None


def kinds_of(draft: Draft) -> set[str]:
    """Return the kinds of a draft's notes."""
    return {note.kind.value for note in draft.notes}


def with_used(guest: GuestFacts, used_mib: int) -> GuestFacts:
    """Return the guest using that much memory."""
    return replace(guest, used_mib=used_mib)
