"""Reading a guest's configuration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.dimm import Grid
from bot.model.guest import Kind
from bot.model.guest_config import (
    UNITS,
    coming,
    cpulimit,
    cpulimit_text,
    hotplug,
    memory_grid,
    memory_mib,
    value_of,
    vcpus,
)
from tests.unit.operations.estate import a_guest


@pytest.mark.parametrize(
    ("config", "mib"),
    [
        ({}, 512),
        ({"memory": "4096"}, 4096),
        ({"memory": "current=4096"}, 4096),
        ({"memory": "current=4096,max=8192"}, 4096),
        ({"memory": "lots"}, None),
        ({"memory": "1.5"}, None),
        ({"memory": "+1"}, None),
    ],
)
def test_memory(config: dict[str, str], mib: int | None) -> None:
    """Both forms of memory are read; unset is Proxmox's default."""
    assert mib == memory_mib(config)


@pytest.mark.parametrize(
    ("config", "features"),
    [
        ({}, {"network", "disk", "usb"}),
        ({"hotplug": "1"}, {"network", "disk", "usb"}),
        ({"hotplug": "0"}, set()),
        ({"hotplug": "memory;cpu"}, {"memory", "cpu"}),
    ],
)
def test_hotplug(config: dict[str, str], features: set[str]) -> None:
    """What can be plugged is a list, or 0 for nothing, or 1 for the default."""
    assert features == hotplug(config)


def test_vcpus_unset_are_all() -> None:
    """Unset vcpus are sockets × cores."""
    assert vcpus({"sockets": "2", "cores": "3"}) == 6
    assert vcpus({"sockets": "2", "cores": "3", "vcpus": "4"}) == 4


@pytest.mark.parametrize(
    ("extra", "grid"),
    [
        ({}, Grid()),
        ({"hugepages": "1024", "sockets": "2"}, Grid(static=2048, module=1024)),
        ({"hugepages": "2"}, Grid()),
        ({"numa0": "cpus=0"}, None),
        ({"virtiofs0": "x"}, None),
        ({"numa": "0"}, None),
        ({"hotplug": "cpu"}, None),
    ],
)
def test_grid(extra: dict[str, str], grid: Grid | None) -> None:
    """Memory is made of modules where hotplug and numa say so and nothing stands against it."""
    assert grid == memory_grid({"hotplug": "memory", "numa": "1", **extra})


def test_coming_has_what_waits() -> None:
    """The next start finds waiting values in force, and those gone whose deletion waits."""
    guest = a_guest(config={"balloon": "1024"}, pending={"memory": "8192", "balloon": None})
    assert coming(guest) == {"memory": "8192", "cores": "2"}


@given(st.integers(min_value=0, max_value=819_200))
def test_cpulimit_there_and_back(centicores: int) -> None:
    """A CPU limit as text is read back as the same number."""
    assert centicores == cpulimit({"cpulimit": cpulimit_text(centicores)})


@given(
    st.sampled_from([*UNITS, "cpu"]),
    st.dictionaries(st.sampled_from([*UNITS, "sockets", "hotplug"]), st.text(max_size=12)),
    st.sampled_from(Kind),
)
def test_any_text_is_read(key: str, config: dict[str, str], kind: Kind) -> None:
    """Whatever the texts are, reading gives a number that is not negative, or None."""
    value = value_of(key, config, kind, None)
    assert value is None or not isinstance(value, int) or value >= 0
