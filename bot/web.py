"""Health, metrics and, in HTTP mode, Slack's payloads: one server."""

from collections.abc import Awaitable, Callable
from typing import Self

from aiohttp import web
from prometheus_client import REGISTRY, generate_latest

Ready = Callable[[], Awaitable[dict[str, str]]]
"""Returns what is not ready: name → why; empty when all is."""

LARGEST_BODY = 1024**2
"""Bytes of a payload: Slack's largest, a message of 50 blocks within its form, has under 700,000."""

HEADERS = {"Server": "headroom", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""What every answer carries: no version of ours, nothing to be kept or guessed."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """The HTTP server; port 0 is a free one, `port` the one in use once it runs."""

    def __init__(self, host: str, port: int, ready: Ready, slack: Handler | None) -> None:
        self._host = host
        self.port = port
        self._ready = ready
        self._slack = slack
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.on_response_prepare.append(_with_headers)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics)
        if self._slack is not None:
            application.router.add_post("/slack/events", self._slack)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=3)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _readyz(self, _: web.Request) -> web.Response:
        missing = await self._ready()
        return web.json_response(
            {"ready": not missing, "missing": missing}, status=503 if missing else 200
        )

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(REGISTRY), content_type="text/plain")


async def _with_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
