"""Amounts as people read them: `4 GiB`, `768 MiB`, `1.5 cores`. One decimal at most, two for CPU limits."""

from bot.model.unit import Unit, Value

MIB = 1 << 20
GIB = 1 << 30
GIB_IN_MIB = 1 << 10
CORE = 100
LARGEST = 10**18
"""Figures beyond it are shown as it: nothing real is larger."""


def number(figure: float, decimals: int = 1) -> str:
    """Return a figure with at most so many decimals and no trailing zeros: 4, 0.9, 6.5."""
    shown = f"{max(-LARGEST, min(LARGEST, figure)):.{decimals}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in {"-0", ""} else shown.replace("-", "−")


def _size(mib: float) -> tuple[str, str]:
    """Return a size: MiB up to 512 and for figures somebody set, else GiB with one decimal."""
    size = abs(mib)
    small = size <= GIB_IN_MIB / 2 or mib % 64 == 0 or number(size / GIB_IN_MIB) == "1"
    if 0 < size < GIB_IN_MIB and small:
        return number(mib), "MiB"
    return number(mib / GIB_IN_MIB), "GiB"


def figure(amount: int, unit: str) -> tuple[str, str]:
    """Return an amount in its base unit as a figure and the word of the unit it is shown in."""
    amount = max(-LARGEST, min(LARGEST, amount))
    if unit == Unit.MIB:
        return _size(amount)
    if unit == Unit.BYTES:
        return _size(amount / MIB) if not 0 < abs(amount) < MIB else (number(amount / 1024), "KiB")
    if unit == Unit.CENTICORES:
        return number(amount / CORE, 2), "core" if amount == CORE else "cores"
    if unit == Unit.CORES:
        return number(amount), "core" if amount == 1 else "cores"
    return number(amount), unit


def format_value(value: Value, unit: str) -> str:
    """Write a value as people read it; None is `unset`."""
    if isinstance(value, int):
        return " ".join(figure(value, unit))
    return "unset" if value is None else value


def format_change(before: Value, after: Value, unit: str) -> str:
    """Write `2 → 4 GiB`: exact where one decimal would hide the difference."""
    was, now = format_value(before, unit), format_value(after, unit)
    if not (isinstance(before, int) and isinstance(after, int)):
        return f"{was} → {now}"
    if before != after and was == now and unit in {Unit.MIB, Unit.BYTES}:
        return f"{before:,} → {after:,} {'MiB' if unit == Unit.MIB else 'bytes'}"
    (shown, one), (_, other) = figure(before, unit), figure(after, unit)
    return f"{shown if one == other else was} → {now}"
