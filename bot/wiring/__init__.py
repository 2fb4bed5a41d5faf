"""The only module that builds the drivers: settings in, a running bot out."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.config import Settings
from bot.executor import Executor
from bot.jobs import Engine, Jobs, Sweep
from bot.model.terms import Terms
from bot.redis_store import embedded
from bot.redis_store.faults import store_faults
from bot.redis_store.store import RedisStore
from bot.telemetry import Metrics
from bot.web import Answers, Server
from bot.wiring.assembly import executor_of, jobs_of, parts_of, terms_of
from bot.wiring.drivers import Drivers, access_of, drivers_of, slack_client, store_url
from bot.wiring.live import Live
from bot.wiring.measuring import Scrape
from bot.wiring.serving import Pulse, listen, not_ready, work
from bot.workflow import Parts

__all__ = ["Running", "access_of", "running", "slack_client", "terms_of"]


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

    The embedded store outlives the bot unless `leave_store` is False. `read` reads the settings
    anew when the running bot is told to `reload`.
    """
    live, metrics = Live(settings, read), Metrics()
    async with AsyncExitStack() as stack:
        url = await store_url(settings)
        if not leave_store:
            stack.push_async_callback(embedded.stop, settings.store.folder)
        table: list[Jobs] = []
        engine = await stack.enter_async_context(
            Engine(url, "{headroom}:engine", lambda: table[0], store_faults)
        )
        drivers = await drivers_of(settings, stack, url, engine, metrics)
        pulse = Pulse(drivers.clock)
        parts = parts_of(live, drivers, terms or terms_of(settings), metrics)
        executor = executor_of(parts, engine)
        table.append(jobs_of(parts, executor))
        slack = None
        if role != "worker":
            slack = await listen(settings, stack, parts, drivers, metrics, pulse)
        answers = _answers(live, parts, pulse, metrics)
        server = await stack.enter_async_context(
            Server(settings.http.host, settings.http.port, answers, slack)
        )
        if role != "bot":
            await work(stack, engine, _sweep(drivers, engine, pulse, metrics), pulse)
        store, port = drivers.store, server.port
        yield Running(
            parts=parts, executor=executor, store=store, port=port, pulse=pulse, reload=live.reload
        )


def _answers(live: Live, parts: Parts, pulse: Pulse, metrics: Metrics) -> Answers:
    """Return what the server's pages say."""
    scrape = Scrape(metrics=metrics, store=parts.store, connected=lambda: pulse.connected)
    return Answers(
        alive=pulse.ended,
        ready=lambda: not_ready(parts, pulse),
        notes=live.notes,
        metrics=scrape.text,
    )


def _sweep(drivers: Drivers, engine: Engine, pulse: Pulse, metrics: Metrics) -> Sweep:
    """Return the sweep, which tells of each turn."""
    return Sweep(
        store=drivers.store,
        wake=engine.wake,
        clock=drivers.clock,
        stopping=lambda: engine.stopping,
        turned=pulse.turn,
        swept=metrics.swept,
    )
