"""From what happens to figures: transitions, commands to the store, and the store at a scrape."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter
from types import TracebackType

from bot.model.errors import StoreFault
from bot.model.request import ChangeRequest, State
from bot.ports import RequestStore
from bot.telemetry import Metrics

READ_EVERY = 5.0
"""How old (s) figures read from the store may be, however often somebody scrapes."""

LOOK = 1_000
"""Members of the due-set that a scrape looks at, the earliest first."""


def moved(metrics: Metrics, before: ChangeRequest | None, after: ChangeRequest) -> None:
    """Count a transition, and how long deciding or carrying out took."""
    was = before.state if before else None
    if after.state is was:
        return
    state, end = after.state.value, after.ended_at
    metrics.transitions.labels(state, after.plan.verdict.verdict.value).inc()
    if was is State.PENDING and after.state is State.APPROVED:
        at = max((vote.at for vote in after.votes), default=after.created_at)
        metrics.decision.labels(state).observe((at - after.created_at) / 1000)
    elif was is State.PENDING and after.state is State.DENIED and end is not None:
        metrics.decision.labels(state).observe((end - after.created_at) / 1000)
    elif was in {State.RUNNING, State.UNCERTAIN} and after.state.final and end is not None:
        began = max((vote.at for vote in after.votes), default=after.created_at)
        metrics.execution.labels(state).observe((end - max(began, after.not_before)) / 1000)


class Timed:
    """Times one command to the store; what it raises is its outcome."""

    def __init__(self, metrics: Metrics, kind: str) -> None:
        self._metrics = metrics
        self._kind = kind

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        took = perf_counter() - self._began
        self._metrics.store.labels(self._kind, kind.__name__ if kind else "ok").observe(took)


@dataclass(slots=True, kw_only=True)
class Scrape:
    """Answers `/metrics`; what stands in the store is read at most every few seconds."""

    metrics: Metrics
    store: RequestStore
    connected: Callable[[], Callable[[], Awaitable[bool]] | None]
    _read_at: float = float("-inf")
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def text(self) -> bytes:
        """Return all metrics; while the store is away its figures are left out."""
        connected = self.connected()
        self.metrics.sockets.set(connected is not None and await connected())
        async with self._reading:
            if perf_counter() - self._read_at >= READ_EVERY:
                try:
                    await self._read()
                except StoreFault:
                    self._forget()
                self._read_at = perf_counter()
        return self.metrics.text()

    async def _read(self) -> None:
        requests = await self.store.open_requests()
        members = await self.store.backlog(LOOK)
        now = await self.store.now()
        self._forget()
        states = Counter((r.state.value, r.plan.verdict.verdict.value) for r in requests)
        for (state, verdict), number in states.items():
            self.metrics.requests.labels(state, verdict).set(number)
        for kind, number in Counter(m.partition(":")[0] for m, _ in members).items():
            self.metrics.due.labels(kind).set(number)
        earliest = min((at for _, at in members), default=now)
        self.metrics.lag.set(max(now - earliest, 0) / 1000)

    def _forget(self) -> None:
        self.metrics.requests.clear()
        self.metrics.due.clear()
        self.metrics.lag.set(float("nan"))
