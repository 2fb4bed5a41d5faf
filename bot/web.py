"""Health, metrics and, in HTTP mode, Slack's payloads: one server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

Ready = Callable[[], Awaitable[dict[str, str]]]
"""Returns what is not ready: name → why; empty when all is."""

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


class Server:
    """The HTTP server; port 0 is a free one, `port` the one in use once it runs."""

    def __init__(self, host: str, port: int, answers: Answers, slack: Handler | None) -> None:
        self._host = host
        self.port = port
        self._answers = answers
        self._slack = slack
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application()
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
