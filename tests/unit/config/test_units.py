"""Durations, sizes, reserves and increases."""

import pytest

from bot.capacity import Reserve
from bot.config.units import duration_ms, reserve, size_bytes, size_mib, up_to
from bot.policy import UpTo


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90s", 90_000),
        ("15m", 900_000),
        ("24h", 86_400_000),
        ("3d", 259_200_000),
        ("2 w", 1_209_600_000),
        ("2y", 63_072_000_000),
        ("1h30m", 5_400_000),
        ("1 day", 86_400_000),
    ],
)
def test_durations(text: str, ms: int) -> None:
    """Whole numbers with their units, as in a request."""
    assert duration_ms(text) == ms


@pytest.mark.parametrize("text", ["", "0s", "24", "1.5h", "-3d", "٣d", 24, None])
def test_no_durations(text: object) -> None:
    """Anything else is refused with what is allowed."""
    with pytest.raises(ValueError, match="write 90s, 15m"):
        duration_ms(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("512MiB", 2**29), ("4G", 2**32), ("4 GB", 2**32), ("1.5gib", 3 * 2**29), ("2TiB", 2**41)],
)
def test_sizes(text: str, amount: int) -> None:
    """Units of 1024, as Proxmox counts."""
    assert size_bytes(text) == amount


@pytest.mark.parametrize("text", ["", "4096", "4GiBs", "-1G", "+1G", "1e3G", "1,5G", 4, None])
def test_no_sizes(text: object) -> None:
    """A number without a unit is not guessed at."""
    with pytest.raises(ValueError, match="write 512MiB"):
        size_bytes(text)


def test_whole_mib_are_rounded_up() -> None:
    """A reserve is never smaller than what was written."""
    assert size_mib("1.6GiB") == 1_639


def test_reserves() -> None:
    """A share below a hundred, or a size."""
    assert reserve("10%") == Reserve(percent=10.0)
    assert reserve("2GiB") == Reserve(mib=2_048)
    for text in ("100%", "ten", 10):
        with pytest.raises(ValueError, match="write a share below 100 as 10%"):
            reserve(text)


def test_increases() -> None:
    """A plus, then a size in bytes or a count in hundredths."""
    assert up_to("memory", "+4GiB") == UpTo(word="memory", amount=2**32, is_size=True)
    assert up_to("cores", "+1.5") == UpTo(word="cores", amount=150, is_size=False)
    for text in ("4GiB", "+", "+-1", "+50%", 2):
        with pytest.raises(ValueError, match=r"write \+4GiB"):
            up_to("memory", text)
