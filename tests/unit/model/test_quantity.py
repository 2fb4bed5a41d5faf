"""Amounts as people read them."""

import pytest

from bot.model.quantity import GIB, format_value
from bot.model.unit import Unit, Value


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4096, Unit.MIB, "4 GiB"),
        (512, Unit.MIB, "512 MiB"),
        (768, Unit.MIB, "768 MiB"),
        (921, Unit.MIB, "0.9 GiB"),
        (1023, Unit.MIB, "1023 MiB"),
        (1536, Unit.MIB, "1.5 GiB"),
        (15872, Unit.MIB, "15.5 GiB"),
        (0, Unit.MIB, "0 GiB"),
        (-2048, Unit.MIB, "−2 GiB"),
        (20 * GIB, Unit.BYTES, "20 GiB"),
        (0, Unit.BYTES, "0 GiB"),
        (528 << 10, Unit.BYTES, "528 KiB"),
        (4 << 20, Unit.BYTES, "4 MiB"),
        (1, Unit.CORES, "1 core"),
        (2, Unit.CORES, "2 cores"),
        (150, Unit.CENTICORES, "1.5 cores"),
        (125, Unit.CENTICORES, "1.25 cores"),
        (100, Unit.CENTICORES, "1 core"),
        (None, Unit.MIB, "unset"),
        ("running", Unit.TEXT, "running"),
    ],
)
def test_amounts_carry_their_unit(value: Value, unit: Unit, text: str) -> None:
    """GiB with one decimal, MiB below, cores in the singular where it is one."""
    assert text == format_value(value, unit)
