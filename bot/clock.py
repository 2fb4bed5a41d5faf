"""The home of time, waiting and randomness."""

import asyncio
import secrets
import time


class SystemClock:
    """The host's own clock."""

    def now(self) -> int:
        """Return the present time, ms since the epoch."""
        return time.time_ns() // 1_000_000

    async def wait(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(max(seconds, 0))

    def token(self, bits: int) -> str:
        """Return that many random bits as lower-case hex."""
        return secrets.token_hex(bits // 8)
