"""Several processes' worth of the bot on one store: bots that listen, workers that carry out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.wiring import Running, running
from tests.journey.stage import Stage, staged


@dataclass(slots=True, kw_only=True)
class Replicas:
    """The bots and workers beside the stage's own bot; each can be stopped for itself."""

    stage: Stage
    _lives: dict[str, AsyncExitStack] = field(default_factory=dict)

    async def start(self, name: str, role: str) -> Running:
        """Start one on the stage's settings (`role`: all, bot or worker)."""
        life = AsyncExitStack()
        bot = running(self.stage.settings, role=role, terms=self.stage.terms)
        started = await life.enter_async_context(bot)
        self._lives[name] = life
        return started

    async def stop(self, name: str) -> None:
        """Stop one as its service is stopped."""
        await self._lives.pop(name).aclose()

    async def stop_all(self) -> None:
        """Stop those that still run."""
        for name in list(self._lives):
            await self.stop(name)


@asynccontextmanager
async def replicated(
    folder: Path, *, bots: int = 2, workers: int = 4, **stage: Any
) -> AsyncIterator[tuple[Stage, Replicas]]:
    """Set the stage with so many bots and workers; Slack hands its deliveries to the bots in turn."""
    async with staged(folder, role="bot", **stage) as there:
        replicas = Replicas(stage=there)
        try:
            for number in range(2, bots + 1):
                await replicas.start(f"bot-{number}", "bot")
            for number in range(1, workers + 1):
                await replicas.start(f"worker-{number}", "worker")
            await there.slack.connected(bots)
            there.slack.sockets.in_turn = True
            yield there, replicas
        finally:
            await replicas.stop_all()
