"""What runs while the bot does: listeners, the engine's worker, the sweep, what readiness says."""

import asyncio
from contextlib import AsyncExitStack

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

import handlers
from bot.config import Settings
from bot.jobs import Engine, Sweep
from bot.model.errors import HypervisorFault, SlackFault, StoreFault
from bot.web import Handler
from bot.wiring.drivers import Drivers
from bot.workflow import TRIM, Parts
from handlers.reception import Reception

CANCEL_AGAIN = 5.0
"""How long (s) work under way may take to end before it is told to stop once more."""


async def listen(
    settings: Settings, stack: AsyncExitStack, parts: Parts, drivers: Drivers
) -> Handler | None:
    """Register the listeners; connect in Socket Mode, or return the handler of HTTP mode."""
    secret = settings.slack.signing_secret
    app = AsyncApp(
        client=drivers.client,
        signing_secret=secret.get_secret_value() if secret else "",
        process_before_response=True,
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
    for _ in range(settings.slack.sockets):
        socket = AsyncSocketModeHandler(app, token.get_secret_value() if token else "")
        stack.push_async_callback(socket.close_async)
        await socket.connect_async()  # type: ignore[no-untyped-call] # untyped in slack_bolt
    return None


def always_due(settings: Settings) -> tuple[str, ...]:
    """Return the members of the due-set that are there as long as a worker runs."""
    watched = [f"alerts:{cluster.name}" for cluster in settings.clusters] if settings.alerts else []
    return (TRIM, *watched)


async def work(
    stack: AsyncExitStack, engine: Engine, sweep: Sweep, members: tuple[str, ...]
) -> None:
    """Run the engine's worker and the sweep until the context is left."""
    for member in members:
        await sweep.store.put_due(member, sweep.clock.now())
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


async def not_ready(parts: Parts) -> dict[str, str]:
    """Return what keeps the bot from working: store, Slack, clusters."""
    missing: dict[str, str] = {}
    try:
        await parts.store.now()
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
