"""The simulators' own clock, waiting and randomness."""

import asyncio
import secrets
import time


class Clock:
    """Time for a simulated world.

    `scale` stretches waiting only: 1.0 waits as long as the real thing, 0.1 a tenth of it, and
    0 gives the event loop one turn and goes on. `now` is unix time in seconds and is not scaled;
    `advance` moves it forward for tests.
    """

    def __init__(self, *, scale: float = 1.0) -> None:
        if scale < 0:
            raise ValueError("time scale: must not be negative")
        self.scale = scale
        self._ahead = 0.0

    def now(self) -> float:
        """Return the world's unix time in seconds."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the world's time forward by seconds, without waiting."""
        self._ahead += seconds

    async def wait(self, seconds: float) -> None:
        """Wait so many seconds of the world, scaled."""
        await asyncio.sleep(seconds * self.scale)

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

    def token(self, size: int) -> bytes:
        """Return so many random bytes."""
        return secrets.token_bytes(size)
