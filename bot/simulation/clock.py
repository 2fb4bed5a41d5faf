"""The simulators' own clock, waiting and randomness."""

import asyncio
import contextlib
import random
import secrets
import string
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

ALPHABET = string.ascii_uppercase + string.digits


class Clock:
    """Time for a simulated world: unix time in seconds, moved ahead by hand where a test wants.

    `scale` stretches waiting only: 1.0 waits as long as the real thing, 0.1 a tenth of it, and
    0 gives the event loop one turn and goes on. `now` is not scaled.
    """

    def __init__(self, *, scale: float = 1.0) -> None:
        if scale < 0:
            raise ValueError("time scale: must not be negative")
        self.scale = scale
        self._ahead = 0.0
        self._wall_start = time.time()
        self._start = time.monotonic()
        self._last_ts = 0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Return the world's unix time in seconds."""
        return self._wall_start + self.elapsed() + self._ahead

    def wall(self) -> float:
        """Return the host's unix time: what the receiver of a signature compares with."""
        return time.time()

    def elapsed(self) -> float:
        """Return real seconds since this clock was made."""
        return time.monotonic() - self._start

    def advance(self, seconds: float) -> None:
        """Move the world's time ahead: what was given ages, and whoever waits waits that much less."""
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait so many seconds of the world, scaled."""
        if not self.scale or seconds <= 0:
            await asyncio.sleep(0)
            return
        due = self._paced() + seconds
        while (left := due - self._paced()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left * self.scale)

    def _paced(self) -> float:
        return self.elapsed() / self.scale + self._ahead

    async def wait_for(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for the event at most so many seconds, scaled; whether it came."""
        await asyncio.sleep(0)
        if event.is_set():
            return True
        try:
            await asyncio.wait_for(event.wait(), seconds * self.scale)
        except TimeoutError:
            return event.is_set()
        return True

    async def within(self, seconds: float, wanted: asyncio.Future[Any]) -> bool:
        """Wait for a future at most so many seconds of the world, scaled; whether it is done."""
        timer = asyncio.ensure_future(self.wait(seconds))
        try:
            await asyncio.wait({wanted, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        return wanted.done()

    def ts(self) -> str:
        """Return the next timestamp of a Slack message, unique and rising: `1531420618.000200`."""
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def token(self, size: int) -> bytes:
        """Return so many random bytes."""
        return secrets.token_bytes(size)


def local(seconds: float, tz: str) -> datetime:
    """Show Unix seconds as a wall clock in a time zone (IANA name)."""
    return datetime.fromtimestamp(seconds, ZoneInfo(tz))


class Ids:
    """Opaque identifiers; the same seed gives the same ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- identifiers of a simulation

    def opaque(self, prefix: str = "", length: int = 10) -> str:
        """Return a new identifier such as `V0K3J9Q2ZX1`."""
        return prefix + "".join(self._random.choices(ALPHABET, k=length))

    def pick(self, count: int) -> int:
        """Pick one of `count` by its index."""
        return self._random.randrange(count)
