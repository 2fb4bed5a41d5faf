"""Growing a disk: a VM's is checked inside the task, a CT's before it."""

from bot.simulation.proxmox import lxc_config, property_string, qemu_config
from bot.simulation.proxmox.errors import ApiError, died
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.sizes import KIB, format_size, round_up, wanted_size
from bot.simulation.proxmox.storage import Storage, Volume

MISSING = "property is missing and it is not optional"


def storage_of(volid: str) -> str:
    """Return the storage's name in a volume id."""
    name, colon, _ = volid.partition(":")
    if not colon:
        raise died(f"unable to parse volume ID '{volid}'")
    return name


def qemu_volid(guest: Guest, disk: str) -> str:
    """Return the volume id of a VM's disk; dies if it has no such disk."""
    drive = guest.config.values.get(disk)
    if drive is None:
        raise died(f"disk '{disk}' does not exist")
    volid = property_string.parse(drive, first="file")["file"]
    storage_of(volid)
    return volid


def lxc_volid(guest: Guest, disk: str) -> str:
    """Return the volume id of a CT's mount point; dies if it has no such mount point."""
    mount = guest.config.values.get(disk)
    if mount is None:
        raise ApiError("format error", code=500, errors={"mp": MISSING, "volume": MISSING})
    return property_string.parse(mount, first="volume")["volume"]


def check_before(guest: Guest, digest: str | None) -> None:
    """Check a VM's digest and lock, as its resize does first."""
    if digest and digest != guest.digest:
        raise died(qemu_config.STALE)
    guest.check_lock()


def grow_qemu(guest: Guest, disk: str, size: str, node_storage: tuple[Storage, Volume]) -> None:
    """Grow a VM's disk; asking for the present size does nothing."""
    storage, volume = node_storage
    wanted = wanted_size(size, volume.size)
    if wanted < volume.size:
        raise died("shrinking disks is not supported")
    if wanted == volume.size:
        return
    padded = round_up(wanted, KIB)
    storage.grow(guest.node, volume, padded)
    _note_size(guest, disk, padded, first="file")


def check_digest(guest: Guest, digest: str | None) -> None:
    """Die if a CT's configuration is no longer the one of the digest."""
    if digest and digest != guest.digest:
        raise died(lxc_config.STALE)


def check_lxc(size: str, volume: Volume) -> int:
    """Check the wanted size of a CT's mount point and return it in bytes."""
    wanted = wanted_size(size, volume.size)
    if wanted < volume.size:
        raise died("unable to shrink disk size")
    if wanted == volume.size:
        raise died("disk is already at specified size")
    return wanted


def grow_lxc(guest: Guest, disk: str, wanted: int, node_storage: tuple[Storage, Volume]) -> None:
    """Grow a CT's mount point and its file system."""
    storage, volume = node_storage
    padded = round_up(wanted, KIB)
    storage.grow(guest.node, volume, padded)
    _note_size(guest, disk, padded, first="volume")


def _note_size(guest: Guest, disk: str, size: int, *, first: str) -> None:
    config = guest.load()
    parts = property_string.parse(config.values[disk], first=first)
    parts["size"] = format_size(size)
    config.values[disk] = property_string.write(parts, first=first)
    guest.save(config)
