"""Ready worlds: `ilinux`, `trio`, `fleet`."""

from collections.abc import Callable

from bot.simulation.clock import Clock
from bot.simulation.proxmox.scenarios import fleet, ilinux, trio
from bot.simulation.proxmox.scenarios.parts import BOT_TOKEN, BOT_USER, ROOT_TOKEN
from bot.simulation.proxmox.world import World

__all__ = ["BOT_TOKEN", "BOT_USER", "ROOT_TOKEN", "SCENARIOS", "build"]

SCENARIOS: dict[str, Callable[[Clock], World]] = {
    "ilinux": ilinux.build,
    "trio": trio.build,
    "fleet": fleet.build,
}


def build(name: str, clock: Clock) -> World:
    """Build a scenario's world; ValueError names those there are."""
    if name not in SCENARIOS:
        raise ValueError(f"scenario {name!r}: there are {', '.join(SCENARIOS)}")
    return SCENARIOS[name](clock)
