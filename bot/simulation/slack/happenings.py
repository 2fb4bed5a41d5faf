"""What happened in the workspace, in order; and waiting for something to happen."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.simulation.slack.messages import Message
from bot.simulation.slack.views import View

Kind = Literal[
    "commanded",
    "posted",
    "edited",
    "deleted",
    "pressed",
    "chose",
    "opened",
    "updated",
    "submitted",
    "refused",
    "closed",
    "published",
    "failed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One visible event; `at` is Unix seconds, `actor` and `channel` are ids."""

    at: float
    kind: Kind
    actor: str
    channel: str = ""
    text: str = ""
    message: Message | None = None
    view: View | None = None


class Changes:
    """Wakes those who wait, at every change of the workspace."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def notify(self) -> None:
        """Wake everybody who waits, to look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, seen: Callable[[], object]) -> None:
        """Wait until `seen()` is true, looking again at every change only."""
        while not seen():
            await self._changed.wait()
