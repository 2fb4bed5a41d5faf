"""Runs of a script that meet on their way go together: each with its own answer, none behind a dead end."""

import asyncio
from time import perf_counter

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


async def test_behind_a_store_that_fell_silent_nobody_waits_twice() -> None:
    """Who came while the first one waited is told as soon as it is: the store does not answer."""

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
