"""Which privilege each option of a guest's configuration needs.

Follows check_vm_modify_config_perm of qemu-server and check_ct_modify_config_perm of pve-container.
"""

from collections.abc import Iterable, Mapping

from bot.simulation.proxmox import property_string
from bot.simulation.proxmox.call import Call
from bot.simulation.proxmox.errors import ApiError, died
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params.methods import LXC_DISKS, QEMU_DISKS
from bot.simulation.proxmox.permissions import SUPERUSER

QEMU_RIGHTS = {
    "VM.Config.CPU": "affinity cores cpu cpulimit cpuunits numa smp sockets vcpus",
    "VM.Config.Memory": "balloon hugepages keephugepages memory shares",
    "VM.Config.HWType": (
        "acpi arch audio0 hotplug ivshmem kvm machine rng0 scsihw smbios1 tablet vga watchdog"
    ),
    "VM.Config.Options": (
        "agent allow-ksm autostart bios description keyboard localtime migrate_downtime "
        "migrate_speed name onboot ostype protection reboot startdate startup tags tdf template "
        "vmgenid"
    ),
    "VM.Config.Disk": "boot bootdisk vmstatestorage " + " ".join(QEMU_DISKS),
    "VM.Config.CDROM": "cdrom",
    "VM.Config.Cloudinit": (
        "cicustom cipassword citype ciupgrade ciuser nameserver searchdomain sshkeys"
    ),
}
LXC_RIGHTS = {
    "VM.Config.CPU": "cores cpulimit cpuunits",
    "VM.Config.Memory": "memory swap",
    "VM.Config.Network": "hostname nameserver searchdomain",
    "VM.Config.Disk": "disk " + " ".join(LXC_DISKS),
}
QEMU = {option: right for right, options in QEMU_RIGHTS.items() for option in options.split()}
LXC = {option: right for right, options in LXC_RIGHTS.items() for option in options.split()}
INDEXED = {
    "net": "VM.Config.Network",
    "ipconfig": "VM.Config.Network",
    "numa": "VM.Config.CPU",
    "unused": "VM.Config.Disk",
}
ROOT_ONLY_LXC = frozenset({"lock", "hookscript"})


def check_qemu(call: Call, options: Iterable[str]) -> None:
    """Refuse unless the caller may change each of these options of a VM."""
    if call.who == SUPERUSER:
        return
    for option in sorted(options):
        right = QEMU.get(option) or _indexed(option)
        if right is None:
            raise died(f"only root can set '{option}' config")
        call.need(call.guest_path, right)
        if option == "startup":
            call.need("/", "Sys.Modify")


def check_lxc(call: Call, guest: Guest, options: Mapping[str, str]) -> None:
    """Refuse unless the caller may change each of these options of a CT to these values."""
    if call.who == SUPERUSER:
        return
    for option, value in sorted(options.items()):
        if option in ROOT_ONLY_LXC:
            raise died(f"only root can set '{option}' config")
        if option == "features":
            _check_features(call, guest, value)
        else:
            right = LXC.get(option) or _indexed(option) or "VM.Config.Options"
            call.need(call.guest_path, right)


def _check_features(call: Call, guest: Guest, value: str) -> None:
    if guest.config.values.get("unprivileged") != "1":
        raise _root_only("changing feature flags for privileged container")
    old = _flags(guest.config.values.get("features", ""))
    changed = {flag for flag, _ in old ^ _flags(value)}
    if changed - {"nesting"}:
        raise _root_only("changing feature flags (except nesting)")
    if changed:
        call.need(call.guest_path, "VM.Allocate")


def _root_only(what: str) -> ApiError:
    return ApiError(f"Permission check failed ({what} is only allowed for root@pam)", code=403)


def _flags(features: str) -> set[tuple[str, str]]:
    parts = property_string.parse(features, first="")
    return {(flag, value) for flag, value in parts.items() if value != "0"}


def _indexed(option: str) -> str | None:
    stem = option.rstrip("0123456789")
    return INDEXED.get(stem) if stem != option else None
