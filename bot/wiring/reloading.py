"""What a reload brings about beside new settings: the log's level, what is watched, who is told."""

import asyncio
from dataclasses import dataclass, field

import structlog

from bot.model.errors import Fault
from bot.model.redaction import Redaction
from bot.telemetry import set_level
from bot.wiring.live import Live
from bot.wiring.serving import always_due
from bot.workflow import Parts, tell_not_taken

TELL_AGAIN = 30.0
"""After so many seconds Slack is asked again to tell of a file that was not taken."""

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Reloading:
    """Reads the configuration anew for one process; `works` if it is one that sweeps."""

    live: Live
    parts: Parts
    redaction: Redaction
    works: bool
    _follows: asyncio.Task[None] | None = field(default=None)

    def reload(self) -> bool:
        """Take what can change while running; return whether the file could be read."""
        taken = self.live.reload()
        set_level(self.live.settings.log_level)
        if self._follows is not None:
            self._follows.cancel()
        self._follows = asyncio.get_running_loop().create_task(self._follow(taken=taken))
        return taken

    async def close(self) -> None:
        """End what still tries to tell."""
        if self._follows is not None:
            self._follows.cancel()
            await asyncio.gather(self._follows, return_exceptions=True)

    async def _follow(self, *, taken: bool) -> None:
        """Do what follows until it is done: Slack or the store may be away just now."""
        owner = self.parts.clock.token(64)
        while True:
            try:
                await (self._taken() if taken else self._not_taken(owner))
            except Fault as fault:
                log.warning("told later of the configuration", fault=str(fault))
                await self.parts.clock.wait(TELL_AGAIN)
            else:
                return

    async def _taken(self) -> None:
        """Let a worker see to what is always due: the first alerts may just have been configured."""
        if self.works:
            for member, at in always_due(self.live.settings, self.parts.clock.now()).items():
                await self.parts.store.put_due(member, at)

    async def _not_taken(self, owner: str) -> None:
        problems = tuple(self.redaction.text(problem) for problem in self.live.problems)
        await tell_not_taken(self.parts, problems, owner)
