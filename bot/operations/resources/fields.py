"""The fields of `resources`, and which of them an ask names."""

import re

from bot.model.feature import Feature
from bot.model.guest import GuestFacts, Kind
from bot.model.intent import Amount, Ask
from bot.model.operation import Field
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.unit import Unit

BOTH = frozenset({Kind.VM, Kind.CT})
VM = frozenset({Kind.VM})
CT = frozenset({Kind.CT})
ANY_DISK = "disk"
"""Stands for the guest's only disk that can grow."""

LEAST_MIB = 16
MOST_CENTICORES = {Kind.VM: 12_800, Kind.CT: 819_200}
MOST_CT_CORES = 8192
SLOTS = {
    Kind.VM: re.compile(r"(scsi|virtio|sata|ide)\d{1,2}"),
    Kind.CT: re.compile(r"rootfs|mp\d{1,3}"),
}


def _disk(name: str, label: str, kinds: frozenset[Kind]) -> Field:
    """Return the field of a disk slot."""
    return Field(
        name=name,
        label=label,
        unit=Unit.BYTES,
        kinds=kinds,
        help="grows only; it cannot be shrunk again",
        example="+20G",
        final=True,
        feature=Feature.DISKS,
    )


FIELDS = (
    Field(
        name="memory",
        label="Memory",
        unit=Unit.MIB,
        kinds=BOTH,
        help="what the guest may use at most",
        example="+2G",
        minimum=LEAST_MIB,
        feature=Feature.MEMORY,
    ),
    Field(
        name="swap",
        label="Swap",
        unit=Unit.MIB,
        kinds=CT,
        help="swap beside the memory of a CT",
        example="1G",
        minimum=0,
        feature=Feature.MEMORY,
    ),
    Field(
        name="balloon",
        label="Balloon minimum",
        unit=Unit.MIB,
        kinds=VM,
        help="memory a VM keeps when its host is short; 0 switches the balloon off",
        example="2G",
        minimum=0,
        feature=Feature.MEMORY,
    ),
    Field(
        name="cores",
        label="Cores",
        unit=Unit.CORES,
        kinds=BOTH,
        help="cores (of each socket, for a VM)",
        example="+2",
        minimum=1,
        feature=Feature.CPU,
    ),
    Field(
        name="vcpus",
        label="CPUs plugged",
        unit=Unit.CORES,
        kinds=VM,
        help="CPUs in use, up to sockets × cores",
        example="4",
        minimum=1,
        feature=Feature.CPU,
    ),
    Field(
        name="cpulimit",
        label="CPU limit",
        unit=Unit.CENTICORES,
        kinds=BOTH,
        help="CPU time at most, in cores; 0 is no limit",
        example="1.5",
        minimum=0,
        feature=Feature.CPU,
    ),
    _disk(ANY_DISK, "Disk", BOTH),
    _disk("scsi*", "SCSI disk", VM),
    _disk("virtio*", "VirtIO disk", VM),
    _disk("sata*", "SATA disk", VM),
    _disk("ide*", "IDE disk", VM),
    _disk("rootfs", "Root file system", CT),
    _disk("mp*", "Mount point", CT),
)

NUMBERS = ("memory", "swap", "balloon", "cores", "vcpus", "cpulimit")
"""The fields that are config values, in the order in which plans show them."""


def _names(kind: Kind) -> tuple[str, ...]:
    """Return what can be asked for a guest of that kind."""
    return tuple(f.name for f in FIELDS if kind in f.kinds)


def _only_disk(guest: GuestFacts) -> str | Refusal:
    """Return the slot of the guest's only disk that can grow."""
    growing = tuple(d.slot for d in guest.disks if not d.why_not)
    if len(growing) == 1:
        return growing[0]
    if growing:
        return refuse(Reason.WHICH_DISK, disks=growing)
    all_slots = tuple(d.slot for d in guest.disks)
    return refuse(Reason.NO_SUCH_DISK, disk=ANY_DISK, disks=all_slots)


def _named(field: str, guest: GuestFacts) -> str | Refusal:
    """Return the field's name with the disk found, or why this guest has no such field."""
    kind = guest.ref.kind
    if field == ANY_DISK:
        return _only_disk(guest)
    if guest.disk(field) is not None:
        return field
    if SLOTS[kind].fullmatch(field):
        slots = tuple(d.slot for d in guest.disks)
        return refuse(Reason.NO_SUCH_DISK, disk=field, disks=slots)
    if field in NUMBERS and field in _names(kind):
        return field
    if field in NUMBERS or any(slot.fullmatch(field) for slot in SLOTS.values()):
        return refuse(Reason.FIELD_NOT_FOR_KIND, field=field, kind=kind.word, allowed=_names(kind))
    return refuse(Reason.UNKNOWN_FIELD, field=field, allowed=_names(kind))


def asked(ask: Ask, guest: GuestFacts) -> dict[str, Amount] | Refusal:
    """Return the amounts by field (disks by slot), config values first, in a stable order."""
    found: dict[str, Amount] = {}
    for field, amount in ask.amounts.items():
        name = _named(field, guest)
        if isinstance(name, Refusal):
            return name
        if name in found:
            return refuse(
                Reason.BAD_AMOUNT,
                field=name,
                text=amount.text,
                problem="the same disk is asked for twice",
                allowed="one amount for each disk",
            )
        found[name] = amount
    if not found:
        return refuse(Reason.NOTHING_ASKED, example="memory +2G")
    order = {name: place for place, name in enumerate(NUMBERS)}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))
