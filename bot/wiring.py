"""The only module that builds the drivers: settings in, a running bot out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.util.async_utils import create_async_web_client
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.assess import Assessor
from bot.clock import SystemClock
from bot.commit import Committer
from bot.config import ClusterSettings, Settings
from bot.executor import Executor
from bot.inventory import Inventory
from bot.jobs import Engine, Jobs, Sweep
from bot.model.errors import HypervisorFault, StoreFault
from bot.model.terms import Terms
from bot.operations import OPERATIONS
from bot.proxmox.client import ClusterAccess
from bot.proxmox.hypervisor import ProxmoxHypervisor
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.faults import store_faults
from bot.redis_store.saving import Lives
from bot.redis_store.store import RedisStore
from bot.web import Handler, Server
from bot.workflow import (
    TRIM,
    Parts,
    follow_end,
    free_room,
    show,
    take,
    trim_audit,
    values_brought_back,
)
from handlers.directory import SlackDirectory, who_we_are
from handlers.identity import Installation
from handlers.messenger import SlackMessenger
from handlers.reception import Reception

log = structlog.get_logger(__name__)

CANCEL_AGAIN = 5.0
"""How long (s) work under way may take to end before it is told to stop once more."""


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
        url = await _store_url(settings)
        if not leave_store:
            stack.push_async_callback(embedded.stop, settings.store.folder)
        table: list[Jobs] = []
        engine = await stack.enter_async_context(
            Engine(url, "{headroom}:engine", lambda: table[0], store_faults)
        )
        drivers = await _drivers(settings, stack, url, engine)
        parts = _parts(settings, drivers, terms or terms_of(settings))
        executor = _executor(parts, engine)
        table.append(_jobs(parts, executor))
        slack = await _listen(settings, stack, parts, drivers) if role != "worker" else None
        server = await stack.enter_async_context(
            Server(settings.http.host, settings.http.port, lambda: _not_ready(parts), slack)
        )
        if role != "bot":
            sweep = Sweep(
                store=drivers.store,
                wake=engine.wake,
                clock=drivers.clock,
                stopping=lambda: engine.stopping,
            )
            await _work(stack, engine, sweep)
        yield Running(parts=parts, executor=executor, store=drivers.store, port=server.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drivers:
    """Everything that talks to the outside, each built once."""

    clock: SystemClock
    store: RedisStore
    hypervisor: ProxmoxHypervisor
    inventory: Inventory
    client: AsyncWebClient
    engine: Engine
    ours: Installation


async def _drivers(settings: Settings, stack: AsyncExitStack, url: str, engine: Engine) -> _Drivers:
    """Build them; the stack closes them in the opposite order."""
    clock = SystemClock()
    store = RedisStore(connect(url), lives=_lives(settings))
    stack.push_async_callback(store.close)
    hypervisor = ProxmoxHypervisor([access_of(c) for c in settings.clusters], now=clock.now)
    stack.push_async_callback(hypervisor.close)
    inventory = Inventory(hypervisor, clock)
    stack.push_async_callback(inventory.close)
    client = slack_client(settings.slack.bot_token, settings.slack.api_url)
    return _Drivers(
        clock=clock,
        store=store,
        hypervisor=hypervisor,
        inventory=inventory,
        client=client,
        engine=engine,
        ours=await who_we_are(client),
    )


async def _store_url(settings: Settings) -> str:
    if settings.store.url is not None:
        return settings.store.url.get_secret_value()
    return await embedded.ensure(settings.store.folder)


def _lives(settings: Settings) -> Lives:
    return Lives(request_ms=settings.requests.keep_ms, audit_ms=settings.requests.keep_audit_ms)


def access_of(cluster: ClusterSettings) -> ClusterAccess:
    """Return how the driver reaches a configured cluster."""
    token_id, _, secret = cluster.token.get_secret_value().partition("=")
    user, _, token_name = token_id.partition("!")
    return ClusterAccess(
        name=cluster.name,
        hosts=cluster.hosts,
        user=user,
        token_name=token_name,
        token=secret,
        ca_file=str(cluster.ca_file) if cluster.ca_file else "",
        fingerprint=cluster.fingerprint,
    )


def slack_client(token: SecretStr, api_url: str) -> AsyncWebClient:
    """Return the client with its retries: a rate limit is waited for, nothing is posted twice."""
    client = create_async_web_client(token.get_secret_value())
    client.base_url = api_url
    client.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    return client


def terms_of(settings: Settings) -> Terms:
    """Return the terms that the configuration sets."""
    return Terms(
        execute_within=settings.requests.execute_within_ms,
        wait_for_lock=settings.requests.wait_for_lock_ms,
        keep_audit=settings.requests.keep_audit_ms,
    )


def _parts(settings: Settings, drivers: _Drivers, terms: Terms) -> Parts:
    assessor = Assessor(
        hypervisor=drivers.hypervisor,
        inventory=drivers.inventory,
        store=drivers.store,
        clock=drivers.clock,
        operations=OPERATIONS,
        policy=lambda: settings.policy,
        limits=lambda: settings.limits,
        own_guests=settings.requests.own_guests,
    )
    directory = SlackDirectory(
        drivers.client,
        drivers.clock,
        drivers.ours.team_id,
        settings.policy.memberships,
        terms.roster_age,
    )
    return Parts(
        store=drivers.store,
        assessor=assessor,
        committer=Committer(store=drivers.store, wake=drivers.engine),
        inventory=drivers.inventory,
        hypervisor=drivers.hypervisor,
        directory=directory,
        messenger=SlackMessenger(drivers.client),
        wake=drivers.engine,
        clock=drivers.clock,
        terms=terms,
        operations=OPERATIONS,
        policy=lambda: settings.policy,
        copy_to=frozenset(settings.slack.copy_to),
    )


def _executor(parts: Parts, engine: Engine) -> Executor:
    return Executor(
        hypervisor=parts.hypervisor,
        store=parts.store,
        assessor=parts.assessor,
        committer=parts.committer,
        directory=parts.directory,
        clock=parts.clock,
        terms=parts.terms,
        stopping=lambda: engine.stopping,
    )


def _jobs(parts: Parts, executor: Executor) -> Jobs:
    return Jobs(
        table={
            "intake": lambda delivery: take(parts, delivery),
            "request": executor.run,
            "card": lambda request_id: show(parts, request_id),
            "end": lambda request_id: follow_end(parts, request_id),
            "room": lambda cluster: free_room(parts, cluster),
            "audit": lambda _: trim_audit(parts),
            "values": lambda request_id: values_brought_back(parts, request_id),
        }
    )


async def _listen(
    settings: Settings, stack: AsyncExitStack, parts: Parts, drivers: _Drivers
) -> Handler | None:
    """Register the listeners; connect in Socket Mode, or return the handler of HTTP mode."""
    secret = settings.slack.signing_secret
    app = AsyncApp(
        client=drivers.client,
        signing_secret=secret.get_secret_value() if secret else "",
        process_before_response=True,
    )
    reception = Reception(parts=parts, ours=drivers.ours, command=settings.slack.command)
    handlers.register(app, reception)
    if settings.slack.mode == "http":
        return handlers.http_handler(app)
    token = settings.slack.app_token
    socket = AsyncSocketModeHandler(app, token.get_secret_value() if token else "")
    await socket.connect_async()  # type: ignore[no-untyped-call] # untyped in slack_bolt
    stack.push_async_callback(socket.close_async)
    return None


async def _work(stack: AsyncExitStack, engine: Engine, sweep: Sweep) -> None:
    """Run the engine's worker and the sweep until the context is left."""
    await sweep.store.put_due(TRIM, sweep.clock.now())
    tasks = {asyncio.create_task(engine.work()), asyncio.create_task(sweep.run())}

    async def stop() -> None:
        engine.stopping = True
        await _end(tasks)

    stack.push_async_callback(stop)


async def _end(tasks: set[asyncio.Task[None]]) -> None:
    """Cancel until all are over: redis-py loses a cancellation that meets a connection being made."""
    waiting = tasks
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=CANCEL_AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _not_ready(parts: Parts) -> dict[str, str]:
    """Return what keeps the bot from working: store, clusters."""
    missing: dict[str, str] = {}
    try:
        await parts.store.now()
    except StoreFault as fault:
        missing["store"] = str(fault)
    for cluster in parts.hypervisor.clusters():
        try:
            await parts.inventory.picture(cluster)
        except HypervisorFault as fault:
            missing[f"cluster {cluster}"] = str(fault)
    return missing
