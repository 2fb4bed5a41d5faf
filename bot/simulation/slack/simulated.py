"""The simulated Slack, put together."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from aiohttp import web

from bot.simulation.clock import Clock, Ids
from bot.simulation.slack.calls import Action, Call, Hook
from bot.simulation.slack.control import Control
from bot.simulation.slack.delivery import Ack, Delivery, Transport
from bot.simulation.slack.delivery import Kind as DeliveryKind
from bot.simulation.slack.dispatch import Dispatch
from bot.simulation.slack.drawing_rich_text import WIDTH
from bot.simulation.slack.driving import Driving
from bot.simulation.slack.exchanges import Exchanges
from bot.simulation.slack.happenings import Happening
from bot.simulation.slack.identity import APP_ID, BOT_USER, TEAM_ID
from bot.simulation.slack.messages import Message
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.table import METHODS, Method
from bot.simulation.slack.person import Person
from bot.simulation.slack.reading import Reader
from bot.simulation.slack.recording import Recording
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.response_url import ResponseUrlHandler
from bot.simulation.slack.signed_http import FORM, SignedHttp
from bot.simulation.slack.sockets import Farewell, Sockets
from bot.simulation.slack.transcript import Transcript
from bot.simulation.slack.views import View
from bot.simulation.slack.web_api import Tokens, WebApi
from bot.simulation.slack.workspace import SCOPES, Workspace

Mode = Literal["socket", "http"]
UPLOAD_BYTES = 64 * 1024 * 1024


class NotSeen(AssertionError):
    """What was waited for did not happen; the text shows what is visible."""


class SimulatedSlack:
    """A Slack workspace on loopback; use it as an asynchronous context manager.

    `request_url` (mode `http`) may be set later, once the app knows its port; `record` is a file
    for the wire; `seed` makes identifiers repeatable.

    To look at: `calls` (of the Web API), `deliveries` (to the app, with the acknowledgements),
    `under_way` (those not acknowledged yet),
    `happenings` (all that is visible, in order), `pings` (notifications that messages caused),
    `limits` (rate counters), `directory` (who and where; change it at will), `sockets`, `clock`.
    """

    def __init__(  # long: the parts are put together here, one line each
        self,
        mode: Mode = "socket",
        *,
        request_url: str | None = None,
        record: Path | None = None,
        port: int = 0,
        scopes: tuple[str, ...] = SCOPES,
        enforce_limits: bool = False,
        seed: int | None = None,
    ) -> None:
        self.mode = mode
        self.clock = Clock()
        ids = Ids(seed)
        self.bot_token = "xoxb-" + ids.opaque(length=24)
        self.app_token = "xapp-" + ids.opaque(length=24)
        self.signing_secret = ids.opaque(length=32).lower()
        self.workspace = Workspace(clock=self.clock, ids=ids, scopes=scopes)
        secrets = (self.bot_token, self.app_token, self.signing_secret)
        self._recording = Recording(record, secrets)
        changes = self.workspace.changes
        self.sockets = Sockets(clock=self.clock, ids=ids, changes=changes)
        self.http = SignedHttp(
            clock=self.clock, changes=changes, secret=self.signing_secret, request_url=request_url
        )
        transport: Transport = self.sockets if mode == "socket" else self.http
        self._dispatch = Dispatch(
            slack=self.workspace, transport=transport, recording=self._recording
        )
        self._exchanges = Exchanges(self.workspace, self._recording)
        self._api = WebApi(
            slack=self.workspace,
            tokens=Tokens(bot=self.bot_token, app=self.app_token),
            methods=METHODS | {"apps.connections.open": self._connections_open()},
            exchanges=self._exchanges,
            enforce_limits=enforce_limits,
        )
        self.calls = self._exchanges.calls
        self.limits = self._api.limits
        self.deliveries = self._dispatch.sent
        self.under_way = self._dispatch.under_way
        self.directory = self.workspace.directory
        self.add_person = self.directory.add_person
        self.deactivate = self.directory.deactivate
        self.set_group = self.directory.set_group
        self.happenings = self.workspace.happenings
        self.pings = self.workspace.pings
        self.team_id, self.app_id, self.bot_user_id = TEAM_ID, APP_ID, BOT_USER
        self._persons: dict[str, Person] = {}
        self._port = port
        self._runner: web.AppRunner | None = None
        self.address = ""

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=UPLOAD_BYTES)
        answers = ResponseUrlHandler(self.workspace, self._exchanges)
        application.router.add_route("*", "/api/{method}", self._api.handle)
        application.router.add_get("/link/", self.sockets.handle)
        application.router.add_post("/response/{key}", answers.handle)
        application.router.add_post("/upload/{key}", self.workspace.files.receive)
        Driving(self).add_routes(application.router)
        Control(self, self._exchanges.hooks).add_routes(application.router)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"{host}:{port}"
        self.sockets.address = f"ws://{self.address}/link/"
        self.workspace.files.base_url = f"http://{self.address}/upload/"
        self._dispatch.base_url = f"http://{self.address}/response/"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.close()
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._recording.close()

    def _connections_open(self) -> Method:
        def run(_: Workspace, __: Arguments) -> Json:
            return {"url": self.sockets.issue()}

        return Method(run=run, tier=1, scopes=("connections:write",), caller="app")

    @property
    def api_url(self) -> str:
        """Give the base URL of the Web API, ending in `/api/`."""
        return f"http://{self.address}/api/"

    @property
    def request_url(self) -> str | None:
        """Tell where payloads are posted in mode `http`."""
        return self.http.request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.http.request_url = url

    @property
    def late_acks(self) -> int:
        """Count the acknowledgements that came too late."""
        return self._dispatch.transport.late

    def person(self, ref: str) -> Person:
        """Give the person of this name or id, to act."""
        user_id = self.directory.account(ref).id
        return self._persons.setdefault(user_id, Person(self._dispatch, user_id))

    def messages(self, channel: str) -> list[Message]:
        """List what everybody in a channel sees, oldest first, replies included."""
        return self.workspace.messages.in_channel(self.directory.channel(channel).id)

    def ephemerals_for(self, ref: str) -> list[Message]:
        """List what only this person sees, oldest first."""
        return self.workspace.messages.ephemerals_for(self.directory.account(ref).id)

    def direct_messages(self, ref: str) -> list[Message]:
        """List the direct messages between the app and a person, oldest first."""
        channel = self.directory.find_direct(self.directory.account(ref).id)
        return self.workspace.messages.in_channel(channel.id) if channel is not None else []

    def open_view(self, ref: str) -> View | None:
        """Give the modal on top for a person."""
        return self.workspace.views.top(self.directory.account(ref).id)

    def home(self, ref: str) -> View | None:
        """Give a person's Home tab."""
        return self.workspace.views.home(self.directory.account(ref).id)

    def on_call(
        self,
        method: str,
        action: Action,
        *,
        times: int | None = 1,
        when: Callable[[Call], bool] | None = None,
    ) -> Hook:
        """Let an action answer the next `times` calls (None: all) of a method.

        `*` is any method; `response_url` is one, too.
        """
        return self._exchanges.hooks.add(Hook(method, action, times, when))

    async def until(self, seen: Callable[[], object], seconds: float = 5) -> None:
        """Wait until `seen()` is true; NotSeen after real `seconds`, with what is visible."""
        try:
            async with asyncio.timeout(seconds):
                await self.workspace.changes.until(seen)
        except TimeoutError:
            raise NotSeen(f"not seen within {seconds} s; visible is:\n{self.visible()}") from None

    def visible(self) -> str:
        """Show every message and form that stands, for error texts."""
        transcript = self._transcript("Europe/Paris")
        seen = [
            f"{m.channel} {m.ts} {m.visible_to or ''}\n" + "\n".join(transcript.message(m))
            for m in self.workspace.messages.standing()
        ]
        forms = [self.open_view(user) for user in self.directory.accounts]
        return "\n".join([*seen, *(self.shown(form) for form in forms if form is not None)])

    def on_happening(self, listener: Callable[[Happening], None]) -> None:
        """Tell a listener everything that happens from now on, as it happens."""
        self.workspace.listeners.append(listener)

    def tell(self, happening: Happening, tz: str = "Europe/Paris") -> list[str]:
        """Give the lines that show a happening to a reader in a time zone."""
        return self._transcript(tz).lines(happening)

    def transcript(self, tz: str = "Europe/Paris") -> str:
        """Give the whole conversation as text."""
        return self._transcript(tz).text(self.happenings)

    def shown(self, seen: Message | View, tz: str = "Europe/Paris", width: int = WIDTH) -> str:
        """Give what a message or view looks like, lines broken at this width."""
        transcript = self._transcript(tz, width)
        lines = transcript.modal(seen) if isinstance(seen, View) else transcript.message(seen)
        return "\n".join(lines)

    def _transcript(self, tz: str, width: int = WIDTH) -> Transcript:
        return Transcript(Reader(self.directory, tz), self.workspace.messages, width)

    async def connected(self, count: int = 1, seconds: float = 5) -> None:
        """Wait until the app holds `count` sockets."""
        await self.until(lambda: len(self.sockets.connections) == count, seconds)

    async def deliver(self, kind: DeliveryKind, payload: Json) -> Ack:
        """Deliver any payload, forged ones too, by the transport in use."""
        return await self._dispatch.send(kind, payload)

    async def redeliver(self, delivery: Delivery | None = None) -> Ack:
        """Deliver the same envelope again; by default the last one."""
        return await self._dispatch.deliver(delivery or self.deliveries[-1].delivery)

    async def deliver_raw(
        self,
        body: str,
        *,
        secret: str | None = None,
        timestamp: int | None = None,
        content_type: str = FORM,
    ) -> Ack:
        """Post a raw body (mode `http`), signed with any secret and at any time (Unix seconds)."""
        return await self.http.post(
            body,
            {"Content-Type": content_type},
            secret=self.signing_secret if secret is None else secret,
            timestamp=timestamp,
        )

    async def verify_url(self, challenge: str = "3eZbrw1aB10FEMAGAZd4FyFQ") -> Ack:
        """Ask for the challenge, as when a request URL is entered (mode `http`)."""
        body = json.dumps({"type": "url_verification", "challenge": challenge})
        return await self.deliver_raw(body, content_type="application/json")

    async def send_event(self, event: Json) -> Ack:
        """Deliver an event, such as `{"type": "app_home_opened", …}`, with retries."""
        return await self._dispatch.send_event(event)

    async def disconnect(
        self, reason: Farewell = "refresh_requested", count: int | None = None
    ) -> None:
        """Tell the app to reconnect its oldest sockets (None: all); it closes them itself."""
        await self.sockets.disconnect(reason, count)

    def revoke_token(self, word: str = "token_revoked") -> None:
        """Let every call with the bot's token be refused with this word, until `restore_token`."""
        self._api.revoked[self.bot_token] = word

    def restore_token(self) -> None:
        """Let the bot's token be good again."""
        self._api.revoked.clear()

    async def drop_sockets(self, count: int | None = None) -> None:
        """Cut the oldest sockets (None: all) without a word."""
        await self.sockets.drop(count)
