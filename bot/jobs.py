"""The engine's tasks and the sweep: ids in, calls workflow or executor.

docket runs "this key, now", one at a time per key over all workers, and again after a crash. Truth
stays in the records: every key also has a due time, and the sweep wakes what is due, so that nothing
is lost if the engine's own keys are.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

import structlog
from docket import Docket, Worker

from bot.model.errors import Fault, StoreFault
from bot.ports import Clock, RequestStore

SWEEP_SECONDS = 0.5
"""How often the due-set is looked at."""

LEASE_SECONDS = 5
"""How long one worker keeps the sweep to itself."""

REPEAT_MS = 10_000
"""When a woken member is woken again, unless what it woke has filed another time."""

BATCH = 100
"""Members woken by one look."""

REDELIVERY = timedelta(seconds=12)
"""After a worker died, how soon another one gets its tasks."""

RECONNECT = timedelta(seconds=1)
"""How long the engine waits before it looks for its store again; a person would wait the library's 5 s."""

log = structlog.get_logger(__name__)

Job = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What each kind of due-set member runs: `request:ID` runs `table["request"]("ID")`."""

    table: Mapping[str, Job]

    async def run(self, member: str) -> None:
        """Run the job of one member; a fault is logged, and the due-set tries again."""
        kind, _, key = member.partition(":")
        try:
            await self.table[kind](key)
        except Fault as fault:
            log.warning("job put off", member=member, fault=str(fault))


class Engine:
    """docket, as far as we need it: `wake` a key, and work until stopped.

    `faults` turns what docket's client raises, while doing what it is told, into `StoreFault`s.
    """

    def __init__(
        self,
        url: str,
        name: str,
        jobs: Callable[[], Jobs],
        faults: Callable[[str], AbstractContextManager[None]],
        concurrency: int = 20,
    ) -> None:
        self._docket = Docket(name=name, url=url)
        self._jobs = jobs
        self._faults = faults
        self._concurrency = concurrency
        self._stack = AsyncExitStack()
        self.stopping = False

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._docket)
        jobs = self._jobs

        async def look_at(member: str) -> None:
            await jobs().run(member)

        self._look_at = look_at
        self._docket.register(look_at)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._stack.aclose()

    async def wake(self, member: str) -> None:
        """Run the member's job now, on any worker; a member that runs already is not added twice.

        A wake that gets lost with the store is none of the caller's concern: what was saved is due,
        and the sweep repeats it.
        """
        try:
            with self._faults(f"waking {member}"):
                await self._docket.add(self._look_at, key=member)(member)
        except StoreFault as fault:
            log.warning("wake left to the sweep", fault=str(fault))

    async def work(self) -> None:
        """Run jobs until cancelled."""
        async with Worker(
            self._docket,
            concurrency=self._concurrency,
            redelivery_timeout=REDELIVERY,
            reconnection_delay=RECONNECT,
            minimum_check_interval=timedelta(milliseconds=50),
            enable_internal_instrumentation=False,
        ) as worker:
            await worker.run_forever()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The plain loop behind everything: wakes what is due, under a short lease."""

    store: RequestStore
    wake: Callable[[str], Awaitable[None]]
    clock: Clock
    stopping: Callable[[], bool] = lambda: False

    async def run(self) -> None:
        """Sweep until cancelled or `stopping`; a store that is away is waited for.

        Both, for a cancellation that meets the end of a call to the store can get lost in its client.
        """
        owner = self.clock.token(64)
        try:
            await self._sweep(owner)
        finally:
            await self._leave(owner)

    async def _leave(self, owner: str) -> None:
        """Let another worker sweep at once."""
        try:
            await self.store.release("sweep", owner)
        except StoreFault as fault:
            log.warning("sweep leaves without the store", fault=str(fault))

    async def _sweep(self, owner: str) -> None:
        while not self.stopping():
            try:
                if await self.store.lease("sweep", owner, LEASE_SECONDS):
                    await self.once()
            except StoreFault as fault:
                log.warning("sweep waits for the store", fault=str(fault))
            await self.clock.wait(SWEEP_SECONDS)

    async def once(self) -> int:
        """Wake everything that is due; return how many members that were."""
        now = await self.store.now()
        woken = 0
        for member in await self.store.due(now, BATCH):
            if await self.store.postpone(member, now + REPEAT_MS, now):
                await self.wake(member)
                woken += 1
        return woken
