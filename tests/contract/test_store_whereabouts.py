"""Where the primary is: asked once for all who want to know, and found behind guides that are silent."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NotConnected

from bot.redis_store.addresses import Place, Whereabouts

PRIMARY = ("store.example.org", 6379)
GUIDE_SECONDS = 0.1


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take everything, and answer nothing."""
    while await reader.read(1 << 16):
        pass
    writer.close()


class Guides:
    """Guides on loopback that are silent, and one that knows; counts how often each is asked."""

    def __init__(self, ports: list[int]) -> None:
        self.asked: list[int] = []
        self.knows = ports[-1]
        options = {
            "socket_timeout": GUIDE_SECONDS,
            "socket_connect_timeout": GUIDE_SECONDS,
            "decode_responses": True,
        }
        self.whereabouts = Whereabouts(
            guides=[("127.0.0.1", port) for port in ports],
            options=options,
            question=self.question,
            unknown="no primary is known",
        )

    async def question(self, guide: Redis) -> list[Place]:
        """Ask one; the one that knows needs no connection for it."""
        port = guide.connection_pool.connection_kwargs["port"]
        self.asked.append(port)
        if port != self.knows:
            await guide.ping()
        return [PRIMARY]


async def some(stack: AsyncExitStack, number: int) -> Guides:
    """Start so many silent guides."""
    servers = [await asyncio.start_server(silent, "127.0.0.1") for _ in range(number)]
    for server in servers:
        stack.callback(server.close)
    return Guides([server.sockets[0].getsockname()[1] for server in servers])


async def test_who_wants_to_know_at_once_shares_one_answer() -> None:
    """Each guide is asked once, and the one that knew first the next time."""
    async with AsyncExitStack() as stack:
        guides = await some(stack, 3)
        now = guides.whereabouts.now
        assert await asyncio.gather(*(now() for _ in range(20))) == [PRIMARY] * 20
        assert len(guides.asked) == 3
        assert await now() == PRIMARY
        assert guides.asked[3:] == [guides.knows]


async def test_who_gives_up_waiting_stops_nobody() -> None:
    """However many guides are silent, one who comes later finds what was asked meanwhile."""
    async with AsyncExitStack() as stack:
        guides = await some(stack, 5)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(GUIDE_SECONDS * 1.5):
                await guides.whereabouts.now()
        assert await guides.whereabouts.now() == PRIMARY
        assert sorted(guides.asked) == sorted(set(guides.asked))


async def test_where_nobody_knows_it_is_said_each_time() -> None:
    """A later question is asked anew."""
    async with AsyncExitStack() as stack:
        guides = await some(stack, 2)
        guides.knows = 0
        for _ in range(2):
            with pytest.raises(NotConnected, match="no primary is known"):
                await guides.whereabouts.now()
        assert len(guides.asked) == 4
