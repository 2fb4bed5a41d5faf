"""From an address to a pool of connections: one server, or wherever the primary is just now.

Of Sentinels and clusters only one thing is asked: which server may be written to. All our keys are
in one slot, so that to a cluster, too, there is exactly one; transactions, scripts and questions
about its settings then go the same way as to a single server.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Connection, ConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import MovedError, ReadOnlyError, RedisError

from bot.model.address import StoreAddress

ANSWER_SECONDS = 2.0
"""A save takes under 1 ms; Slack waits three seconds for its acknowledgement, and we answer at 2.5.

Connecting is part of it; waiting for a turn, and asking once more, have as long again.
"""

GUIDE_SECONDS = 0.5
"""How long one Sentinel, or one node of a cluster, may take to connect, and to say where the primary is."""

TAG = "headroom"
"""The hash tag of all our keys: what a cluster derives their slot from."""

Place = tuple[str, int]
"""Host and port of a server."""

Question = Callable[[Redis], Awaitable[list[Place]]]
"""Asks one guide: the primary first, then others that may be asked; empty where it does not know."""


@dataclass(slots=True, kw_only=True)
class Whereabouts:
    """Who can be asked where the primary is, and where it was when last asked.

    Whoever wants to know while somebody asks waits for the same answer. That goes on when nobody waits any
    more: behind many silent guides the next one to come finds it.
    """

    guides: list[Place]
    options: dict[str, Any] = field(repr=False)
    question: Question
    unknown: str
    last: Place | None = None
    _asking: asyncio.Task[Place] | None = None

    async def now(self) -> Place:
        """Return where the primary is, as somebody who can be asked says."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(_noticed)
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Place:
        """Ask one guide after the other; the one that answers is asked first the next time."""
        for guide in list(self.guides):
            try:
                found = await self._asked(guide)
            except (RedisError, OSError):
                continue
            if found:
                others = [*found[1:], *self.guides]
                self.guides = list(dict.fromkeys((guide, *others)))
                self.last = found[0]
                return found[0]
        raise NotConnected(self.unknown)

    async def _asked(self, guide: Place) -> list[Place]:
        client = Redis(host=guide[0], port=guide[1], **self.options)
        try:
            found = await self.question(client)
        finally:
            await client.aclose()
        return [(host or guide[0], port) for host, port in found]


def _noticed(asking: asyncio.Task[Place]) -> None:
    """Take note of how it ended, which perhaps nobody waited for."""
    if not asking.cancelled():
        asking.exception()


class ToThePrimary(Connection):
    """A connection to wherever the primary is when it is opened."""

    def __init__(self, *, whereabouts: Whereabouts, **options: Any) -> None:
        super().__init__(**options)
        self.whereabouts = whereabouts

    async def _connect(self) -> None:
        self.host, self.port = await self.whereabouts.now()
        await super()._connect()  # type: ignore[no-untyped-call] # untyped in redis

    async def read_response(self, *args: Any, **options: Any) -> Any:
        """Leave a server that says that it is the primary no longer."""
        try:
            return await super().read_response(*args, **options)
        except (ReadOnlyError, MovedError) as error:
            await self.disconnect()
            raise NotConnected("the store's primary is another server now") from error


class ToThePrimaryByTLS(ToThePrimary, SSLConnection):
    """The same, encrypted."""


class PrimaryPool(ConnectionPool):
    """Connections to the primary; those to a former one are closed when their turn comes."""

    async def ensure_connection(self, connection: Any) -> None:
        """Close what still leads to a former primary, then see that it is connected."""
        if connection.is_connected and connection.whereabouts.last != (
            connection.host,
            connection.port,
        ):
            await connection.disconnect()
        await super().ensure_connection(connection)


def pool_of(url: str) -> ConnectionPool:
    """Return the pool for an address; ValueError says what is wrong with it. Nothing connects yet."""
    address = StoreAddress.of(url)
    if not (address.of_sentinels or address.of_cluster):
        return ConnectionPool.from_url(url, **_options(ANSWER_SECONDS))
    options = _options(ANSWER_SECONDS) | _from(address.of_the_server)
    kind = ToThePrimaryByTLS if address.scheme.startswith("rediss") else ToThePrimary
    options.pop("connection_class", None)
    return PrimaryPool(connection_class=kind, whereabouts=_whereabouts(address), **options)


def _options(seconds: float) -> dict[str, Any]:
    """Return how we connect. How long an answer may take is for who asks to say.

    With the library's `socket_timeout` each command that is sent is a task of its own (Python 3.11).
    """
    return {
        "decode_responses": True,
        "socket_timeout": None,
        "socket_connect_timeout": seconds,
        "health_check_interval": 30,
        "retry": Retry(NoBackoff(), 0),
    }


def _from(url: str) -> dict[str, Any]:
    """Return what an address says about connections, in the library's words."""
    return dict(parse_url(url))


def _whereabouts(address: StoreAddress) -> Whereabouts:
    options = _options(GUIDE_SECONDS) | _from(address.of_its_guides)
    options["socket_timeout"] = GUIDE_SECONDS
    options["ssl"] = options.pop("connection_class", None) is SSLConnection
    options["db"] = 0
    return Whereabouts(
        guides=list(address.hosts),
        options=options,
        question=_of_sentinel(address.path[0]) if address.of_sentinels else _of_node,
        unknown=f"no primary is known: {address.place}",
    )


def _of_sentinel(service: str) -> Question:
    async def question(sentinel: Redis) -> list[Place]:
        ask: Callable[..., Awaitable[Any]] = sentinel.execute_command
        found = await ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", service)
        return [(str(found[0]), int(found[1]))] if found else []

    return question


async def _of_node(node: Redis) -> list[Place]:
    """Return the owner of our slot, then the other nodes."""
    slot = key_slot(TAG.encode())
    owner: list[Place] = []
    others: list[Place] = []
    ask: Callable[..., Awaitable[Any]] = node.execute_command
    for start, end, *nodes in await ask("CLUSTER SLOTS"):
        places = [(str(each[0] or ""), int(each[1])) for each in nodes]
        if start <= slot <= end:
            owner = places[:1]
        others += places
    return [*owner, *others] if owner else []
