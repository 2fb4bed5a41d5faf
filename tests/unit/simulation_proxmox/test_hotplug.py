"""The DIMM grid and live changes of memory and CPUs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulation.proxmox import hotplug
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.hotplug import HotplugProblemError

TEXT = "cores: 4\nhotplug: memory,cpu\nmemory: 2048\nnuma: 1\nvcpus: 2\n"


def running_vm(memory: int = 2048) -> Guest:
    """Build a running VM that is prepared for hotplug."""
    guest = Guest(100, "qemu", "pve1", TEXT.replace("2048", str(memory)), running=True)
    guest.dimms = hotplug.boot_dimms(guest.config.values)
    return guest


def grown(wanted: int, present: int = 2048) -> int:
    """Return the memory a VM has after asking for so much."""
    guest = running_vm(present)
    hotplug.change_memory(guest, guest.load(), str(wanted))
    return guest.memory_mib


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [(2560, 2560), (4500, 4608), (17408, 17408), (17409, 18432), (50177, 52224), (115713, 119808)],
)
def test_memory_is_rounded_up_to_the_grid(wanted: int, expected: int) -> None:
    """Steps: 512 up to 17408, 1024 up to 50176, 2048 up to 115712, then 4096."""
    assert grown(wanted) == expected


@given(st.integers(min_value=2049, max_value=246_784))
def test_growth_is_at_least_what_was_asked_and_less_than_a_step_more(wanted: int) -> None:
    """The grid never gives less, and at most one module more."""
    got = grown(wanted)
    assert wanted <= got < wanted + 4096


@given(st.integers(min_value=1024, max_value=60_000))
def test_modules_add_up_to_the_memory_at_start(memory: int) -> None:
    """A VM started with memory hotplug has its static part and modules reaching its memory."""
    total = hotplug.STATIC_MIB + sum(running_vm(memory).dimms)
    assert memory <= total < memory + 2048


def test_floor_is_1024() -> None:
    """Less than the static part is refused."""
    with pytest.raises(HotplugProblemError, match="memory can't be lower than 1024 MB"):
        grown(512)


def test_unplug_goes_module_by_module() -> None:
    """Less memory takes whole modules out, never going below what was asked by more than one."""
    guest = running_vm(8192)
    hotplug.change_memory(guest, guest.load(), "4096")
    assert guest.memory_mib == 4096
    assert sum(guest.dimms) == 4096 - 1024


def test_guest_that_keeps_its_memory_fails_the_unplug() -> None:
    """A guest may refuse to give modules back."""
    guest = running_vm(8192)
    guest.keeps_memory = True
    with pytest.raises(HotplugProblemError, match="error unplug module"):
        hotplug.change_memory(guest, guest.load(), "4096")


def test_hotplug_that_stops_half_way_leaves_what_was_plugged() -> None:
    """Modules plugged before the failure stay in force."""
    guest = running_vm(2048)
    guest.hotplug_limit = 2
    with pytest.raises(HotplugProblemError, match="Cannot allocate memory"):
        hotplug.change_memory(guest, guest.load(), "8192")
    assert guest.memory_mib == 3072


def test_vcpus_cannot_exceed_cores_times_sockets() -> None:
    """More CPUs than the VM was started with cannot come online."""
    with pytest.raises(HotplugProblemError, match="more vcpus than maxcpus"):
        hotplug.change_vcpus(running_vm().load(), "5")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, {"network", "disk", "usb"}), ("1", {"network", "disk", "usb"}), ("0", set())],
)
def test_default_features_hold_neither_memory_nor_cpu(value: str, expected: set[str]) -> None:
    """Unset and 1 mean network, disk and usb; 0 means nothing."""
    assert hotplug.features(value) == expected
