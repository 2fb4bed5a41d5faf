"""Changing a CT's configuration; most of it applies at once on a running one.

Follows update_pct_config, vmconfig_hotplug_pending and vmconfig_apply_pending of pve-container.
"""

from collections.abc import Mapping

from bot.simulation.proxmox import networks
from bot.simulation.proxmox.config_file import ConfigFile
from bot.simulation.proxmox.errors import died, wrong_parameters
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params.check import spec_of
from bot.simulation.proxmox.params.formats import split_list
from bot.simulation.proxmox.params.guest_options import LXC
from bot.simulation.proxmox.params.methods import LXC_DISKS
from bot.simulation.proxmox.qemu_config import Change, clean_values

LIVE = frozenset(
    [
        "lock",
        "description",
        "onboot",
        "startup",
        "protection",
        "hostname",
        "hookscript",
        "cores",
        "tags",
        "cpulimit",
        "cpuunits",
        "memory",
        "swap",
    ]
)
REQUIRED = frozenset({"memory", "rootfs", "ostype"})
READ_ONLY = frozenset({"unprivileged"})
STALE = "detected modified configuration - file changed by other user? Try again."


def read_change(params: Mapping[str, str]) -> Change:
    """Sort a request's parameters into a change; dies if there are none."""
    values = {k: v for k, v in params.items() if k not in {"delete", "revert"}}
    delete = tuple(split_list(params.get("delete", "")))
    revert = tuple(split_list(params.get("revert", "")))
    if not (values or delete or revert):
        raise died("no options specified")
    return Change(clean_values(values), delete, revert)


def check_change(change: Change) -> None:
    """Refuse a change that contradicts itself or names an unknown option."""
    for option in change.revert:
        if spec_of(LXC, option) is None:
            raise wrong_parameters({"revert": f"unknown option '{option}'"})
        if option in change.values:
            text = f"you can't use '-{option}' and '-revert {option}' at the same time"
            raise wrong_parameters({"revert": text})
    for option in change.delete:
        if spec_of(LXC, option) is None:
            raise wrong_parameters({"delete": f"unknown option '{option}'"})
        if option in change.values:
            text = f"you can't use '-{option}' and -delete {option}' at the same time"
            raise wrong_parameters({"delete": text})
        if option in change.revert:
            text = f"you can't use '-delete {option}' and '-revert {option}' at the same time"
            raise wrong_parameters({"delete": text})


def prepare(guest: Guest, digest: str | None) -> None:
    """Check lock and digest before any change."""
    guest.check_lock()
    if digest and digest != guest.digest:
        raise died(STALE)


def update(guest: Guest, change: Change) -> None:
    """Write the change and apply what can be applied; nothing is written when it is refused."""
    config = guest.load()
    for option in change.revert:
        config.revert(option)
    for option in change.delete:
        if option in config.values or option in config.pending:
            _check_delete(guest, config, option)
            config.delete_pending(option)
    for option, value in change.values.items():
        _check_set(guest, config, option)
        config.set_pending(option, value)
    config.clean_pending()
    apply(config, running=guest.running, selected={*change.values, *change.delete})
    guest.save(config)


def _check_delete(guest: Guest, config: ConfigFile, option: str) -> None:
    if option in REQUIRED:
        raise died(f"unable to delete required option '{option}'")
    if option in READ_ONLY:
        raise died(f"unable to delete read-only option: '{option}'")
    if option in LXC_DISKS and config.values.get("protection") == "1":
        raise died(f"can't remove CT {guest.vmid} drive '{option}' - protection mode enabled")


def _check_set(guest: Guest, config: ConfigFile, option: str) -> None:
    if option in READ_ONLY:
        raise died(f"unable to modify read-only option: '{option}'")
    if option in LXC_DISKS and config.values.get("protection") == "1":
        raise died(f"can't update CT {guest.vmid} drive '{option}' - protection mode enabled")


def apply(config: ConfigFile, *, running: bool, selected: set[str] | None = None) -> None:
    """Put in force what waits for the selected options (None: all), as far as a running CT can."""
    for option in list(config.pending_delete):
        if _chosen(config, option, selected, running=running):
            config.detach(option, first="volume")
            config.remove(option)
    for option, value in list(config.pending.items()):
        if _chosen(config, option, selected, running=running):
            config.apply(option, value)


def _chosen(config: ConfigFile, option: str, selected: set[str] | None, *, running: bool) -> bool:
    return (selected is None or option in selected) and (not running or _live(config, option))


def _live(config: ConfigFile, option: str) -> bool:
    if option in LIVE or networks.is_net(option):
        return True
    return option.startswith("mp") and option[2:].isdigit() and option not in config.values
