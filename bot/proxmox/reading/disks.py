"""Disks and mount points of a guest's config."""

import re
from collections.abc import Mapping

from bot.model.guest import Disk, Kind
from bot.proxmox.reading.values import properties, size_bytes

_SLOTS = {
    Kind.VM: re.compile(r"(ide|sata|scsi|virtio|efidisk|tpmstate|unused)(\d+)"),
    Kind.CT: re.compile(r"(rootfs|mp|unused)(\d*)"),
}
_FIRST = {Kind.VM: "file", Kind.CT: "volume"}

_BY_SLOT = {
    "efidisk": "it holds the EFI variables",
    "tpmstate": "it holds the TPM state",
    "unused": "it is not attached to the guest",
}


def disks(kind: Kind, config: Mapping[str, str]) -> tuple[Disk, ...]:
    """Return the disks in the order of their slots; an unknown size is 0 and cannot grow."""
    found = []
    for slot, value in config.items():
        match = _SLOTS[kind].fullmatch(slot)
        if match:
            order = (match[1], int(match[2] or 0))
            found.append((order, _disk(slot, match[1], properties(value, _FIRST[kind]), kind)))
    return tuple(disk for _, disk in sorted(found, key=lambda pair: pair[0]))


def _disk(slot: str, bus: str, parts: Mapping[str, str], kind: Kind) -> Disk:
    source = parts.get(_FIRST[kind], "")
    storage, separator, _ = source.partition(":")
    on_storage = bool(separator) and not source.startswith("/")
    size = size_bytes(parts.get("size"))
    return Disk(
        slot=slot,
        storage=storage if on_storage else "",
        volume=source if on_storage else "",
        size_bytes=size or 0,
        why_not=_why_not(bus, source, parts, kind) or ("" if size else "its size is not known"),
    )


def _why_not(bus: str, source: str, parts: Mapping[str, str], kind: Kind) -> str:
    if bus in _BY_SLOT:
        return _BY_SLOT[bus]
    if "cloudinit" in source:
        return "it is the cloud-init drive"
    if parts.get("media") == "cdrom" or source in {"none", "cdrom"}:
        return "it is a CD drive"
    if source.startswith("/dev/"):
        return "it is a device of the node itself"
    if source.startswith("/"):
        return "it is a directory of the node" if kind is Kind.CT else "it is a file of the node"
    return ""
