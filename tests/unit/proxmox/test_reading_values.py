"""Scalars, sizes and property strings."""

from typing import Any

import pytest

from bot.proxmox.reading import values

GIB = 1024**3


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("20G", 20 * GIB),
        ("4608M", 4608 * 1024**2),
        ("1.5G", GIB * 3 // 2),
        ("528K", 528 * 1024),
        ("1T", 1024 * GIB),
        ("4194304", 4194304),
        (4194304, 4194304),
        ("20GB", None),
        ("", None),
        (None, None),
    ],
)
def test_disk_sizes(written: Any, expected: int | None) -> None:
    """A size is read in every unit Proxmox writes, 1024 based; anything else is unknown."""
    assert expected == values.size_bytes(written)


@pytest.mark.parametrize(
    ("given", "expected"),
    [(7, 7), ("7", 7), ("7.9", 7), (7.9, 7), (True, 1), ("x", None), (None, None), ([], None)],
)
def test_whole_numbers(given: Any, expected: int | None) -> None:
    """Numbers may come as text; what is none is unknown, not zero."""
    assert expected == values.whole(given)


@pytest.mark.parametrize("given", ["nan", "inf", float("nan"), float("-inf")])
def test_numbers_that_are_none(given: Any) -> None:
    """A figure that is not finite is unknown."""
    assert values.number(given) is None


@pytest.mark.parametrize("given", [1, True, "1", "on", "Yes", "TRUE"])
def test_flags_that_are_set(given: Any) -> None:
    """Booleans come in many spellings."""
    assert values.flag(given)


@pytest.mark.parametrize("given", [0, False, "0", "off", "no", "", None])
def test_flags_that_are_not_set(given: Any) -> None:
    """Everything else is false, also what is missing."""
    assert not values.flag(given)


def test_tags_split_in_every_way() -> None:
    """Tags are split by semicolons, commas and spaces; empty ones vanish."""
    assert values.tags("prod;web, db  x;;") == ("prod", "web", "db", "x")


def test_the_first_part_of_a_property_string_may_lack_its_name() -> None:
    """Only the first bare part gets the default name, and values may hold `=`."""
    assert values.properties("local:1,size=4G,opt=a=b", "file") == {
        "file": "local:1",
        "size": "4G",
        "opt": "a=b",
    }


def test_a_total_of_zero_is_unknown() -> None:
    """Proxmox writes 0 where it does not know a total."""
    assert values.known(0) is None
    assert values.known("17") == 17
