"""Changing a VM's configuration: what waits, what is applied live, what is refused.

Follows update_vm_api, vmconfig_hotplug_pending and vmconfig_apply_pending of qemu-server.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.simulation.proxmox import hotplug, networks, property_string
from bot.simulation.proxmox.config_file import ConfigFile
from bot.simulation.proxmox.errors import ApiError, died, wrong_parameters
from bot.simulation.proxmox.guest import DEFAULT_MEMORY_MIB, Guest, memory_mib
from bot.simulation.proxmox.hotplug import HotplugProblemError
from bot.simulation.proxmox.params.check import spec_of
from bot.simulation.proxmox.params.formats import split_list
from bot.simulation.proxmox.params.guest_options import QEMU
from bot.simulation.proxmox.params.methods import QEMU_DISKS

LIVE = frozenset(
    [
        "lock",
        "name",
        "onboot",
        "shares",
        "startup",
        "description",
        "protection",
        "vmstatestorage",
        "hookscript",
        "tags",
        "migrate_downtime",
        "migrate_speed",
    ]
)
CGROUP = frozenset({"cpulimit", "cpuunits"})
FOR_PREPARED_VMS = frozenset({"memory", "cpu"})
CPUUNITS_MAX = 10_000
STALE = "checksum mismatch (file change by other user?)"


class NotLiveError(Exception):
    """The change has to wait for the next start."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a request asks: values to set, options to delete, pending changes to revert."""

    values: Mapping[str, str]
    delete: tuple[str, ...] = ()
    revert: tuple[str, ...] = ()
    force: bool = False

    @property
    def command_line(self) -> str:
        """The change as the task's log says it."""
        words = dict(self.values)
        if self.delete:
            words["delete"] = ",".join(self.delete)
        if self.revert:
            words["revert"] = ",".join(self.revert)
        return " ".join(f"-{name} {value}" for name, value in sorted(words.items()))


def read_change(params: Mapping[str, str]) -> Change:
    """Sort a request's parameters into a change; refuses what contradicts itself."""
    values = {k: v for k, v in params.items() if k not in {"delete", "revert", "force"}}
    revert = tuple(split_list(params.get("revert", "")))
    delete = tuple(split_list(params.get("delete", "")))
    if not (values or revert or delete):
        raise died("no options specified")
    for option in revert:
        if spec_of(QEMU, option) is None:
            raise wrong_parameters({"revert": f"unknown option '{option}'"})
        if option in values:
            raise _at_once("delete", f"-{option}", f"-revert {option}")
    for option in delete:
        if option in values:
            raise _at_once("delete", f"-{option}", f"-delete {option}")
        if option in revert:
            raise _at_once("revert", f"-delete {option}", f"-revert {option}")
        if spec_of(QEMU, option) is None:
            raise wrong_parameters({"delete": f"unknown option '{option}'"})
    return Change(clean_values(values), delete, revert, params.get("force") == "1")


def _at_once(parameter: str, first: str, second: str) -> ApiError:
    text = f"you can't use '{first}' and {second}' at the same time"
    return wrong_parameters({parameter: text})


def clean_values(values: dict[str, str]) -> dict[str, str]:
    """Return values as Proxmox keeps them: tags in order, cpuunits within cgroup v2's range."""
    clean = dict(values)
    if "tags" in values:
        clean["tags"] = clean_tags(values["tags"])
    if "cpuunits" in values:
        clean["cpuunits"] = str(min(max(int(values["cpuunits"]), 1), CPUUNITS_MAX))
    return clean


def clean_tags(tags: str) -> str:
    """Write tags as Proxmox keeps them: lower case, sorted, each once."""
    return ";".join(sorted({tag.lower() for tag in split_list(tags)}))


def prepare(guest: Guest, change: Change, digest: str | None, *, skiplock: bool = False) -> Change:
    """Check digest, lock and balloon before any work; returns the change with reverts resolved."""
    config = guest.config
    if digest and digest != guest.digest:
        raise died(STALE)
    if not skiplock:
        guest.check_lock()
    values, delete = dict(change.values), list(change.delete)
    for option in change.revert:
        if option in config.values:
            values[option] = config.values[option]
        elif option in config.pending:
            delete.append(option)
    if values.get("memory") or "balloon" in values:
        _check_balloon(config, values)
    return Change(values, tuple(delete), change.revert, change.force)


def _check_balloon(config: ConfigFile, values: Mapping[str, str]) -> None:
    memory = values.get("memory") or config.pending.get("memory") or config.values.get("memory")
    balloon = values.get("balloon")
    if balloon is None:
        balloon = config.pending.get("balloon") or config.values.get("balloon")
    if int(balloon or 0) > memory_mib(memory):
        raise died("balloon value too large (must be smaller than assigned memory)")


def update(guest: Guest, change: Change) -> list[str]:
    """Write the change as pending, then apply what can be applied; returns warnings.

    Refuses with 400 when a live change failed; the change then stays pending.
    """
    warnings = _write_pending(guest, change)
    config = guest.load()
    if config.clean_pending():
        guest.save(config)
    if not (config.pending or config.pending_delete):
        return warnings
    if guest.running:
        selected = {*change.values, *change.delete}
        errors = apply_live(guest, config, selected)
        if errors:
            raise wrong_parameters(errors)
    else:
        apply_stopped(guest, config)
    return warnings


def _write_pending(guest: Guest, change: Change) -> list[str]:
    warnings = []
    config = guest.load()
    before = guest.config
    for option in change.delete:
        if option not in config.values and option not in config.pending:
            warnings.append(f"cannot delete '{option}' - not set in current configuration!")
            continue
        if option in QEMU_DISKS and config.values.get("protection") == "1":
            raise died(f"can't remove drive '{option}' - protection mode enabled")
        config.delete_pending(option, force=change.force)
    for option, value in change.values.items():
        config.set_pending(option, value)
    if config != before:
        guest.save(config)
    return warnings


def apply_stopped(guest: Guest, config: ConfigFile) -> None:
    """Put everything that waits in force: the VM is not running."""
    for option in config.pending_delete:
        config.detach(option, first="file")
        config.values.pop(option, None)
    config.values.update(config.pending)
    config.pending.clear()
    config.pending_delete.clear()
    guest.save(config)


def apply_live(guest: Guest, config: ConfigFile, selected: set[str]) -> dict[str, str]:
    """Apply what can be changed while the VM runs; returns a text for each that went wrong."""
    errors: dict[str, str] = {}
    for option in LIVE & config.pending.keys():
        config.apply(option, config.pending[option])
    for option in sorted(config.pending_delete.keys() & selected):
        try:
            _delete_live(guest, config, option)
        except NotLiveError:
            continue
        except HotplugProblemError as problem:
            errors[option] = f"hotplug problem - {problem}"
        else:
            config.remove(option)
    for option in sorted(config.pending.keys() & selected):
        try:
            _set_live(guest, config, option, config.pending[option])
        except NotLiveError:
            continue
        except HotplugProblemError as problem:
            errors[option] = f"hotplug problem - {problem}"
    guest.save(config)
    return errors


def _delete_live(guest: Guest, config: ConfigFile, option: str) -> None:
    present = hotplug.features(config.values.get("hotplug"))
    if option in LIVE | CGROUP:
        return
    if option == "memory" and "memory" in present:
        hotplug.change_memory(guest, config, str(DEFAULT_MEMORY_MIB))
    elif option == "vcpus" and "cpu" in present:
        hotplug.change_vcpus(config, None)
    elif not _removes_live(config, option, present):
        raise NotLiveError


def _removes_live(config: ConfigFile, option: str, present: frozenset[str]) -> bool:
    if option == "balloon":
        return config.values.get("balloon") != "0"
    if option == "hotplug":
        return not present & FOR_PREPARED_VMS
    if option == "tablet":
        return "usb" in present
    return networks.is_net(option) and "network" in present


def _set_live(guest: Guest, config: ConfigFile, option: str, value: str) -> None:
    present = hotplug.features(config.values.get("hotplug"))
    if option == "memory" and "memory" in present:
        hotplug.change_memory(guest, config, value)
        return
    if option == "vcpus" and "cpu" in present:
        hotplug.change_vcpus(config, value)
    elif not (option in CGROUP or _applies_live(config, option, value, present)):
        raise NotLiveError
    config.apply(option, value)


def _applies_live(config: ConfigFile, option: str, value: str, present: frozenset[str]) -> bool:
    old = config.values.get(option)
    if option == "balloon":
        return (old == "0") == (value == "0")
    if option == "hotplug":
        return not (present | hotplug.features(value)) & FOR_PREPARED_VMS
    if option == "tablet":
        return "usb" in present
    if networks.is_net(option):
        return "network" in present or (old is not None and networks.same_device(old, value))
    if option in QEMU_DISKS and old and "disk" in present:
        same = (property_string.parse(text, first="file")["file"] for text in (old, value))
        return len(set(same)) == 1
    return False
