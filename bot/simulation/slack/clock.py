"""The simulated Slack's own time, waiting and randomness."""

import asyncio
import contextlib
import random  # noqa: TID251 -- this module is the simulated Slack's home of randomness
import string
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

ALPHABET = string.ascii_uppercase + string.digits


class Clock:
    """Slack's time: real time, optionally faster (`scale`) and moved ahead by hand.

    `scale=10` makes ten simulated seconds pass in one real second, so Slack's three seconds
    for an acknowledgement are over after 0.3 s.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self._ahead = 0.0
        self._wall_start = time.time()  # noqa: TID251 -- the home of time
        self._start = time.monotonic()  # noqa: TID251 -- the home of time
        self._last_ts = 0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Tell Slack's present as Unix seconds."""
        return self._wall_start + self._ahead + self.elapsed() * self.scale

    def wall(self) -> float:
        """Tell the real present as Unix seconds: what the receiver of a signature compares with."""
        return time.time()  # noqa: TID251 -- the home of time

    def elapsed(self) -> float:
        """Tell real seconds since this clock was made."""
        return time.monotonic() - self._start  # noqa: TID251 -- the home of time

    def advance(self, seconds: float) -> None:
        """Move Slack's present ahead: tickets age, and whoever waits waits that much less."""
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait for seconds of Slack's time."""
        await self._until(self.now() + seconds)

    async def _until(self, due: float) -> None:
        while (left := due - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left / self.scale)

    async def within(self, seconds: float, wanted: asyncio.Future[Any]) -> bool:
        """Wait for a future, at most for seconds of Slack's time; tell whether it is done."""
        timer = asyncio.ensure_future(self._until(self.now() + seconds))
        try:
            await asyncio.wait({wanted, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        return wanted.done()

    def ts(self) -> str:
        """Give the next message timestamp, unique and rising: `1531420618.000200`."""
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"


def local(seconds: float, tz: str) -> datetime:
    """Show Unix seconds as a wall clock in a time zone (IANA name)."""
    return datetime.fromtimestamp(seconds, ZoneInfo(tz))


class Ids:
    """Opaque identifiers; the same seed gives the same ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- identifiers of a simulation

    def opaque(self, prefix: str = "", length: int = 10) -> str:
        """Give a new identifier such as `V0K3J9Q2ZX1`."""
        return prefix + "".join(self._random.choices(ALPHABET, k=length))

    def pick(self, count: int) -> int:
        """Pick one of `count` by its index."""
        return self._random.randrange(count)
