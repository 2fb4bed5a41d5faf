"""The Slack edge: payloads in, cards out. Every listener is registered here."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse

from bot.model.notice import Declined
from bot.model.refusal import Reason, refuse
from bot.telemetry import Metrics
from handlers import buttons, modals, slash
from handlers.blocks import render_view
from handlers.reception import Ack, Payload, Reception, private

ANSWER_WITHIN = 2.5
"""Slack waits 3 s; with `process_before_response` Bolt has no guard of its own (ENGINE)."""

KINDS = frozenset({"command", "block_actions", "view_submission", "view_closed", "event_callback"})
"""Payloads that metrics tell apart."""

log = structlog.get_logger(__name__)


def register(app: AsyncApp, reception: Reception, metrics: Metrics) -> None:
    """Register every listener, the guards first and the catch-alls last."""

    @app.middleware
    async def measured(next_: Callable[[], Awaitable[None]], body: Payload) -> None:
        kind = str(body.get("type") or ("command" if body.get("command") else "other"))
        with metrics.acknowledgement.labels(kind if kind in KINDS else "other").time():
            await next_()

    app.middleware(_within_three_seconds)
    slash.register(app, reception)
    buttons.register(app, reception)
    modals.register(app, reception)
    _catch_alls(app)

    @app.error
    async def failed(error: Exception, body: Payload, respond: AsyncRespond) -> BoltResponse:
        log.error("listener failed", error=repr(error))
        return await _sorry(Reason.INTERNAL, body, respond)


def http_handler(app: AsyncApp) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of Slack's signed payloads in HTTP mode."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return handle


async def _sorry(reason: Reason, body: Payload, respond: AsyncRespond) -> BoltResponse:
    """Say that it went wrong: in the acknowledgement, or beside the button that was pressed."""
    said = private(Declined(refusal=refuse(reason)))
    if body.get("type") == "view_submission":  # an empty answer would close the form
        view = render_view(Declined(refusal=refuse(reason)))
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    if body.get("type") != "block_actions":
        return BoltResponse(status=200, body=said if body.get("command") else "")
    if body.get("response_url"):
        await respond(**said, replace_original=False)
    return BoltResponse(status=200, body="")


async def _within_three_seconds(
    next_: Callable[[], Awaitable[None]], body: Payload, respond: AsyncRespond
) -> BoltResponse | None:
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            await next_()
    except TimeoutError:
        log.warning("listener too slow", kind=body.get("type") or body.get("command"))
        return await _sorry(Reason.SLOW, body, respond)
    return None


def _catch_alls(app: AsyncApp) -> None:
    anything = re.compile(".*")

    @app.command(anything)
    async def unknown_command(ack: Ack) -> None:
        await ack(**private(Declined(refusal=refuse(Reason.UNKNOWN_COMMAND))))

    @app.action(anything)
    @app.view(anything)
    async def unknown_press(ack: Ack) -> None:
        await ack()

    @app.event(anything)
    async def unknown_event(ack: Ack) -> None:
        await ack()
