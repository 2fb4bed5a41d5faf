"""The grids on which samples are kept: PVE 8's, PVE 9's, and both in one answer after an upgrade."""

from bot.simulation.proxmox.errors import wrong_parameters
from bot.simulation.proxmox.node import Node

FINE = {
    "hour": (60, 60),
    "day": (1440, 60),
    "week": (336, 1800),
    "month": (1440, 1800),
    "year": (1460, 21600),
    "decade": (520, 604800),
}
"""PVE 9: how many samples of a timeframe, and how many seconds apart."""

COARSE = {
    "hour": (70, 60),
    "day": (70, 1800),
    "week": (70, 3 * 3600),
    "month": (70, 12 * 3600),
    "year": (70, 7 * 86400),
}
"""PVE 8."""

SINCE_9 = frozenset({"memhost", "memavailable", "arcsize"})
"""Figures that PVE 8 does not keep, beside the pressures."""


def keeps(node: Node, figure: str) -> bool:
    """Tell whether a node of its version keeps a figure."""
    return node.major > 8 or not (figure in SINCE_9 or figure.startswith("pressure"))  # noqa: PLR2004 - the version


def moments(node: Node, timeframe: str, now: float) -> list[tuple[int, bool]]:
    """List the moments of an answer, oldest first, each with whether there are figures of it.

    After an upgrade the coarse grid goes on without figures. The newest often holds only its time.
    """
    if node.major > 8:  # noqa: PLR2004 - the version
        found = {at: at > node.upgraded_at for at in _grid(*FINE[timeframe], now)}
    elif timeframe in COARSE:
        found = dict.fromkeys(_grid(*COARSE[timeframe], now), True)
    else:
        names = ", ".join(COARSE)
        text = f"value '{timeframe}' does not have a value in the enumeration '{names}'"
        raise wrong_parameters({"timeframe": text})
    if node.upgraded_at and timeframe in COARSE:
        former = {at: at <= node.upgraded_at for at in _grid(*COARSE[timeframe], now)}
        found = former | {at: there for at, there in found.items() if there}
    found[max(found)] = False
    return sorted(found.items())


def _grid(count: int, step: int, now: float) -> list[int]:
    newest = int(now) // step * step
    return [newest - (count - 1 - n) * step for n in range(count)]
