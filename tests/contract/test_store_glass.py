"""Broken glass in the store: counted for a day, once for each plan."""

from dataclasses import replace

import pytest

from bot.model.errors import VersionConflict
from bot.model.ledger import Ledger
from bot.model.request import BrokenGlass, State
from bot.redis_store.store import RedisStore
from bot.reservations import person_place
from tests.unit.redis_store.samples import ALICE, BOB, following, pending, save_of

pytest_plugins = ["tests.stores"]

DAY = 24 * 3_600_000


async def test_it_is_counted_once_for_each_plan_and_forgotten_after_a_day(
    store: RedisStore,
) -> None:
    """Saved again it counts no more; the same request broken again does."""
    now = await store.now()
    request = pending()
    await store.save(save_of(request))
    broken = replace(
        following(request), state=State.APPROVED, glass=BrokenGlass(by=BOB, at=now, why="down")
    )
    await store.save(save_of(broken))
    running = replace(following(broken), state=State.RUNNING)
    await store.save(save_of(running))
    assert await store.glass_broken(BOB, now - DAY) == 1
    assert await store.glass_broken(ALICE, now - DAY) == 0
    assert await store.glass_broken(BOB, now) == 0
    later = BrokenGlass(by=BOB, at=now + DAY, why="down again")
    again = replace(following(running), plan_rev=2, glass=later)
    await store.save(save_of(again))
    assert await store.glass_broken(BOB, now - DAY) == 1
    assert await store.glass_broken(BOB, now) == 1


async def test_of_two_who_count_at_once_one_counts_again(store: RedisStore) -> None:
    """The person's ledger goes with it: nobody breaks it twice on one count."""
    now = await store.now()
    turn = await store.ledger("", person_place(BOB))
    one, other = pending(1), pending(2)
    for request in (one, other):
        await store.save(save_of(request))
    glass = BrokenGlass(by=BOB, at=now, why="down")
    first = replace(following(one), state=State.APPROVED, glass=glass)
    await store.save(save_of(first, ledgers=(turn,)))
    second = replace(following(other), state=State.APPROVED, glass=glass)
    with pytest.raises(VersionConflict):
        await store.save(save_of(second, ledgers=(turn,)))
    assert await store.glass_broken(BOB, now - DAY) == 1
    fresh = await store.ledger("", person_place(BOB))
    assert fresh == Ledger(cluster="", place=person_place(BOB), version=1)
