"""Health, metrics and, in HTTP mode, Slack's payloads: one server."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Self

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.model.errors import StoreFault

Ready = Callable[[], Awaitable[dict[str, str]]]
"""Returns what is not ready: name → why; empty when all is."""

LARGEST_BODY = 1024**2
"""Bytes of a payload: Slack's largest, a message of 50 blocks within its form, has under 700,000."""

HEADERS = {"Server": "headroom", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""What every answer carries: no version of ours, nothing to be kept or guessed."""
Alive = Callable[[], dict[str, str]]
"""Returns what has ended that only a restart brings back: name → why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the server's pages say; `notes` stand in /readyz and keep nobody from being ready."""

    alive: Alive
    ready: Ready
    notes: Callable[[], dict[str, str]]
    metrics: Callable[[], Awaitable[bytes]]


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


Take = Callable[[str, bytes], Awaitable[str]]
"""Takes a notification of the named hook in; returns why not, empty if it was kept."""

HOOK_BYTES = 256 * 1024
"""The largest notification that is read: a backup's log of some thousand lines."""

SECRET_HEADER = "X-Headroom-Secret"  # noqa: S105 - a header's name


def hook_handler(take: Take, secrets: Mapping[str, str]) -> Handler:
    """Return the handler of `/hooks/proxmox/NAME`: `secrets` by hook.

    Without the right secret nothing is read, and a hook that does not exist answers the same.
    """

    async def handle(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        secret, given = secrets.get(name, ""), request.headers.get(SECRET_HEADER, "")
        if not secret or not compare_digest(secret.encode(), given.encode()):
            return web.Response(status=401, text=f"{SECRET_HEADER} does not fit this hook\n")
        body = await request.content.read(HOOK_BYTES + 1)
        while len(body) <= HOOK_BYTES and not request.content.at_eof():
            body += await request.content.read(HOOK_BYTES + 1 - len(body))
        if len(body) > HOOK_BYTES:
            return web.Response(status=413, text=f"at most {HOOK_BYTES} bytes\n")
        try:
            refused = await take(name, body)
        except StoreFault as fault:
            return web.Response(status=503, text=f"not recorded, try again: {fault}\n")
        return web.Response(status=400 if refused else 200, text=f"{refused or 'recorded'}\n")

    return handle


class Server:
    """The HTTP server; port 0 is a free one, `port` the one in use once it runs."""

    def __init__(
        self,
        host: str,
        port: int,
        answers: Answers,
        slack: Handler | None,
        hooks: Handler | None = None,
    ) -> None:
        self._host = host
        self.port = port
        self._answers = answers
        self._slack = slack
        self._hooks = hooks
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.on_response_prepare.append(_with_headers)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics)
        if self._slack is not None:
            application.router.add_post("/slack/events", self._slack)
        if self._hooks is not None:
            application.router.add_post("/hooks/proxmox/{name}", self._hooks)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=3)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _: web.Request) -> web.Response:
        ended = self._answers.alive()
        return web.json_response({"alive": not ended, "ended": ended}, status=503 if ended else 200)

    async def _readyz(self, _: web.Request) -> web.Response:
        missing = await self._answers.ready()
        said = {"ready": not missing, "missing": missing, "notes": self._answers.notes()}
        return web.json_response(said, status=503 if missing else 200)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            body=await self._answers.metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )


async def _with_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
