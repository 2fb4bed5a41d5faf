"""The Slack edge: payloads in, cards out. Every listener is registered here."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.model.errors import StoreFault
from bot.model.feature import Feature
from bot.model.notice import Declined
from bot.model.refusal import Reason, refuse
from bot.telemetry import Turned, turned_away
from handlers import buttons, home, incidents, links, modals, shortcuts, slash
from handlers.blocks import render_view
from handlers.calling import of_slack
from handlers.reception import Ack, Payload, Reception, private

ANSWER_WITHIN = 2.5
"""Slack waits 3 s; with `process_before_response` Bolt has no guard of its own (ENGINE)."""

SHORT = 1000
"""Bytes; Slack's check of the certificate has fewer."""
KINDS = frozenset(
    {"command", "block_actions", "view_submission", "view_closed", "event_callback", "shortcut"}
)
"""Payloads that metrics tell apart."""

Acknowledged = Callable[[str, float], None]
"""Is told of each payload: its kind, and the seconds until it was answered."""

log = structlog.get_logger(__name__)


class PunctualApp(AsyncApp):
    """Answers within three seconds whatever a listener waits for, and tells how long it took.

    Around the whole dispatch: Bolt's own middleware has returned when the listener begins.
    """

    def __init__(self, acknowledged: Acknowledged, **given: Any) -> None:
        super().__init__(**given)
        self._acknowledged = acknowledged

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Let the listener answer, or say in its place that it took too long."""
        body, began = req.body, perf_counter()
        kind = str(body.get("type") or ("command" if body.get("command") else "other"))
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await super().async_dispatch(req)
        except TimeoutError:
            log.warning("listener too slow", kind=kind)
            return await _sorry(Reason.SLOW, body, req.context.respond, self.client.base_url)
        finally:
            self._acknowledged(kind if kind in KINDS else "other", perf_counter() - began)


def register(app: AsyncApp, reception: Reception) -> None:
    """Register every listener, the catch-alls last."""
    slash.register(app, reception)
    buttons.register(app, reception)
    modals.register(app, reception)
    if reception.parts.features.has(Feature.HOME):
        home.register(app, reception)
    if reception.parts.features.has(Feature.INCIDENTS):
        incidents.register(app, reception)
    shortcuts.register(app, reception)
    if reception.parts.features.has(Feature.LINKS):
        links.register(app, reception)
    _catch_alls(app)

    @app.error
    async def failed(error: Exception, body: Payload, respond: AsyncRespond) -> BoltResponse:
        if isinstance(error, StoreFault):
            log.warning("nothing recorded", fault=str(error))
            return await _sorry(Reason.STORE_DOWN, body, respond, app.client.base_url)
        log.error("listener failed", error=repr(error))
        return await _sorry(Reason.INTERNAL, body, respond, app.client.base_url)


def http_handler(
    app: AsyncApp, signing_secret: str
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of Slack's payloads in HTTP mode; one that Slack did not sign is not parsed.

    Bolt parses a body before it looks at the signature. Slack's check of the certificate is unsigned:
    Bolt answers it, and looks at the signature of whatever only pretends to be one.
    """
    verifier = SignatureVerifier(signing_secret)

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        check = len(body) < SHORT and b"ssl_check=1" in body
        if not check and not _signed(verifier, body, request.headers):
            turned_away(Turned.SIGNATURE)
            return web.Response(status=401)
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return handle


def _signed(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    """Return whether Slack signed this body, within five minutes of now; never raises."""
    at = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not re.fullmatch(r"[0-9]{1,12}", at) or not re.fullmatch(r"v0=[0-9a-f]{64}", signature):
        return False
    return verifier.is_valid(body, at, signature)


async def _sorry(
    reason: Reason, body: Payload, respond: AsyncRespond | None, api_url: str
) -> BoltResponse:
    """Say that it went wrong: in the acknowledgement, or beside the button that was pressed."""
    said = private(Declined(refusal=refuse(reason)))
    if body.get("type") == "view_submission":  # an empty answer would close the form
        view = render_view(Declined(refusal=refuse(reason)))
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    if body.get("type") != "block_actions":
        return BoltResponse(status=200, body=said if body.get("command") else "")
    if respond is not None and of_slack(str(body.get("response_url")), api_url):
        await respond(**said, replace_original=False)
    return BoltResponse(status=200, body="")


def _catch_alls(app: AsyncApp) -> None:
    anything = re.compile(".*")

    @app.command(anything)
    async def unknown_command(ack: Ack) -> None:
        await ack(**private(Declined(refusal=refuse(Reason.UNKNOWN_COMMAND))))

    @app.action(anything)
    @app.view(anything)
    @app.shortcut(anything)
    async def unknown_press(ack: Ack) -> None:
        await ack()

    @app.event(anything)
    async def unknown_event(ack: Ack) -> None:
        await ack()
