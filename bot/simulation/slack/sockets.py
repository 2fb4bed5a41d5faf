"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

import asyncio
import contextlib
import json
from asyncio import Transport
from collections import defaultdict
from typing import Any, Literal

from aiohttp import WSMsgType, web

from bot.simulation.clock import Clock, Ids
from bot.simulation.slack.delivery import ACK_SECONDS, TIMED_OUT, Ack, Delivery
from bot.simulation.slack.happenings import Changes
from bot.simulation.slack.identity import APP_ID
from bot.simulation.slack.refusal import Json

CONNECTIONS = 10
CONNECTION_SECONDS = 3600


Farewell = Literal["warning", "refresh_requested", "link_disabled"]
Waiting = tuple[Delivery, asyncio.Future[Any]]


class Connection:
    """One open socket of the app; `draining` ones were told to go."""

    def __init__(
        self, connection_id: str, socket: web.WebSocketResponse, transport: Transport | None
    ) -> None:
        self.id = connection_id
        self.socket = socket
        self._transport = transport
        self.delivered = 0
        self.draining = False

    async def send(self, frame: Json) -> None:
        """Send a frame; a socket that is closing swallows it."""
        with contextlib.suppress(ConnectionError):
            await self.socket.send_str(json.dumps(frame))

    def cut(self) -> None:
        """End the connection without a word."""
        if self._transport is not None:
            self._transport.abort()


class Sockets:
    """The Socket Mode server; each delivery goes to one of the connections.

    Any one, as with the real one; `in_turn` makes it the one that has had the fewest.
    """

    def __init__(self, *, clock: Clock, ids: Ids, changes: Changes) -> None:
        self._clock = clock
        self._ids = ids
        self._changes = changes
        self._tickets: set[str] = set()
        self._waiting: dict[str, list[Waiting]] = defaultdict(list)
        self._overdue: set[str] = set()
        self.connections: list[Connection] = []
        self.in_turn = False
        self.address = ""
        self.late = 0
        self.unexpected_payloads = 0

    def issue(self) -> str:
        """Give the address for one connection; it works once."""
        ticket = self._ids.opaque(length=24)
        self._tickets.add(ticket)
        return f"{self.address}?ticket={ticket}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="ticket unknown or used")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(self._ids.opaque(), socket, request.transport)
        if len(self.connections) >= CONNECTIONS:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.connections.append(connection)
        try:
            await connection.send(self._hello(connection))
            self._changes.notify()
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            self._changes.notify()
        return socket

    def _hello(self, connection: Connection) -> Json:
        return {
            "type": "hello",
            "connection_info": {"app_id": APP_ID},
            "num_connections": len(self.connections),
            "debug_info": {
                "host": f"applink-{connection.id}",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
        }

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type == WSMsgType.TEXT:
                self._take(json.loads(frame.data))

    def _take(self, ack: Json) -> None:
        envelope_id = str(ack.get("envelope_id", ""))
        if envelope_id in self._overdue:
            self._overdue.remove(envelope_id)
            self.late += 1
            self._changes.notify()
            return
        if not self._waiting[envelope_id]:
            return
        delivery, answer = self._waiting[envelope_id].pop(0)
        payload = ack.get("payload")
        if payload is not None and not delivery.answerable:
            self.unexpected_payloads += 1
            payload = None
        answer.set_result(payload)

    async def deliver(self, delivery: Delivery) -> Ack:
        """Send an envelope to one connection and wait for its acknowledgement."""
        started = self._clock.elapsed()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[delivery.id].append((delivery, answer))
        connection = self._choose()
        if connection is not None:
            connection.delivered += 1
            await connection.send(_envelope(delivery))
        in_time = await self._clock.within(ACK_SECONDS, answer)
        took = self._clock.elapsed() - started
        if in_time:
            return Ack(took=took, body=answer.result())
        self._waiting[delivery.id].remove((delivery, answer))
        self._overdue.add(delivery.id)
        return Ack(took=took, problem=TIMED_OUT)

    def _choose(self) -> Connection | None:
        open_ones = [c for c in self.connections if not c.draining] or self.connections
        if self.in_turn and open_ones:
            return min(open_ones, key=lambda c: c.delivered)
        return open_ones[self._ids.pick(len(open_ones))] if open_ones else None

    async def disconnect(self, reason: Farewell, count: int | None = None) -> None:
        """Tell the oldest connections (None: all) to go; they stay open until the app closes them."""
        for connection in self.connections[:count]:
            connection.draining = True
            await connection.send(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": connection.id}}
            )

    async def drop(self, count: int | None = None) -> None:
        """Cut the oldest connections (None: all) without a word; wait until each is gone."""
        gone = self.connections[:count]
        for connection in gone:
            connection.cut()
        await self._changes.until(lambda: not set(gone) & set(self.connections))

    async def close(self) -> None:
        """Close every connection properly."""
        for connection in list(self.connections):
            await connection.socket.close()


def _envelope(delivery: Delivery) -> Json:
    envelope: Json = {
        "envelope_id": delivery.id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.answerable,
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": delivery.retry, "retry_reason": delivery.retry_reason}
    return envelope
