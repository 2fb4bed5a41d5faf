"""The HTTPS server in front of the simulated cluster."""

import asyncio
import contextlib
import json
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import trustme
from aiohttp import web

from bot.simulation.proxmox.api import TICKET_COOKIE, Api, Credentials
from bot.simulation.proxmox.control import Control
from bot.simulation.proxmox.errors import ApiError, no_such_method
from bot.simulation.proxmox.passing import Answer, Hooks, Passing, Seen, answer_of
from bot.simulation.proxmox.record import Recorder

PREFIX = "/api2/json"
KEEPALIVE = 5
BODY_LIMIT = 512 * 1024
SHUTDOWN = 0.1
HANDSHAKE = 5.0
"""As long (s) a host that closes waits at most for handshakes that are under way, to drop them."""


class Certificates:
    """A certificate authority of its own, valid on loopback only; `ca_file` holds its root."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="simulated-proxmox-")
        self._ca = trustme.CA(organization_name="Simulated Proxmox VE")
        self._leaf = self._ca.issue_cert("127.0.0.1", "localhost", "::1")
        self.ca_file = Path(self._folder.name) / "pve-root-ca.pem"
        self._ca.cert_pem.write_to_path(str(self.ca_file))

    def server_context(self) -> ssl.SSLContext:
        """Return the context of a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._leaf.configure_cert(context)
        return context

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()


class Host:
    """One node's face: HTTPS on loopback."""

    def __init__(
        self, api: Api, hooks: Hooks, calls: list[Seen], recorder: Recorder, control: Control
    ) -> None:
        self._api, self._hooks, self._calls, self._recorder = api, hooks, calls, recorder
        self._control = control
        self._runner: web.AppRunner | None = None
        self._listening: asyncio.Server | None = None
        self.url = ""

    async def open(self, certificates: Certificates, port: int = 0) -> None:
        """Listen on a port of 127.0.0.1 (0: any free one)."""
        app = web.Application(client_max_size=BODY_LIMIT)
        self._control.add_routes(app.router)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(
            app, access_log=None, keepalive_timeout=KEEPALIVE, shutdown_timeout=SHUTDOWN
        )
        await self._runner.setup()
        if self._runner.server is None:
            raise RuntimeError("simulated Proxmox: the web server did not start")
        self._listening = await asyncio.get_running_loop().create_server(
            self._runner.server,
            "127.0.0.1",
            port,
            ssl=certificates.server_context(),
            ssl_shutdown_timeout=SHUTDOWN,
        )
        self.url = f"https://127.0.0.1:{self._listening.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop listening and drop the connections: clients may leave theirs open."""
        if self._listening is None or self._runner is None or self._runner.server is None:
            return
        server = self._runner.server
        self._listening.close()
        _abort(server)
        await self._runner.cleanup()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HANDSHAKE):
                while _clients(self._listening):  # asyncio does not tell when one is over
                    await asyncio.sleep(0.005)  # noqa: TID251 - real sockets take real time
                    _abort(server)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method, path = request.method, request.path.removeprefix(PREFIX)
        try:
            params = await _params(request)
        except ApiError as error:
            return _response(answer_of(error))
        credentials = Credentials(
            authorization=request.headers.get("Authorization", ""),
            ticket=request.cookies.get(TICKET_COOKIE, ""),
            csrf=request.headers.get("CSRFPreventionToken", ""),
        )
        passing = Passing(
            method, path, params, lambda: self._api.answer(method, path, params, credentials)
        )
        answer = await self._hooks.lead(passing)
        self._note(passing, answer)
        if answer is None:
            if request.transport:
                request.transport.abort()
            return web.Response()
        return _response(answer)

    def _note(self, passing: Passing, answer: Answer | None) -> None:
        status = answer.status if answer else 0
        self._calls.append(Seen(passing.method, passing.path, passing.params, status))
        self._recorder.write(
            when=self._api.world.clock.now(),
            method=passing.method,
            path=passing.path,
            params=passing.params,
            status=status,
            response=answer.body if answer else None,
        )


async def _params(request: web.Request) -> dict[str, str]:
    method = request.method
    if not request.path.startswith(f"{PREFIX}/"):
        raise no_such_method(method, request.path)
    query = parse_qsl(request.query_string, keep_blank_values=True)
    if method in {"GET", "DELETE"}:
        if request.can_read_body:
            raise ApiError(f"Unexpected content for method '{method}'", code=501)
        return _joined(query)
    try:
        body = await request.text()
    except web.HTTPRequestEntityTooLarge:
        raise ApiError("for data too large", code=501) from None
    if request.content_type == "application/json":
        return _joined([*query, *_from_json(body)])
    return _joined([*query, *parse_qsl(body, keep_blank_values=True)])


def _from_json(body: str) -> list[tuple[str, str]]:
    try:
        sent: Mapping[str, Any] = json.loads(body or "{}")
    except ValueError:
        raise ApiError("Unable to parse JSON body", code=400) from None
    pairs = []
    for name, value in sent.items():
        values = value if isinstance(value, list) else [value]
        pairs += [(name, _as_text(each)) for each in values if each is not None]
    return pairs


def _as_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    params: dict[str, str] = {}
    for name, value in pairs:
        params[name] = f"{params[name]}\0{value}" if name in params else value
    return params


def _response(answer: Answer) -> web.Response:
    body = None if answer.body is None else json.dumps(answer.body).encode()
    response = web.Response(
        status=answer.status,
        reason=answer.reason,
        body=body,
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "max-age=0", "Server": "pve-api-daemon/3.0"},
    )
    if answer.status >= 400:  # noqa: PLR2004 - the real one closes after every error
        response.force_close()
    return response


def _abort(server: web.Server) -> None:
    for connection in server.connections:
        if connection.transport:
            connection.transport.abort()


def _clients(listening: asyncio.Server) -> int:
    """Return how many connections there are; asyncio tells of those in their handshake nowhere else."""
    return int(getattr(listening, "_active_count", 0))
