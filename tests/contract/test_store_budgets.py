"""Budgets in the store: windows that fill and lapse, counted together over connections."""

import asyncio

from redis.asyncio import Redis

from bot.clock import SystemClock
from bot.model.budget import Window
from bot.model.people import Person
from bot.redis_store.client import connect
from bot.redis_store.keys import Keys
from bot.redis_store.store import RedisStore

pytest_plugins = ["tests.stores"]

ANA = Person(team_id="T0HEADROOM", user_id="U0ANA")
BOB = Person(team_id="T0HEADROOM", user_id="U0BOB")
LONG = Window(length_ms=60_000, most=5)
BACK = 600_000


async def test_a_window_takes_so_many_and_refuses_the_next(store: RedisStore) -> None:
    """The first refusal is told apart; until when is said by the store's clock."""
    now = await store.now()
    assert [await store.spend(ANA, (LONG,)) for _ in range(5)] == [None] * 5
    first, second = await store.spend(ANA, (LONG,)), await store.spend(ANA, (LONG,))
    assert first is not None
    assert second is not None
    assert [first.first, second.first] == [True, False]
    assert first.window == LONG
    assert now < first.until <= first.at + LONG.length_ms
    assert await store.spend(BOB, (LONG,)) is None


async def test_a_window_lapses_although_asks_go_on(store: RedisStore) -> None:
    """It counts from its first ask; what was refused makes it no longer."""
    clock, short = SystemClock(), Window(length_ms=60, most=1)
    last = clock.now() + 5_000
    assert await store.spend(ANA, (short,)) is None
    while await store.spend(ANA, (short,)) is not None:
        assert clock.now() < last
        await clock.wait(0.005)


async def test_what_one_window_refuses_counts_in_no_other(store: RedisStore) -> None:
    """A flood within a minute does not use up the hour."""
    hour, minute = Window(length_ms=3_600_000, most=3), Window(length_ms=60_000, most=2)
    spent = [await store.spend(ANA, (hour, minute)) for _ in range(9)]
    assert spent[:2] == [None, None]
    assert {minute} == {over.window for over in spent[2:] if over is not None}
    assert await store.spend(ANA, (hour,)) is None
    assert await store.spend(ANA, (hour,)) is not None


async def test_replicas_count_together(store: RedisStore, store_url: str, prefix: str) -> None:
    """Two connections, many asks at once: no more than the window takes, and one first refusal."""
    other = RedisStore(connect(store_url), prefix=prefix)
    asks = [s.spend(ANA, (LONG,)) for s in (store, other) for _ in range(20)]
    spent = await asyncio.gather(*asks)
    await other.close()
    assert LONG.most == spent.count(None)
    assert len([over for over in spent if over is not None and over.first]) == 1


async def test_a_counter_never_stays(store: RedisStore, redis: Redis, prefix: str) -> None:
    """It expires with its window."""
    await store.spend(ANA, (LONG,))
    (key,) = [key async for key in redis.scan_iter(f"{{{prefix}}}:spent:*")]
    assert 0 < await redis.pttl(key) <= LONG.length_ms


async def test_a_window_outlasts_a_clock_that_jumps_back(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """The server keeps the moment of its end, which is farther then: nobody gets more, and it is said."""
    assert [await store.spend(ANA, (LONG,)) for _ in range(5)] == [None] * 5
    key = Keys(prefix).spent(str(LONG.length_ms), ANA)
    await redis.pexpire(key, await redis.pttl(key) + BACK)
    over = await store.spend(ANA, (LONG,))
    assert over is not None
    assert over.at + BACK < over.until <= over.at + BACK + LONG.length_ms
    assert await store.spend(BOB, (LONG,)) is None
