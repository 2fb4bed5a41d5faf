"""Ready actions for hooks: refuse, cut, hold."""

import asyncio
from collections.abc import Callable

from bot.simulation.proxmox.passing import Action, Passing


def refuse(status: int, text: str) -> Action:
    """Answer with an error; nothing happens in the world."""

    async def action(passing: Passing) -> None:
        passing.refuse(status, text)

    return action


def lose_answer(status: int | None = None, text: str = "Connection timed out") -> Action:
    """Let the call take effect, then answer with an error, or cut the connection (None)."""

    async def action(passing: Passing) -> None:
        await passing.proceed()
        if status is None:
            passing.cut()
        else:
            passing.refuse(status, text)

    return action


def cut_before() -> Action:
    """Cut the connection before anything happens."""

    async def action(passing: Passing) -> None:
        passing.cut()

    return action


def hold(until: asyncio.Event, *, after_effect: bool = False) -> Action:
    """Keep the caller waiting until the event is set, before or after the effect."""

    async def action(passing: Passing) -> None:
        if after_effect:
            await passing.proceed()
        await until.wait()

    return action


def change_first(change: Callable[[], None]) -> Action:
    """Change the world right before the call, as a person in the web interface might."""

    async def action(_passing: Passing) -> None:
        change()

    return action
