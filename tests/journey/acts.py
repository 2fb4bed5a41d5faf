"""What people do more than once in journeys: fill in forms, answer offers, look at room held."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.simulation.slack.messages import Message
from bot.simulation.slack.views import View
from tests.journey.stage import Stage


async def opened(stage: Stage, name: str, button: str, message: Message | None = None) -> View:
    """Press a button that opens a form, and return the form."""
    await stage.press(name, button, message)
    await stage.until(lambda: stage.slack.open_view(name) is not None)
    view = stage.slack.open_view(name)
    assert view is not None
    return view


async def offered(stage: Stage, name: str, values: dict[str, Any]) -> str:
    """Fill in Offer less on the newest card, submit it, and return what the form then says."""
    view = await opened(stage, name, "Offer less")
    reply = await stage.person(name).submit(view, values)
    assert not reply.errors
    return await view_says(stage, name)


async def filled(stage: Stage, name: str, text: str) -> View:
    """Wait until the open view says so, and return it."""

    def found() -> View | None:
        view = stage.slack.open_view(name)
        return view if view and text in flat(stage.slack.shown(view)) else None

    await stage.until(found)
    view = found()
    assert view is not None
    return view


async def view_says(stage: Stage, name: str) -> str:
    """Wait until the open view is no longer waiting, close it; return what it said in one line."""

    def filled() -> View | None:
        view = stage.slack.open_view(name)
        return None if view is None or "One moment" in stage.slack.shown(view) else view

    await stage.until(filled)
    view = filled()
    assert view is not None
    said = flat(stage.slack.shown(view).replace("│", " "))
    await stage.person(name).close(view)
    return said


def flat(text: str) -> str:
    """Return a text without the line breaks that only the window's width makes."""
    return " ".join(text.split())


async def direct_message(stage: Stage, name: str, text: str) -> Message:
    """Wait for the newest direct message that says so."""

    def found() -> list[Message]:
        messages = stage.slack.direct_messages(name)
        return [m for m in messages if text in flat(stage.slack.shown(m))]

    await stage.until(lambda: bool(found()))
    return found()[-1]


async def told(stage: Stage, name: str, text: str) -> str:
    """Wait for a direct message that says so; return all of it in one line."""
    return flat(stage.slack.shown(await direct_message(stage, name, text)))


async def card_says(stage: Stage, text: str) -> str:
    """Wait until the newest card says so; return all of it in one line."""
    await stage.until(lambda: text in flat(stage.shown()))
    return flat(stage.shown())


async def eventually(
    stage: Stage, so: Callable[[], Awaitable[object]], seconds: float = 10
) -> None:
    """Look again and again until it is so; for what Slack does not show."""
    clock = SystemClock()
    last = clock.now() + 1000 * seconds
    while not await so():
        assert clock.now() < last, f"never so; visible is:\n{stage.slack.visible()}"
        await clock.wait(0.05)


async def sweep_ended(stage: Stage) -> None:
    """End the sweep of the bot that runs: what is due is looked at no more."""
    sweep = stage.bot.pulse.tasks["sweep"]
    while not sweep.done():  # redis-py may lose a cancellation
        sweep.cancel()
        await asyncio.wait({sweep}, timeout=0.1)


async def nothing_held(stage: Stage) -> None:
    """Wait until no reservation is left."""

    async def empty() -> bool:
        return not await held(stage)

    await eventually(stage, empty)


async def in_seconds(stage: Stage, seconds: int) -> int:
    """Return the moment so many whole seconds ahead (s since the epoch)."""
    return await stage.bot.store.now() // 1000 + seconds


async def held(stage: Stage) -> dict[str, int]:
    """Return what is reserved, by resource; empty where nothing is."""
    found: dict[str, int] = {}
    for ledger in await stage.bot.store.ledgers("home"):
        if not ledger.place.startswith("guest/"):
            for each in ledger.reservations:
                claim = each.claim
                found[claim.resource] = found.get(claim.resource, 0) + claim.after - claim.before
    return found


def called(stage: Stage, pattern: str) -> list[dict[str, Any]]:
    """Return the parameters of each call `METHOD …/path`, oldest first."""
    method, _, path = pattern.partition(" ")
    return [dict(c.params) for c in stage.pve.calls if c.method == method and c.path.endswith(path)]


def at_clock(seconds: int) -> str:
    """Return a moment as Ana, who lives in Paris, types it: `17:03:22`."""
    return datetime.fromtimestamp(seconds, tz=ZoneInfo("Europe/Paris")).strftime("%H:%M:%S")
