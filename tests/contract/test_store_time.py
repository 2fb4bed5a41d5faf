"""Due times, leases and asks: what the sweep and the listeners rest on."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.model.budget import Window
from bot.ports import RequestStore
from bot.redis_store.intakes import LOOK_AGAIN_MS
from bot.redis_store.keys import Keys
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import ASK, AT, asked

pytest_plugins = ["tests.stores"]


async def test_what_is_due_comes_earliest_first(store: RedisStore) -> None:
    """A member is due at its time, not before; no more than the limit are returned."""
    for member, at in (("late", AT + 2), ("now", AT), ("past", AT - 5)):
        await store.put_due(member, at)
    assert await store.due(AT, 10) == ("past", "now")
    assert await store.due(AT + 2, 1) == ("past",)
    assert await store.due(AT - 6, 10) == ()


@pytest.mark.parametrize(("second", "kept"), [(AT + 1, AT), (AT - 1, AT - 1)])
async def test_filing_keeps_the_earlier_time(store: RedisStore, second: int, kept: int) -> None:
    """A later time never pushes back an earlier one."""
    await store.put_due("request:1", AT)
    await store.put_due("request:1", second)
    assert await store.due(kept - 1, 10) == ()
    assert await store.due(kept, 10) == ("request:1",)


async def test_postponing_moves_a_member_whose_time_has_come(store: RedisStore) -> None:
    """The next look is later, and the member stays in the set."""
    await store.put_due("request:1", AT)
    assert await store.postpone("request:1", AT + 100, was_due_before=AT)
    assert await store.due(AT + 99, 10) == ()
    assert await store.due(AT + 100, 10) == ("request:1",)


async def test_postponing_leaves_a_member_that_moved_meanwhile(store: RedisStore) -> None:
    """Whoever filed a later time since has the say; of two sweeps one wins."""
    await store.put_due("request:1", AT)
    moves = [store.postpone("request:1", AT + 100 + n, was_due_before=AT) for n in range(5)]
    assert sorted(await asyncio.gather(*moves)) == [False] * 4 + [True]


async def test_postponing_never_brings_a_member_back(store: RedisStore) -> None:
    """A member dropped meanwhile stays dropped."""
    await store.put_due("request:1", AT)
    await store.drop_due("request:1")
    assert not await store.postpone("request:1", AT + 100, was_due_before=AT)
    assert await store.due(AT + 100, 10) == ()


async def test_a_lease_has_one_owner_who_renews_and_releases(store: RedisStore) -> None:
    """Nobody else takes, renews or releases it; released it is free."""
    assert await store.lease("sweep", "one", 30)
    assert not await store.lease("sweep", "two", 30)
    assert await store.lease("sweep", "one", 30)
    await store.release("sweep", "two")
    assert not await store.lease("sweep", "two", 30)
    await store.release("sweep", "one")
    assert await store.lease("sweep", "two", 30)


async def test_a_lease_expires(store: RedisStore, redis: Redis, prefix: str) -> None:
    """A lease lives the seconds asked for, counted anew at each renewal, and is then free."""
    key = Keys(prefix).lease("sweep")
    await store.lease("sweep", "one", 10)
    await store.lease("sweep", "one", 30)
    assert 10 < await redis.ttl(key) <= 30
    await redis.pexpire(key, 0)
    assert await store.lease("sweep", "two", 30)


async def test_a_delivery_is_taken_in_once(store: RedisStore) -> None:
    """The same delivery again is recognised, whatever came with it: it counts and calls no more."""
    window = Window(length_ms=60_000, most=1)
    assert await store.take_in(asked("D1"), (window,)) is None
    assert await store.take_in(asked("D1", actor_name="somebody else"), (window,)) is None
    assert asked("D1") == await store.intake("D1")
    assert await store.called(0.01) == ("intake:D1",)
    assert await store.called(0.01) == ()
    assert await store.intake("D2") is None


async def test_an_ask_lives_fifteen_minutes_and_is_looked_at_again(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """It expires by itself; until it is answered the due-set brings it back."""
    await store.take_in(asked("D1"))
    assert 14 * 60 < await redis.ttl(Keys(prefix).intake("D1")) <= 15 * 60
    assert await store.due(AT + LOOK_AGAIN_MS, 10) == ("intake:D1",)


async def test_an_ask_too_many_leaves_nothing_behind(store: RedisStore) -> None:
    """It is not kept, not due, and calls nobody; what is left of the window is said."""
    window = Window(length_ms=60_000, most=1)
    await store.take_in(asked("D1"), (window,))
    assert await store.called(0.01) == ("intake:D1",)
    first, second = [await store.take_in(asked(each), (window,)) for each in ("D2", "D3")]
    assert first is not None
    assert second is not None
    assert [first.first, second.first] == [True, False]
    assert first.at < first.until <= first.at + window.length_ms
    assert await store.intake("D2") is None
    assert await store.due(AT + LOOK_AGAIN_MS, 10) == ("intake:D1",)
    assert await store.called(0.01) == ()


async def test_a_call_reaches_one_worker_and_is_due_all_the_same(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """Who waits gets it at once, and nobody else does; one that nobody answers lapses."""
    waiting = [asyncio.create_task(store.called(1.9)) for _ in range(2)]
    await store.call("pin:C1:1", AT)
    await store.call("pin:C1:2", AT + 1)
    taken = [member for members in await asyncio.gather(*waiting) for member in members]
    assert sorted(taken) == ["pin:C1:1", "pin:C1:2"]
    assert await store.due(AT + 1, 10) == ("pin:C1:1", "pin:C1:2")
    await store.call("pin:C1:1", AT + 5)
    assert await store.due_at("pin:C1:1") == AT
    assert 14 * 60 < await redis.ttl(Keys(prefix).calls) <= 15 * 60


async def test_an_answered_ask_is_no_longer_due(store: RedisStore) -> None:
    """The record says that the person was told; its time is forgotten, its life is not."""
    await store.take_in(asked("D1"))
    await store.answered("D1")
    assert asked("D1", answered=True) == await store.intake("D1")
    assert await store.due(AT + LOOK_AGAIN_MS, 10) == ()


async def test_answering_a_lapsed_ask_makes_no_record(store: RedisStore) -> None:
    """Nothing is there that never expires."""
    await store.answered("D1")
    assert await store.intake("D1") is None


async def test_what_a_button_points_at_is_kept_for_its_seconds(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """An ask comes back as it was, or not at all once its time is over."""
    await store.keep_ask("P1", ASK, 60)
    assert await store.kept_ask("P1") == ASK
    assert 0 < await redis.ttl(Keys(prefix).ask("P1")) <= 60
    assert await store.kept_ask("P2") is None


async def test_the_store_has_a_clock(store: RedisStore) -> None:
    """Its time is in milliseconds since the epoch and never goes back between two looks."""
    port: RequestStore = store
    first = await port.now()
    assert AT < first <= await port.now() < 10**13
