"""When the connection breaks between a write and its answer: what happened, and what is said."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from redis.asyncio import Redis

from bot.model.budget import Window
from bot.model.errors import StoreUnavailable, VersionConflict
from bot.redis_store.client import connect
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import asked, entry, following, pending, save_of

pytest_plugins = ["tests.stores"]

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Wire:
    """A wire to the store that can be cut: `cuts` script calls lose their answer, or never arrive."""

    where: dict[str, str]
    path: Path
    cuts: int = 0
    arrive: bool = True
    before_the_cut: Callable[[], Awaitable[None]] | None = None
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def server(self) -> Stream:
        """Connect to the real store."""
        if "path" in self.where:
            return await asyncio.open_unix_connection(self.where["path"])
        return await asyncio.open_connection(self.where["host"], int(self.where["port"]))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry calls and answers until one side closes or the wire is cut."""
        far_reader, far_writer = await self.server()
        self.writers += [writer, far_writer]
        while call := await reader.read(1 << 20):
            cut = self.cuts > 0 and b"EVALSHA" in call
            if cut:
                self.cuts -= 1
            if not cut or self.arrive:
                far_writer.write(call)
                answer = await far_reader.read(1 << 20)
            if cut:
                if self.before_the_cut:
                    await self.before_the_cut()
                break
            writer.write(answer)
        for end in (writer, far_writer):
            end.close()


@pytest.fixture
async def wire(redis: Redis, tmp_path: Path) -> AsyncIterator[Wire]:
    """Return a wire that listens on a socket of its own."""
    wire = Wire(where=redis.connection_pool.connection_kwargs, path=tmp_path / "wire")
    server = await asyncio.start_unix_server(wire.serve, wire.path)
    yield wire
    server.close()
    for writer in wire.writers:
        writer.close()


@pytest.fixture
async def far(store: RedisStore, wire: Wire, prefix: str) -> AsyncIterator[RedisStore]:
    """Return the store as seen through the wire, its scripts known to the server."""
    far = RedisStore(connect(f"unix://{quote(str(wire.path))}"), prefix=prefix)
    await store.answered("nothing")
    yield far
    await far.close()


async def test_a_save_whose_answer_is_lost_happened_once(
    store: RedisStore, far: RedisStore, wire: Wire
) -> None:
    """It is asked again, recognised as ours, and told as saved; the audit has one entry."""
    wire.cuts = 1
    await far.save(save_of(pending()))
    assert pending() == await store.request(pending().id)
    assert len(await store.audit_since("0", 10)) == 1


async def test_a_save_that_never_arrived_is_made_again(
    store: RedisStore, far: RedisStore, wire: Wire
) -> None:
    """A cut before the server saw it costs nothing but time."""
    wire.cuts, wire.arrive = 1, False
    await far.save(save_of(pending()))
    assert len(await store.audit_since("0", 10)) == 1


async def test_a_save_that_happened_stays_saved_though_its_deadline_passed(
    store: RedisStore, far: RedisStore, wire: Wire, redis: Redis
) -> None:
    """The second asking comes too late, the first did not."""
    deadline = await far.now() + 1000

    async def until_late() -> None:
        await redis.blpop(["an empty list"], timeout=1.1)
        assert await store.now() > deadline

    wire.cuts, wire.before_the_cut = 1, until_late
    await far.save(save_of(pending(), deadline=deadline))
    assert pending() == await store.request(pending().id)


async def test_another_writer_meanwhile_is_a_conflict(
    store: RedisStore, far: RedisStore, wire: Wire
) -> None:
    """A save that never arrived and lost against another one is told so."""
    await store.save(save_of(pending()))

    async def somebody_else() -> None:
        await store.save(save_of(following(pending(), end_text="theirs")))

    wire.cuts, wire.arrive, wire.before_the_cut = 1, False, somebody_else
    with pytest.raises(VersionConflict):
        await far.save(save_of(following(pending(), end_text="ours")))


async def test_a_second_cut_is_an_unknown_outcome(
    store: RedisStore, far: RedisStore, wire: Wire
) -> None:
    """Nothing is told as saved that could not be looked up."""
    wire.cuts = 2
    with pytest.raises(StoreUnavailable, match="saving R-0001"):
        await far.save(save_of(pending()))
    assert len(await store.audit_since("0", 10)) == 1


async def test_a_refusal_is_never_noted_twice(
    store: RedisStore, far: RedisStore, wire: Wire
) -> None:
    """An entry alone cannot be recognised, so that its loss is told instead."""
    wire.cuts = 1
    with pytest.raises(StoreUnavailable, match="noting a refusal"):
        await far.note(entry())
    assert len(await store.audit_since("0", 10)) == 1


async def test_an_ask_whose_answer_is_lost_is_ours(far: RedisStore, wire: Wire) -> None:
    """Asked twice it is kept and counted once, and not mistaken for one that is too many."""
    wire.cuts, window = 1, Window(length_ms=60_000, most=1)
    assert await far.take_in(asked(), (window,)) is None
    assert await far.intake("D1") == asked()
    assert await far.called(0.01) == ("intake:D1",)
    assert await far.called(0.01) == ()


async def test_a_first_refusal_whose_answer_is_lost_is_still_the_first(
    far: RedisStore, wire: Wire
) -> None:
    """Asked again the store takes it for the second; nobody was told of the first, nor is it audited."""
    window = Window(length_ms=60_000, most=1)
    await far.take_in(asked("D1"), (window,))
    wire.cuts = 1
    over = await far.take_in(asked("D2"), (window,))
    assert over is not None
    assert over.first


async def test_a_postponement_whose_answer_is_lost_is_unknown(
    store: RedisStore, far: RedisStore, wire: Wire
) -> None:
    """Asked twice it would tell us that somebody else was faster."""
    await store.put_due("a", 1)
    await store.postpone("b", 2, 1)
    wire.cuts = 1
    with pytest.raises(StoreUnavailable, match="postponing a"):
        await far.postpone("a", 2, 1)


async def test_an_answer_is_noted_though_ours_was_lost(
    store: RedisStore, far: RedisStore, wire: Wire
) -> None:
    """Noting it twice is as good as once."""
    await store.take_in(asked())
    wire.cuts, wire.arrive = 1, False
    await far.answered("D1")
    assert asked(answered=True) == await store.intake("D1")


async def test_a_lease_whose_release_never_arrived_is_given_back_with_the_next_one(
    store: RedisStore, far: RedisStore, wire: Wire
) -> None:
    """A store that is away fails nobody who gives back; once it answers nothing is held for long."""
    await store.release("none", "nobody")
    assert await far.lease("slot", "one", 60)
    wire.cuts, wire.arrive = 1, False
    await far.release("slot", "one")
    assert not await store.lease("slot", "two", 60)
    assert await far.lease("sweep", "one", 60)
    assert await store.lease("slot", "two", 60)
