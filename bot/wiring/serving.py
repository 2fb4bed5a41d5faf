"""What runs while the bot does: listeners, the engine's worker, the sweep, what readiness says."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

import handlers
from bot.clock import SystemClock
from bot.config import Settings
from bot.continuity import Continuity
from bot.jobs import Calls, Engine, Sweep
from bot.model.errors import HypervisorFault, SlackFault, StoreFault
from bot.model.terms import DAY
from bot.telemetry import Metrics
from bot.web import Handler
from bot.wiring.drivers import Drivers
from bot.workflow import CHECK, HELD, OBSERVED, TRIM, Parts
from handlers.reception import Reception

SWEEP_LATE_MS = 10_000
"""The sweep goes round every half second; the store may take its time to answer."""

GRACE = 5.0
"""How long (s) jobs under way may take to end by themselves before they are cut short."""

CUT_AGAIN = 5.0
"""After so many seconds what was to end and has not is told once more."""


@dataclass(slots=True)
class Pulse:
    """Signs of life of one process: its background tasks, the sweep's last turn, Slack's socket."""

    clock: SystemClock
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    connected: Callable[[], Awaitable[bool]] | None = None
    stopping: bool = False
    turned_at: int = 0

    def turn(self) -> None:
        """Note that the sweep's loop went round."""
        self.turned_at = self.clock.now()

    def ended(self) -> dict[str, str]:
        """Return the background tasks that are over though nobody stopped them, and why."""
        over = {n: t for n, t in self.tasks.items() if t.done() and not self.stopping}
        return {
            name: "stopped" if task.cancelled() else f"stopped: {task.exception()!r}"
            for name, task in over.items()
        }

    async def silent(self) -> dict[str, str]:
        """Return what runs and does not get on: the sweep, the socket; or that a stop is under way."""
        found: dict[str, str] = {}
        if self.stopping:
            found["process"] = "is stopping"
        late = self.clock.now() - self.turned_at
        if "sweep" in self.tasks and late > SWEEP_LATE_MS:
            found["sweep"] = f"has not gone round for {late // 1000} s"
        if self.connected is not None and not await self.connected():
            found["slack"] = "the socket is not connected"
        return found


async def listen(
    settings: Settings,
    stack: AsyncExitStack,
    parts: Parts,
    drivers: Drivers,
    metrics: Metrics,
    pulse: Pulse,
) -> Handler | None:
    """Register the listeners; connect in Socket Mode, or return the handler of HTTP mode."""
    secret = settings.slack.signing_secret
    app = handlers.PunctualApp(
        metrics.acknowledged,
        client=drivers.client,
        signing_secret=secret.get_secret_value() if secret else "",
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),  # else its loggers take the root's level
    )
    reception = Reception(
        parts=parts,
        ours=drivers.ours,
        command=settings.slack.command,
        redaction=drivers.redaction,
    )
    handlers.register(app, reception)
    if settings.slack.mode == "http":
        return handlers.http_handler(app, secret.get_secret_value() if secret else "")
    token = settings.slack.app_token
    word = token.get_secret_value() if token else ""
    sockets = [AsyncSocketModeHandler(app, word) for _ in range(settings.slack.sockets)]
    await _connect(stack, sockets, pulse)
    return None


async def _connect(
    stack: AsyncExitStack, sockets: list[AsyncSocketModeHandler], pulse: Pulse
) -> None:
    """Connect each; the process is silent once none of them is connected."""

    async def connected() -> bool:
        return any([await socket.client.is_connected() for socket in sockets])

    pulse.connected = connected
    for socket in sockets:
        stack.push_async_callback(socket.close_async)
        await socket.connect_async()  # type: ignore[no-untyped-call] # untyped in slack_bolt


def always_due(settings: Settings, now: int) -> dict[str, int]:
    """Return the members of the due-set that are there as long as a worker runs, and when at first."""
    watched = [f"alerts:{cluster.name}" for cluster in settings.clusters] if settings.alerts else []
    observed = [OBSERVED] if settings.mode == "observe" else []
    return {**dict.fromkeys((TRIM, *observed, *watched), now), CHECK: (now // DAY + 1) * DAY}


async def work(
    stack: AsyncExitStack,
    engine: Engine,
    calls: Calls,
    sweep: Sweep,
    pulse: Pulse,
    members: Mapping[str, int],
) -> None:
    """Run the engine's worker, calls and the sweep until the context is left."""
    for member, at in members.items():
        await sweep.store.put_due(member, at)
    working = asyncio.create_task(engine.work())
    calling, sweeping = asyncio.create_task(calls.run()), asyncio.create_task(sweep.run())
    pulse.tasks = {"worker": working, "calls": calling, "sweep": sweeping}
    pulse.turn()

    async def stop() -> None:
        pulse.stopping = True
        engine.stop()
        await asyncio.gather(
            _end(calling, calling.cancel),
            _end(sweeping, sweeping.cancel),
            _end(working, engine.cut_short, after=GRACE),
        )

    stack.push_async_callback(stop)


def watch(stack: AsyncExitStack, continuity: Continuity) -> None:
    """Look every second whether the store went back in time, until the context is left."""
    stopping = asyncio.Event()
    task = asyncio.create_task(continuity.watch(stopping.is_set))

    async def stop() -> None:
        stopping.set()
        await _end(task, task.cancel)

    stack.push_async_callback(stop)


async def _end(task: asyncio.Task[None], cut: Callable[[], object], after: float = 0) -> None:
    """Return when the task is over; `cut` it short after so many seconds, and again while it goes on.

    Again, for redis-py loses a cancellation that meets a connection being made.
    """
    _, waiting = await asyncio.wait({task}, timeout=after)
    while waiting:
        cut()
        _, waiting = await asyncio.wait({task}, timeout=CUT_AGAIN)
    await asyncio.gather(task, return_exceptions=True)


async def not_ready(parts: Parts, pulse: Pulse) -> dict[str, str]:
    """Return what keeps the bot from working: its own loops, Slack's socket, store, Slack, clusters."""
    missing = {**pulse.ended(), **await pulse.silent()}
    try:
        if (await parts.store.gate()).closed:
            missing["records"] = HELD
    except StoreFault as fault:
        missing["store"] = str(fault)
    try:
        await parts.messenger.check()
    except SlackFault as fault:
        missing["slack"] = str(fault)
    for cluster in parts.hypervisor.clusters():
        try:
            await parts.inventory.picture(cluster)
        except HypervisorFault as fault:
            missing[f"cluster {cluster}"] = str(fault)
    return missing
