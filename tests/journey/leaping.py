"""Clocks that leap: the host's and the store's, together or each alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.model.save import Save
from bot.redis_store.reading import Reading
from bot.redis_store.saving import Saving
from tests.journey.stage import Stage, staged

HOUR = 3_600_000


@dataclass
class Clocks:
    """How far (ms) the clocks of a bot's host and of its store are ahead of the true time.

    What the server itself lets lapse (leases, windows of budgets) goes by the true time.
    """

    host: int = 0
    store: int = 0

    def leap(self, stage: Stage, ms: int) -> None:
        """Let so much time pass for everybody: bot, store, Proxmox and Slack."""
        self.host += ms
        self.store += ms
        stage.pve.world.clock.advance(ms / 1000)
        stage.slack.clock.advance(ms / 1000)


@asynccontextmanager
async def leaping(folder: Path, **how: Any) -> AsyncIterator[tuple[Stage, Clocks]]:
    """Set the stage (see `staged`) with a bot whose clocks leap."""
    leaps = Clocks()
    host, store, save = SystemClock.now, Reading.now, Saving.save

    async def now(self: Reading) -> int:
        return await store(self) + leaps.store

    async def saved(self: Saving, wanted: Save) -> None:
        due = wanted.deadline  # compared with the server's own clock, which does not leap
        await save(self, wanted if due is None else replace(wanted, deadline=due - leaps.store))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SystemClock, "now", lambda self: host(self) + leaps.host)
        patched.setattr(Reading, "now", now)
        patched.setattr(Saving, "save", saved)
        async with staged(folder, **how) as stage:
            yield stage, leaps
