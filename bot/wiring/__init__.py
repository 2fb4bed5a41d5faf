"""The only module that builds the drivers: settings in, a running bot out."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.alerts import Hooks
from bot.clock import SystemClock
from bot.config import Settings
from bot.executor import Executor
from bot.jobs import Engine, Jobs
from bot.model.terms import Terms
from bot.redis_store import embedded
from bot.redis_store.faults import Translated
from bot.redis_store.store import RedisStore
from bot.telemetry import Metrics
from bot.web import Answers, Server, hook_handler
from bot.wiring.assembly import (
    calls_of,
    executor_of,
    hooks_of,
    jobs_of,
    parts_of,
    secrets_of_hooks,
    sweep_of,
    watching_of,
)
from bot.wiring.drivers import Drivers, access_of, drivers_of, slack_client, store_of, store_url
from bot.wiring.live import Live, terms_of
from bot.wiring.measuring import Scrape
from bot.wiring.reloading import Reloading
from bot.wiring.serving import Pulse, always_due, listen, not_ready, watch, work
from bot.workflow import Parts

__all__ = ["Running", "access_of", "running", "slack_client", "store_of", "terms_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running bot: its parts for tests and the demo, and the port of its HTTP server."""

    parts: Parts
    executor: Executor
    store: RedisStore
    port: int
    pulse: Pulse
    reload: Callable[[], bool]


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    role: str = "all",
    terms: Terms | None = None,
    leave_store: bool = True,
    read: Callable[[], Settings] | None = None,
) -> AsyncIterator[Running]:
    """Start the bot (`role`: all, bot or worker); it stops when the context is left.

    The embedded store outlives the bot unless `leave_store` is False; `read` serves `reload`.
    """
    live, metrics = Live(settings, read, terms), Metrics()
    async with AsyncExitStack() as stack:
        url = await store_url(settings)
        if not leave_store:
            stack.push_async_callback(embedded.stop, settings.store.folder)
        table: list[Jobs] = []
        engine = await stack.enter_async_context(_engine(url, lambda: table[0], live.terms()))
        drivers = await drivers_of(settings, stack, url, engine, metrics)
        await drivers.continuity.begin()
        pulse = Pulse(drivers.clock)
        parts = parts_of(live, drivers, metrics)
        executor = executor_of(parts, drivers.continuity, engine)
        hooks = hooks_of(parts, live, drivers.redaction)
        table.append(jobs_of(parts, executor, watching_of(parts, live), hooks))
        server = await _server(stack, live, parts, drivers, metrics, pulse, hooks, role=role)
        watch(stack, drivers.continuity)
        if role != "bot":
            calls, sweep = calls_of(drivers), sweep_of(drivers, pulse, metrics)
            due = always_due(settings, drivers.clock.now())
            await work(stack, engine, calls, sweep, pulse, due)
        yield Running(
            parts=parts,
            executor=executor,
            store=drivers.store,
            port=server.port,
            pulse=pulse,
            reload=_reload(stack, live, parts, drivers, role),
        )


def _reload(
    stack: AsyncExitStack, live: Live, parts: Parts, drivers: Drivers, role: str
) -> Callable[[], bool]:
    """Return what reads the configuration anew."""
    works = role != "bot"
    reloading = Reloading(live=live, parts=parts, redaction=drivers.redaction, works=works)
    stack.push_async_callback(reloading.close)
    return reloading.reload


async def _server(
    stack: AsyncExitStack,
    live: Live,
    parts: Parts,
    drivers: Drivers,
    metrics: Metrics,
    pulse: Pulse,
    hooks: Hooks,
    *,
    role: str,
) -> Server:
    """Listen to Slack, unless it is a worker, and serve HTTP."""
    settings, slack, taken = live.settings, None, None
    if role != "worker":
        slack = await listen(settings, stack, parts, drivers, metrics, pulse)
        taken = hook_handler(hooks.take, secrets_of_hooks(settings))
    answers = _answers(live, parts, pulse, metrics)
    server = Server(settings.http.host, settings.http.port, answers, slack, taken)
    return await stack.enter_async_context(server)


def _engine(url: str, jobs: Callable[[], Jobs], terms: Terms) -> Engine:
    """Return the engine, not yet connected."""
    name, wait = "{headroom}:engine", SystemClock().wait
    return Engine(url, name, jobs, Translated, wait=wait, redeliver=terms.redeliver)


def _answers(live: Live, parts: Parts, pulse: Pulse, metrics: Metrics) -> Answers:
    """Return what the server's pages say."""
    scrape = Scrape(metrics=metrics, store=parts.store, connected=lambda: pulse.connected)
    return Answers(
        alive=pulse.ended,
        ready=lambda: not_ready(parts, pulse),
        notes=live.notes,
        metrics=scrape.text,
    )
