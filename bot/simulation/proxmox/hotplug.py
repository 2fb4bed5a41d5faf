"""Memory and CPU hotplug of a running VM, by the real code's rules.

Memory grows in DIMMs: above the static part come 32 modules of 512 MiB, 32 of 1024, 32 of 2048 and
so on; a value between two steps is rounded up. Source: PVE/QemuServer/Memory.pm, foreach_dimm.
"""

from collections.abc import Iterator

from bot.simulation.proxmox.config_file import ConfigFile
from bot.simulation.proxmox.guest import Guest, max_vcpus, memory_mib
from bot.simulation.proxmox.params.formats import split_list

DEFAULT_FEATURES = frozenset({"network", "disk", "usb"})
STATIC_MIB = 1024
FIRST_DIMM_MIB = 512
GIGANTIC = "1024"
DIMMS_PER_SIZE = 32
DIMM_SIZES = 8
MAX_MEMORY_MIB = 1024 * 1024


class HotplugProblemError(Exception):
    """A live change that did not work; the text is Proxmox's, newline included."""


def features(hotplug: str | None) -> frozenset[str]:
    """Return what can change live; unset or 1 is the default of network, disk and usb."""
    if hotplug is None or hotplug == "1":
        return DEFAULT_FEATURES
    return frozenset() if hotplug == "0" else frozenset(split_list(hotplug))


def static_mib(values: dict[str, str]) -> int:
    """Return the part of the memory that is no DIMM, MiB."""
    sockets = int(values.get("sockets", "1"))
    return STATIC_MIB * (sockets if values.get("hugepages") == GIGANTIC else 1)


def dimms(values: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Every DIMM slot in order: its size and the memory it reaches, MiB."""
    reached = static_mib(values)
    size = STATIC_MIB if values.get("hugepages") == GIGANTIC else FIRST_DIMM_MIB
    for _ in range(DIMM_SIZES):
        for _ in range(DIMMS_PER_SIZE):
            reached += size
            yield size, reached
        size *= 2


def boot_dimms(values: dict[str, str]) -> list[int]:
    """Return the sizes in MiB of the DIMMs a VM is started with."""
    wanted = memory_mib(values.get("memory"))
    if "memory" not in features(values.get("hotplug")):
        return []
    return [size for size, reached in dimms(values) if reached - size < wanted]


def change_memory(guest: Guest, config: ConfigFile, value: str) -> None:
    """Plug or unplug memory; the file is written after each module.

    Raises HotplugProblemError; what was plugged until then stays in force.
    """
    present, wanted = memory_mib(config.values.get("memory")), memory_mib(value)
    if present == wanted:
        config.apply("memory", value)
        return
    floor = static_mib(config.values)
    if wanted < floor:
        raise HotplugProblemError(
            f"memory can't be lower than {floor} MB "
            "at /usr/share/perl5/PVE/QemuServer/Memory.pm line 219.\n"
        )
    if wanted > MAX_MEMORY_MIB:
        raise HotplugProblemError(f"you cannot add more memory than max mem {MAX_MEMORY_MIB} MB!\n")
    if wanted > present:
        _plug(guest, config, wanted)
    else:
        _unplug(guest, config, wanted)
    config.pending.pop("memory", None)


def _plug(guest: Guest, config: ConfigFile, wanted: int) -> None:
    for slot, (size, reached) in enumerate(dimms(config.values)):
        if reached > memory_mib(config.values.get("memory")):
            if guest.hotplug_limit is not None and guest.hotplug_limit <= 0:
                raise HotplugProblemError(
                    f"VM {guest.vmid} qmp command 'object-add' failed - cannot set up guest "
                    f"memory 'mem-dimm{slot}': Cannot allocate memory\n"
                )
            if guest.hotplug_limit is not None:
                guest.hotplug_limit -= 1
            guest.dimms.append(size)
            config.values["memory"] = str(reached)
            guest.save(config)
        if reached >= wanted:
            return


def _unplug(guest: Guest, config: ConfigFile, wanted: int) -> None:
    present = memory_mib(config.values.get("memory"))
    while guest.lists_dimms and guest.dimms and present > wanted:
        if guest.keeps_memory:
            slot = len(guest.dimms) - 1
            raise HotplugProblemError(
                f"400 Parameter verification failed.\ndimm{slot}: error unplug module\n"
            )
        present -= guest.dimms.pop()
        config.values["memory"] = str(present)
        guest.save(config)


def change_vcpus(config: ConfigFile, value: str | None) -> None:
    """Put CPUs online or offline; None means all of them.

    Raises HotplugProblemError when there are not that many.
    """
    most = max_vcpus(config.values)
    wanted = int(value) if value else most
    if wanted > most:
        raise HotplugProblemError("you can't add more vcpus than maxcpus\n")
