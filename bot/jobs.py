"""The engine's tasks, calls and the sweep: ids in, calls workflow or executor.

docket runs "this key, now", one at a time per key over all workers, and again after a crash. Truth
stays in the records: every key also has a due time, and the sweep wakes what is due, so that nothing
is lost if the engine's own keys are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

import structlog
from docket import Disposition, Docket, Worker

from bot.model.errors import Fault, StoreFault
from bot.ports import Clock, RequestStore
from bot.ports.due import DueSet

SWEEP_SECONDS = 0.5
"""How often the due-set is looked at."""

CALL_SECONDS = 1.0
"""How long a worker waits at the store for calls before it asks anew."""

LEASE_SECONDS = 5
"""How long one worker keeps the sweep to itself."""

REPEAT_MS = 10_000
"""When a woken member is woken again, unless what it woke has filed another time."""

BATCH = 100
"""Members woken by one look."""

log = structlog.get_logger(__name__)

RECONNECT = timedelta(seconds=1)
"""How long a worker waits after the store refused it, or was away."""

KEPT = timedelta(0)
"""How long docket remembers a task that has ended: not at all.

A worker that stalls loses its task to another, which may begin it just after it has ended. A task that
is remembered would then count as running, and if that worker dies, refuse its key until it is forgotten.
"""

START_AGAIN = 0.5
"""After so many seconds a worker that ended is started again."""

ADD_SECONDS = 2.0
"""A wake waits no longer than this: docket's own client waits without end for a store that is frozen."""

INSIST = (0.01, 0.03, 0.1)
"""After so many seconds each a wake is tried again that met its member still running."""

Job = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What each kind of due-set member runs: `request:ID` runs `table["request"]("ID")`.

    `put_back` files a member whose job was cut short, for whoever sweeps next.
    """

    table: Mapping[str, Job]
    put_back: Job

    async def run(self, member: str) -> None:
        """Run the job of one member; a fault is logged, and the due-set tries again."""
        kind, _, key = member.partition(":")
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(member=member)
        try:
            await self.table[kind](key)
        except Fault as fault:
            log.warning("job put off", fault=str(fault))
        except asyncio.CancelledError:
            log.info("job cut short")
            await self.put_back(member)
            raise


class Engine:
    """docket, as far as we need it: `wake` a key, and work until told to `stop`.

    `faults` turns what docket's client raises, while doing what it is told, into `StoreFault`s; `wait`
    waits so many seconds; `redeliver` is how long (ms) after a worker died another one gets its tasks.
    """

    def __init__(
        self,
        url: str,
        name: str,
        jobs: Callable[[], Jobs],
        faults: Callable[[str], AbstractContextManager[None]],
        wait: Callable[[float], Awaitable[None]],
        redeliver: int,
        concurrency: int = 20,
    ) -> None:
        self._docket = Docket(name=name, url=url, execution_ttl=KEPT)
        self._jobs = jobs
        self._faults = faults
        self._redelivery = timedelta(milliseconds=redeliver)
        self._concurrency = concurrency
        self._stack = AsyncExitStack()
        self._wait = wait
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._working: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._docket)

        async def look_at(member: str) -> None:
            await self._run(member)

        self._look_at = look_at
        self._docket.register(look_at)
        return self

    @property
    def stopping(self) -> bool:
        """Return whether no more tasks are taken."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Take no more tasks; `work` returns once those under way have ended."""
        self._stop.set()

    def cut_short(self) -> None:
        """Cancel the jobs under way: each is filed again, for whoever sweeps next.

        If there are none, cancel the worker: it waits for a store that has fallen silent.
        """
        for task in self._running or self._working:
            task.cancel()

    async def _run(self, member: str) -> None:
        """Run a job as a task of its own: cut short, it counts as ended, and docket forgets it at once."""
        job = asyncio.create_task(self._jobs().run(member))
        self._running.add(job)
        job.add_done_callback(self._running.discard)
        await asyncio.wait({job})
        if not job.cancelled():
            job.result()

    async def __aexit__(self, *_exc: object) -> None:
        self.stop()
        await asyncio.gather(*self._tasks)
        await self._stack.aclose()

    async def wake(self, member: str) -> None:
        """Run the member's job now, on any worker; a member that runs already is not added twice.

        A wake that gets lost with the store is none of the caller's concern: what was saved is due,
        and the sweep repeats it.
        """
        if not await self._added(member):
            self._aside(self._insist(member))

    async def _added(self, member: str) -> bool:
        """Give the member to docket; False if docket has it already, running or waiting."""
        try:
            with self._faults(f"waking {member}"):
                async with asyncio.timeout(ADD_SECONDS):
                    added = await self._docket.add(self._look_at, key=member)(member)
        except StoreFault as fault:
            log.warning("wake left to the sweep", fault=str(fault))
            return True
        return added.disposition is not Disposition.ALREADY_SCHEDULED

    async def _insist(self, member: str) -> None:
        """Ask a few more times: a job that has looked for the last time counts as running a little longer.

        One that runs on looks itself whether anything was filed meanwhile.
        """
        for pause in INSIST:
            await self._wait(pause)
            if self.stopping or await self._added(member):
                return

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def work(self) -> None:
        """Run jobs until told to stop; a worker that the store's faults end is started again."""
        while not self.stopping:
            try:
                with self._faults("working"):
                    await self._work()
            except StoreFault as fault:
                log.warning("the worker starts again", fault=str(fault))
                await self._wait(START_AGAIN)

    async def _work(self) -> None:
        """Work until told to stop; leaving the worker waits for the tasks that it has begun."""
        async with Worker(
            self._docket,
            concurrency=self._concurrency,
            redelivery_timeout=self._redelivery,
            minimum_check_interval=timedelta(milliseconds=50),
            reconnection_delay=RECONNECT,
            enable_internal_instrumentation=False,
        ) as worker:
            working = asyncio.create_task(worker.run_forever())
            self._working = {working}
            stop = asyncio.create_task(self._stop.wait())
            try:
                await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                stop.cancel()
        await working


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Wakes what was just filed for now: each call goes to one worker, which needs no lease for it.

    Calls are made in the same write as what they are about, so that an acknowledgement waits for nothing
    else; one that is lost on its way is due all the same.
    """

    store: DueSet
    wake: Callable[[str], Awaitable[None]]
    clock: Clock
    stopping: Callable[[], bool] = lambda: False

    async def run(self) -> None:
        """Answer calls until cancelled or `stopping`; a store that is away is waited for."""
        while not self.stopping():
            try:
                members = await self.store.called(CALL_SECONDS)
            except StoreFault as fault:
                log.warning("calls wait for the store", fault=str(fault))
                await self.clock.wait(SWEEP_SECONDS)
            else:
                await self._answer(members)

    async def _answer(self, members: Iterable[str]) -> None:
        """Wake these members, also when cancelled: nobody else has their calls."""
        waking = asyncio.gather(*map(self.wake, members))
        try:
            await asyncio.shield(waking)
        except asyncio.CancelledError:
            await waking
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The plain loop behind everything: wakes what is due, under a short lease."""

    store: RequestStore
    wake: Callable[[str], Awaitable[None]]
    clock: Clock
    stopping: Callable[[], bool] = lambda: False
    turned: Callable[[], None] = lambda: None
    swept: Callable[[int], None] = lambda _woken: None

    async def run(self) -> None:
        """Sweep until cancelled or `stopping`; a store that is away is waited for.

        Both, for a cancellation that meets the end of a call to the store can get lost in its client.
        """
        owner = self.clock.token(64)
        try:
            await self._sweep(owner)
        finally:
            await self.store.release("sweep", owner)

    async def _sweep(self, owner: str) -> None:
        while not self.stopping():
            try:
                if await self.store.lease("sweep", owner, LEASE_SECONDS):
                    self.swept(await self.once())
                self.turned()
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
