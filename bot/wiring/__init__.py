"""The only module that builds the drivers: settings in, a running bot out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.config import Settings
from bot.executor import Executor
from bot.jobs import Engine, Jobs, Sweep
from bot.model.terms import Terms
from bot.redis_store import embedded
from bot.redis_store.faults import store_faults
from bot.redis_store.store import RedisStore
from bot.web import Server, hook_handler
from bot.wiring.assembly import (
    executor_of,
    hooks_of,
    jobs_of,
    parts_of,
    secrets_of_hooks,
    terms_of,
    watching_of,
)
from bot.wiring.drivers import access_of, drivers_of, slack_client, store_url
from bot.wiring.serving import always_due, listen, not_ready, work
from bot.workflow import Parts

__all__ = ["Running", "access_of", "running", "slack_client", "terms_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running bot: its parts for tests and the demo, and the port of its HTTP server."""

    parts: Parts
    executor: Executor
    store: RedisStore
    port: int


@asynccontextmanager
async def running(
    settings: Settings, *, role: str = "all", terms: Terms | None = None, leave_store: bool = True
) -> AsyncIterator[Running]:
    """Start the bot (`role`: all, bot or worker); it stops when the context is left.

    The embedded store outlives the bot unless `leave_store` is False.
    """
    async with AsyncExitStack() as stack:
        url = await store_url(settings)
        if not leave_store:
            stack.push_async_callback(embedded.stop, settings.store.folder)
        terms = terms or terms_of(settings)
        table: list[Jobs] = []
        engine = await stack.enter_async_context(
            Engine(url, "{headroom}:engine", lambda: table[0], store_faults, terms.redeliver)
        )
        drivers = await drivers_of(settings, stack, url, engine)
        parts = parts_of(settings, drivers, terms)
        executor = executor_of(parts, engine)
        hooks = hooks_of(parts, settings)
        table.append(jobs_of(parts, executor, watching_of(parts, settings), hooks))
        slack = await listen(settings, stack, parts, drivers) if role != "worker" else None
        server = await stack.enter_async_context(
            Server(
                settings.http.host,
                settings.http.port,
                lambda: not_ready(parts),
                slack,
                hook_handler(hooks.take, secrets_of_hooks(settings)) if role != "worker" else None,
            )
        )
        if role != "bot":
            sweep = Sweep(
                store=drivers.store,
                wake=engine.wake,
                clock=drivers.clock,
                stopping=lambda: engine.stopping,
            )
            await work(stack, engine, sweep, always_due(settings))
        yield Running(parts=parts, executor=executor, store=drivers.store, port=server.port)
