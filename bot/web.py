"""Health, metrics and, in HTTP mode, Slack's payloads: one server."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Self

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.model.errors import StoreFault
from bot.telemetry import Turned, turned_away

Ready = Callable[[], Awaitable[dict[str, str]]]
"""Returns what is not ready: name → why; empty when all is."""

Alive = Callable[[], dict[str, str]]
"""Returns what has ended that only a restart brings back: name → why."""

LARGEST_BODY = 1024**2
"""Bytes of a payload: Slack's largest, a message of 50 blocks within its form, has under 700,000."""

HOOK_BYTES = 256 * 1024
"""The largest notification that is read: a backup's log of some thousand lines."""

HEADERS = {"Server": "headroom", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""What every answer carries: no version of ours, nothing to be kept or guessed."""


BODY_SECONDS = 3.0
"""A body has to arrive within so many seconds: Slack itself gives up after three."""

TRY_AGAIN = {Turned.BUSY: {"Retry-After": "1"}}
"""Headers of a refusal that passes by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnce:
    """How many requests are worked on at a time; a burst of 200 commands is ordinary.

    `pages` are figures and readiness; whether the process lives is always said.
    """

    deliveries: int = 256
    pages: int = 16


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

SECRET_HEADER = "X-Headroom-Secret"  # noqa: S105 - a header's name


def hook_handler(
    take: Take, secrets: Mapping[str, str], body_seconds: float = BODY_SECONDS
) -> Handler:
    """Return the handler of `/hooks/proxmox/NAME`: `secrets` by hook.

    Without the right secret nothing is read, and a hook that does not exist answers the same.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        secret, given = secrets.get(name, ""), request.headers.get(SECRET_HEADER, "")
        if not secret or not compare_digest(secret.encode(), given.encode()):
            return web.Response(status=401, text=f"{SECRET_HEADER} does not fit this hook\n")
        read = await _read(request, HOOK_BYTES, body_seconds)
        if isinstance(read, web.Response):
            return read
        try:
            refused = await take(name, await read.read())
        except StoreFault as fault:
            return web.Response(status=503, text=f"not recorded, try again: {fault}\n")
        return web.Response(status=400 if refused else 200, text=f"{refused or 'recorded'}\n")

    return handle


class _Few:
    """Lets so many requests through at once; one more is told to come again."""

    def __init__(self, most: int) -> None:
        self._free = most

    def around(self, handler: Handler) -> Handler:
        """Return the handler with this limit, which it shares with others."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if not self._free:
                return _refused(Turned.BUSY, 503, "too much at once, try again")
            self._free -= 1
            try:
                return await handler(request)
            finally:
                self._free += 1

        return handle


def _read_first(handler: Handler, most: int, seconds: float) -> Handler:
    """Return the handler of requests whose whole body is there."""

    async def handle(request: web.Request) -> web.StreamResponse:
        read = await _read(request, most, seconds)
        return read if isinstance(read, web.Response) else await handler(read)

    return handle


async def _read(request: web.Request, most: int, seconds: float) -> web.Request | web.Response:
    """Return the request with its body of at most so many bytes read, or a refusal."""
    too_large = f"at most {most} bytes"
    if (request.content_length or 0) > most:
        return _refused(Turned.SIZE, 413, too_large)
    if request.content.is_eof() and request.content.total_bytes <= most:
        return request  # it is all there
    bounded = request.clone(client_max_size=most)
    try:
        async with asyncio.timeout(seconds):
            await bounded.read()
    except web.HTTPRequestEntityTooLarge:
        return _refused(Turned.SIZE, 413, too_large)
    except TimeoutError:
        return _refused(Turned.SLOW, 408, f"the body has to arrive within {seconds:g} s")
    return bounded


def _refused(why: Turned, status: int, text: str) -> web.Response:
    """Count it, and close the connection: what it still sends is not read."""
    turned_away(why)
    answer = web.Response(status=status, text=f"{text}\n", headers=TRY_AGAIN.get(why, {}))
    answer.force_close()
    return answer


class Server:
    """The HTTP server; port 0 is a free one, `port` the one in use once it runs."""

    def __init__(
        self,
        host: str,
        port: int,
        answers: Answers,
        slack: Handler | None,
        hooks: Handler | None = None,
        *,
        at_once: AtOnce = AtOnce(),
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._host = host
        self.port = port
        self._answers = answers
        self._deliveries, self._pages = _Few(at_once.deliveries), _Few(at_once.pages)
        self._slack = _read_first(slack, LARGEST_BODY, body_seconds) if slack else None
        self._hooks = hooks
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.on_response_prepare.append(_with_headers)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._pages.around(self._readyz))
        application.router.add_get("/metrics", self._pages.around(self._metrics))
        if self._slack:
            application.router.add_post("/slack/events", self._deliveries.around(self._slack))
        if self._hooks:
            hooks = self._deliveries.around(self._hooks)
            application.router.add_post("/hooks/proxmox/{name}", hooks)
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
