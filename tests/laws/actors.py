"""Bots and workers that take turns: each waits before every call of the store for its next turn."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.clock import SystemClock
from bot.model.errors import Fault, StoreUnavailable
from bot.model.save import Save
from bot.redis_store.store import RedisStore


class Fate(StrEnum):
    """What becomes of one call of the store, and of who made it."""

    GOES = "goes"
    LOST = "takes effect, and its answer is lost"
    AWAY = "does not arrive"
    DIES_BEFORE = "dies before it"
    DIES_AFTER = "dies after it"


class LeapingClock(SystemClock):
    """The host's clock, `ahead` ms of the real one; waiting moves nothing but the turn."""

    def __init__(self) -> None:
        self.ahead = 0

    def now(self) -> int:
        """Return the time, with the leaps."""
        return super().now() + self.ahead


@dataclass(eq=False)
class Actor:
    """One job of one process: runs from turn to turn."""

    name: str
    waiting: list[asyncio.Future[Fate]] = field(default_factory=list)
    leases: dict[str, str] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    dead: bool = False

    async def begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start the job, up to its first turn; a fault ends it, as it ends a job."""

        async def run() -> None:
            try:
                await work()
            except Fault:
                return
            finally:
                self.moved.set()

        self.task = asyncio.create_task(run())
        await self.moved.wait()

    async def turn(self) -> Fate:
        """Wait until it goes on; a dead one never does."""
        if self.dead:
            raise asyncio.CancelledError
        mine: asyncio.Future[Fate] = asyncio.get_running_loop().create_future()
        self.waiting.append(mine)
        self.moved.set()
        return await mine

    async def go(self, fate: Fate = Fate.GOES) -> None:
        """Let it go on to its next turn or to its end."""
        self.moved.clear()
        self.waiting.pop(0).set_result(fate)
        if not self.waiting:
            await self.moved.wait()

    def die(self) -> None:
        """Cancel it: nothing that it would still write arrives."""
        self.dead = True
        if self.task is not None:
            self.task.cancel()
        self.moved.set()

    @property
    def over(self) -> bool:
        """Return whether it has nothing more to do."""
        return self.dead or not self.waiting

    def result(self) -> None:
        """Raise what ended it, if that was no fault."""
        if self.task is not None and self.task.done() and not self.task.cancelled():
            self.task.result()


class Turnstile:
    """The store as one actor has it; its clock leaps with the host's."""

    def __init__(self, store: RedisStore, actor: Actor, clock: LeapingClock) -> None:
        self._store = store
        self._actor = actor
        self._clock = clock

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Return the store's method of that name, behind a turn."""

        async def called(*args: Any, **more: Any) -> Any:
            fate = await self._actor.turn()
            if fate is Fate.DIES_BEFORE:
                self._actor.die()
                raise asyncio.CancelledError
            if fate is Fate.AWAY:
                raise StoreUnavailable(f"calling {name}")
            result = await self._call(name, args, more)
            if fate is Fate.DIES_AFTER:
                self._actor.die()
                raise asyncio.CancelledError
            if fate is Fate.LOST:
                raise StoreUnavailable(f"calling {name}")
            return result

        return called

    async def _call(self, name: str, args: tuple[Any, ...], more: dict[str, Any]) -> Any:
        if name == "save":
            save: Save = args[0]
            if save.deadline is not None:
                args = (replace(save, deadline=save.deadline - self._clock.ahead),)
        result = await getattr(self._store, name)(*args, **more)
        if name == "now":
            return result + self._clock.ahead
        if name == "lease" and result:
            self._actor.leases[args[0]] = args[1]
        return result


@dataclass
class TurnClock(LeapingClock):
    """The clock of one actor: a wait is a turn."""

    host: LeapingClock
    actor: Actor

    def now(self) -> int:
        """Return the host's time."""
        return self.host.now()

    async def wait(self, seconds: float) -> None:
        """Wait for the next turn, however long that is."""
        del seconds
        await self.actor.turn()
