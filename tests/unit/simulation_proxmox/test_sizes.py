"""Sizes as the API takes and writes them, and how storages round them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulation.proxmox.errors import ApiError
from bot.simulation.proxmox.sizes import GIB, MIB, config_size, format_size, wanted_size
from bot.simulation.proxmox.storage import Storage, StorageType, Volume, new_pool


@pytest.mark.parametrize(
    ("text", "expected"),
    [("+1G", 5 * GIB), ("6G", 6 * GIB), ("+0.5G", 4608 * MIB), ("5368709120", 5 * GIB)],
)
def test_plus_adds_to_the_present_size(text: str, expected: int) -> None:
    """With + the size is added to 4 GiB, without it is absolute."""
    assert wanted_size(text, 4 * GIB) == expected


@pytest.mark.parametrize("text", ["ten", "-1G", "+1g", "+1GB", ""])
def test_other_spellings_are_refused(text: str) -> None:
    """Lower case, a B, a sign and words are no sizes."""
    with pytest.raises(ValueError, match="not a size"):
        wanted_size(text, 0)


@given(st.integers(min_value=0, max_value=2**50))
def test_written_size_reads_back(size: int) -> None:
    """What is written as a size means the same number of bytes."""
    assert config_size(format_size(size)) == size


def test_size_without_fraction_takes_the_largest_unit() -> None:
    """4.5 GiB is written in MiB."""
    assert format_size(4608 * MIB) == "4608M"


def storage(type_: StorageType, free_gib: float = 100) -> tuple[Storage, Volume]:
    """Build a storage with one volume of 1 GiB and so much beside it."""
    made = Storage("s", type_, ("images",), pools={"pve1": new_pool(total_gib=free_gib + 1)})
    volume = Volume("s:vm-100-disk-0", 100, GIB, GIB // 2)
    made.add("pve1", volume)
    return made, volume


def test_thick_volume_takes_its_space_at_once() -> None:
    """Growing a volume of a plain volume group uses the space, in extents of 4 MiB."""
    made, volume = storage("lvm")
    made.grow("pve1", volume, 2 * GIB + 1)
    assert volume.size == 2 * GIB + 4 * MIB
    assert made.used("pve1") == 2 * GIB + 4 * MIB


def test_full_volume_group_refuses_growth() -> None:
    """Thick storage fails for lack of space."""
    made, volume = storage("lvm", free_gib=1)
    with pytest.raises(ApiError, match="lvextend"):
        made.grow("pve1", volume, 5 * GIB)
    assert volume.size == GIB


def test_thin_volume_may_promise_more_than_there_is() -> None:
    """Thin storage never fails at a resize; its use does not change by it."""
    made, volume = storage("lvmthin", free_gib=1)
    made.grow("pve1", volume, 500 * GIB)
    assert made.used("pve1") == GIB // 2
