"""What a guest's configuration says: the texts of Proxmox as numbers in base units.

Every reader takes the mapping of `GuestFacts.config` (or `coming`) and returns None where the text
cannot be read as a number. Defaults are those of Proxmox's API schema.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.model.dimm import Grid
from bot.model.guest import GuestFacts, Kind
from bot.model.unit import Unit, Value

Config = Mapping[str, str]

DEFAULT_MEMORY_MIB = 512
DEFAULT_HOTPLUG = frozenset({"network", "disk", "usb"})
UNITS: Mapping[str, Unit] = {
    "memory": Unit.MIB,
    "swap": Unit.MIB,
    "balloon": Unit.MIB,
    "cores": Unit.CORES,
    "vcpus": Unit.CORES,
    "cpulimit": Unit.CENTICORES,
}
"""Config keys whose values are numbers of a unit; a field of that name changes the key."""
PRIVILEGES = {
    "memory": "VM.Config.Memory",
    "swap": "VM.Config.Memory",
    "balloon": "VM.Config.Memory",
    "cores": "VM.Config.CPU",
    "vcpus": "VM.Config.CPU",
    "cpulimit": "VM.Config.CPU",
}
"""What Proxmox asks for each of them; a disk needs other ones."""

_NUMBER = re.compile(r"(?:current=)?(\d{1,15}(?:\.\d*)?|\.\d+)(?:,\w+=.*)?", re.ASCII)
_BLOCKS_PLUGGING = re.compile(r"(numa|virtiofs)\d+")


def coming(guest: GuestFacts) -> dict[str, str]:
    """Return the configuration as the next cold start will find it: with what waits."""
    merged = {**guest.config, **{k: v for k, v in guest.pending.items() if v is not None}}
    return {k: v for k, v in merged.items() if guest.pending.get(k, "") is not None}


def number(text: str) -> Decimal | None:
    """Return the number in a text (`4096`, `current=4096`, `1.5`), None if there is none."""
    found = _NUMBER.fullmatch(text.strip())
    return Decimal(found[1]) if found else None


def whole(text: str) -> int | None:
    """Return a whole number, or None."""
    figure = number(text)
    return int(figure) if figure is not None and figure == int(figure) else None


def memory_mib(config: Config) -> int | None:
    """Return the configured memory (`4096`, or since 8.1 `current=4096`)."""
    return whole(config.get("memory", str(DEFAULT_MEMORY_MIB)))


def sockets(config: Config) -> int | None:
    """Return a VM's sockets."""
    return whole(config.get("sockets", "1"))


def cores(config: Config, kind: Kind, node_cpus: int | None) -> int | None:
    """Return a VM's cores per socket, or a CT's cores (unset: all of the node's)."""
    if "cores" not in config and kind is Kind.CT:
        return node_cpus
    return whole(config.get("cores", "1"))


def total_cores(config: Config) -> int | None:
    """Return a VM's sockets × cores: the CPUs it can have."""
    here, there = sockets(config), cores(config, Kind.VM, None)
    return None if here is None or there is None else here * there


def vcpus(config: Config) -> int | None:
    """Return how many CPUs a VM starts with (unset or 0: all)."""
    return whole(config.get("vcpus", "0")) or total_cores(config)


def promised_cores(config: Config, kind: Kind, node_cpus: int | None) -> int | None:
    """Return how many CPUs the configuration promises the guest."""
    return vcpus(config) if kind is Kind.VM else cores(config, kind, node_cpus)


def cpulimit(config: Config) -> int | None:
    """Return the CPU limit in hundredths of a core; 0 is none."""
    figure = number(config.get("cpulimit", "0"))
    return None if figure is None else int(figure * 100)


def cpulimit_text(centicores: int) -> str:
    """Return a CPU limit as Proxmox takes it: `150` → `1.5`."""
    return f"{centicores // 100}.{centicores % 100:02d}".rstrip("0").rstrip(".")


def balloon_mib(config: Config) -> int | None:
    """Return a VM's balloon minimum; 0 is no balloon device, None unset (a device with no range)."""
    return whole(config["balloon"]) if "balloon" in config else None


def swap_mib(config: Config) -> int | None:
    """Return a CT's swap."""
    return whole(config.get("swap", str(DEFAULT_MEMORY_MIB)))


def hotplug(config: Config) -> frozenset[str]:
    """Return what can be plugged into a running VM."""
    text = config.get("hotplug", "1").strip()
    if text in {"0", ""}:
        return frozenset()
    return DEFAULT_HOTPLUG if text == "1" else frozenset(re.split(r"[,;\s]+", text))


def memory_grid(config: Config) -> Grid | None:
    """Return the memory grid of a VM whose memory is made of modules; None for any other."""
    plugs = "memory" in hotplug(config) and config.get("numa", "0") == "1"
    if not plugs or any(_BLOCKS_PLUGGING.fullmatch(key) for key in config):
        return None
    if config.get("hugepages") == "1024":
        return Grid(static=1024 * (sockets(config) or 1), module=1024)
    return Grid()


def value_of(key: str, config: Config, kind: Kind, node_cpus: int | None = None) -> Value:
    """Return a key's value as a change shows it: a number of its unit, else the text or None.

    Effective values: an unset `vcpus` is all cores, a CT's unset `cores` all of the node's.
    """
    number = {
        "memory": memory_mib,
        "swap": swap_mib,
        "balloon": balloon_mib,
        "vcpus": vcpus,
        "cpulimit": cpulimit,
    }
    if key == "cores":
        return cores(config, kind, node_cpus)
    return number[key](config) if key in number else config.get(key)
