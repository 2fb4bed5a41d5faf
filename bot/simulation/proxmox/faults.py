"""Ready faults for calls: `pve.on_call("PUT /nodes/*/lxc/101/config", faults.cut_after(), times=1)`.

Each is an action around the calls that match. What happens to the world itself has its own methods:
`world.take_down`, `world.quorate`, `world.tasks.fail_next`, `…vanish_next`, `SimulatedProxmox.close_host`
and others; the package's docstring lists them all.
"""

import asyncio
from collections.abc import Callable

from bot.simulation.clock import Clock
from bot.simulation.proxmox.passing import Action, Passing


def refuse(status: int, text: str) -> Action:
    """Answer with an error; nothing happens in the world."""

    async def action(passing: Passing) -> None:
        passing.refuse(status, text)

    return action


def unauthorized(text: str = "invalid token value!") -> Action:
    """401: the token is not taken."""
    return refuse(401, text)


def forbidden(path: str, privilege: str) -> Action:
    """403: the token lacks a privilege on a path."""
    return refuse(403, f"Permission check failed ({path}, {privilege})")


def broken(text: str = "got unexpected control message") -> Action:
    """500: the code behind the call died before it did anything."""
    return refuse(500, text)


def no_route(text: str = "No route to host") -> Action:
    """595: the asked host cannot connect to the node; nothing happened there."""
    return refuse(595, text)


def lose_answer(status: int | None = None, text: str = "Connection timed out") -> Action:
    """Let the call take effect, then answer with an error, or cut the connection (None)."""

    async def action(passing: Passing) -> None:
        await passing.proceed()
        if status is None:
            passing.cut()
        else:
            passing.refuse(status, text)

    return action


def broke_off(*, after_effect: bool = False) -> Action:
    """596: the connection to the node broke while its answer was awaited."""
    text = "Connection timed out"
    return lose_answer(596, text) if after_effect else refuse(596, text)


def cut_before() -> Action:
    """Cut the connection before anything happens."""

    async def action(passing: Passing) -> None:
        passing.cut()

    return action


def cut_after() -> Action:
    """Let the call take effect, then cut the connection instead of answering."""
    return lose_answer()


def slow(seconds: float) -> Action:
    """Keep the caller waiting for real seconds, then go on as if nothing were."""

    async def action(_passing: Passing) -> None:
        await Clock().wait(seconds)

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


BY_NAME: dict[str, Callable[..., Action]] = {
    "slow": slow,
    "refuse": refuse,
    "unauthorized": unauthorized,
    "forbidden": forbidden,
    "broken": broken,
    "no_route": no_route,
    "broke_off": broke_off,
    "cut_before": cut_before,
    "cut_after": cut_after,
}
"""What the control address takes, too; the others need an event or a function."""
