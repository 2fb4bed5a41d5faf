"""`headroom run` as a process of its own, as systemd starts and stops it."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, Signals

from bot.clock import SystemClock

PORT = re.compile(r'"port": (\d+)')


@dataclass(slots=True)
class Service:
    """A running process: what it said so far (standard error), and where it listens once it serves."""

    child: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)
    port: int = 0
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: bool = False

    async def listen(self) -> None:
        """Read what it says until it ends."""
        assert self.child.stderr is not None
        async for line in self.child.stderr:
            self.said.append(line.decode())
            self._more.set()
        self._ended = True
        self._more.set()

    async def says(self, text: str) -> str:
        """Wait until it says so; return that line."""
        while True:
            self._more.clear()
            found = next((line for line in self.said if text in line), None)
            if found is not None:
                return found
            assert not self._ended, "".join(self.said)
            await self._more.wait()

    def send(self, signal: Signals) -> None:
        """Send it a signal."""
        self.child.send_signal(signal)

    async def ends(self, signal: Signals) -> tuple[int, float]:
        """Send it a signal and wait for its end; return exit status and seconds."""
        clock = SystemClock()
        began = clock.now()
        self.send(signal)
        return await self.child.wait(), (clock.now() - began) / 1000


@asynccontextmanager
async def service(
    config: Path, environment: Mapping[str, str], *words: str
) -> AsyncIterator[Service]:
    """Run `headroom run WORDS` until the context is left; it serves when the context begins."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(config), *words),
        env=os.environ | dict(environment),
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    running = Service(child)
    listening = asyncio.create_task(running.listen())
    try:
        found = PORT.search(await running.says("headroom runs"))
        assert found is not None
        running.port = int(found[1])
        yield running
    finally:
        if child.returncode is None:
            child.send_signal(SIGKILL)
        await child.wait()
        await listening
