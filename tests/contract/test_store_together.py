"""Runs of a script that meet on their way go together: each with its own answer, none behind a dead end."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.model.errors import StoreUnavailable
from bot.redis_store.addresses import ANSWER_SECONDS
from bot.redis_store.client import connect
from bot.redis_store.store import RedisStore
from bot.redis_store.together import MOST, Together
from tests.unit.redis_store.samples import asked

pytest_plugins = ["tests.stores"]

COUNT = """
if ARGV[1] == 'wrong' then return redis.error_reply('ERR wrong') end
return {ARGV[1], redis.call('INCR', KEYS[1])}
"""
BURST = 3 * MOST


def together(redis: Redis) -> Together:
    """Return a script that counts and gives its word back."""
    return Together(redis, redis.register_script(COUNT))


def key_of(prefix: str) -> str:
    """Return a key of this test's own."""
    return f"{{{prefix}}}:lease:counted"


async def calls_of(redis: Redis) -> int:
    """Return how many turns the server had with its clients so far."""
    return int((await redis.info("stats"))["total_reads_processed"])


async def test_each_of_a_burst_runs_once_and_gets_its_own_answer(redis: Redis, prefix: str) -> None:
    """In the order in which they came, and in fewer turns of the server than there are runs."""
    script, before = together(redis), await calls_of(redis)
    runs = [script.run([key_of(prefix)], [str(number)]) for number in range(BURST)]
    answers = await asyncio.gather(*runs)
    assert answers == [[str(number), number + 1] for number in range(BURST)]
    assert await calls_of(redis) - before < BURST / 5
    await redis.delete(key_of(prefix))


async def test_one_that_fails_fails_alone(redis: Redis, prefix: str) -> None:
    """The others of its round are done."""
    script = together(redis)
    words = ["first", "one", "wrong", "other"]
    runs = [script.run([key_of(prefix)], [word]) for word in words]
    answers = await asyncio.gather(*runs, return_exceptions=True)
    assert isinstance(answers[2], ResponseError)
    assert [a for a in answers if isinstance(a, list)] == [["first", 1], ["one", 2], ["other", 3]]
    await redis.delete(key_of(prefix))


async def test_a_server_that_forgot_the_script_is_given_it_again(redis: Redis, prefix: str) -> None:
    """Each of the round runs once."""
    script = together(redis)
    await script.run([key_of(prefix)], ["known"])
    await redis.script_flush()
    runs = [script.run([key_of(prefix)], [str(number)]) for number in range(5)]
    assert sorted(number for _, number in await asyncio.gather(*runs)) == [2, 3, 4, 5, 6]
    await redis.delete(key_of(prefix))


async def test_one_that_is_given_up_before_it_was_sent_never_runs(
    redis: Redis, prefix: str
) -> None:
    """Whoever asked is gone, and nobody would learn what came of it."""
    script = together(redis)
    runs = [asyncio.create_task(script.run([key_of(prefix)], [word])) for word in ("a", "b", "c")]
    await asyncio.wait(runs, timeout=0)  # all three have begun; the first is under way
    runs[1].cancel()
    assert [await runs[0], await runs[2]] == [["a", 1], ["c", 2]]
    await redis.delete(key_of(prefix))


async def test_an_error_beside_a_forgotten_script_is_one_run_s_own(
    redis: Redis, prefix: str
) -> None:
    """What else was done in that round is told as done."""
    script = together(redis)
    await script.run([key_of(prefix)], ["known"])
    first = asyncio.create_task(script.run([key_of(prefix)], ["first"]))
    others = [asyncio.create_task(script.run([key_of(prefix)], [w])) for w in ("a", "wrong", "b")]
    await first
    await redis.script_flush()
    answers = await asyncio.gather(*others, return_exceptions=True)
    assert [a for a in answers if isinstance(a, list)] == [["a", 3], ["b", 4]]
    assert isinstance(answers[1], ResponseError)
    await redis.delete(key_of(prefix))


@dataclass
class Wires:
    """Carries to the real store; what is sent over the connections of `dead` numbers is swallowed."""

    where: dict[str, Any]
    dead: set[int] = field(default_factory=set)
    ends: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry calls and answers, until the near end closes."""
        if "path" in self.where:
            far_reader, far_writer = await asyncio.open_unix_connection(self.where["path"])
        else:
            place = self.where["host"], int(self.where["port"])
            far_reader, far_writer = await asyncio.open_connection(*place)
        self.ends += [writer, far_writer]
        number = len(self.ends) // 2
        while call := await reader.read(1 << 20):
            if number not in self.dead:
                far_writer.write(call)
                writer.write(await far_reader.read(1 << 20))

    async def close(self) -> None:
        """Close every end."""
        for end in self.ends:
            end.close()
            await end.wait_closed()


async def test_nobody_waits_long_behind_a_dead_connection(
    store: RedisStore, redis: Redis, prefix: str, tmp_path: Path
) -> None:
    """The store is well: who gathered goes over another one; who was on the dead one is asked again."""
    wires = Wires(where=redis.connection_pool.connection_kwargs)
    server = await asyncio.start_unix_server(wires.serve, tmp_path / "wire")
    far = RedisStore(connect(f"unix://{quote(str(tmp_path / 'wire'))}"), prefix=prefix)
    await far.take_in(asked("D0"))
    wires.dead = {1}
    asks = [asyncio.create_task(far.take_in(asked(f"D{number}"))) for number in range(1, 6)]
    done, waiting = await asyncio.wait(asks, timeout=ANSWER_SECONDS / 2)
    assert (len(done), waiting) == (4, {asks[0]})
    assert await asyncio.gather(*asks) == [None] * 5
    assert None not in [await store.intake(f"D{number}") for number in range(6)]
    await far.close()
    server.close()
    await wires.close()


async def test_behind_a_store_that_fell_silent_nobody_waits_twice() -> None:
    """Who came while the first one waited is told hardly later: the store does not answer."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1 << 16):
            pass
        writer.close()

    async def told(store: RedisStore, delivery: str) -> float:
        began = perf_counter()
        with pytest.raises(StoreUnavailable, match="did not answer in time"):
            await store.call(delivery, 1)
        return perf_counter() - began

    server = await asyncio.start_server(silent, "127.0.0.1")
    store = RedisStore(connect(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    took = await asyncio.gather(*(told(store, f"D{number}") for number in range(5)))
    assert max(took) < 2.5 * ANSWER_SECONDS  # once, and once more, for it may be made twice
    await store.close()
    server.close()


async def test_asks_of_a_burst_are_all_kept(store: RedisStore) -> None:
    """Each once, and each calls a worker."""
    names = {f"D{number}" for number in range(BURST)}
    assert set(await asyncio.gather(*(store.take_in(asked(name)) for name in names))) == {None}
    found: set[str] = set()
    while called := await store.called(0.01):
        found |= {member.removeprefix("intake:") for member in called}
    assert found == names
