"""What policy keeps in the store: reviews, the week's requests, what Slack last said."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.model.errors import VersionConflict
from bot.model.people import Account, Members
from bot.model.request import State
from bot.model.review import Review
from bot.model.save import Save
from bot.redis_store.known import KNOWN_MS
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import ALICE, AT, BOB, GUEST, entry, following, pending, save_of

pytest_plugins = ["tests.stores"]

REVIEW = Review(
    request_id=pending().id,
    handle=pending().handle,
    requester=ALICE,
    groups=("ops",),
    opened_at=AT,
    remind_at=AT + 1,
)
DAY = 24 * 3_600_000


async def test_a_review_opens_with_its_request_and_is_closed_once(store: RedisStore) -> None:
    """Whoever read it before somebody else closed it changes nothing; its end outlives the list."""
    await store.save(save_of(pending(), review=REVIEW))
    (opened,) = await store.open_reviews()
    assert opened == replace(REVIEW, version=1)
    closed = replace(opened, groups=(), by=BOB, at=AT + 5)
    await store.save(Save(review=closed, audit=entry(pending(), "review")))
    with pytest.raises(VersionConflict):
        await store.save(Save(review=closed, audit=entry(pending(), "review")))
    assert await store.open_reviews() == ()
    assert await store.review(REVIEW.request_id) == replace(closed, version=2)
    assert len(await store.audit_of(REVIEW.request_id)) == 2


async def test_the_week_is_the_open_ones_and_those_ended_in_seven_days(store: RedisStore) -> None:
    """A person's on any guest, and everybody's on this one; each once."""
    now = await store.now()
    mine, other = pending(1, created_at=now), pending(2, created_at=now, requester=BOB)
    for request in (mine, other):
        await store.save(save_of(replace(request, expires_at=now + 1, execute_before=now + 2)))
    assert {r.id for r in await store.counted(ALICE, GUEST, now)} == {mine.id, other.id}
    elsewhere = replace(GUEST, vmid=9)
    assert [r.id for r in await store.counted(ALICE, elsewhere, now)] == [mine.id]
    ended = following(mine, state=State.SUCCEEDED, ended_at=now)
    await store.save(save_of(ended))
    assert [r.id for r in await store.counted(ALICE, elsewhere, now + 7 * DAY - 1)] == [mine.id]
    assert await store.counted(ALICE, elsewhere, now + 7 * DAY) == ()


async def test_what_slack_said_lasts_a_day_from_when_it_did(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """It lapses by itself, so that nothing older is ever taken for known."""
    now = await store.now()
    account = Account(person=BOB, name="Bob", timezone="UTC", refused_because="", read_at=now)
    members = Members(usergroup="S1", people=frozenset({"UBOB"}), read_at=now - DAY // 2)
    await store.keep_account(account)
    await store.keep_members(members)
    assert await store.kept_account(BOB) == account
    assert await store.kept_members("S1") == members
    assert await store.kept_account(ALICE) is None
    left = await redis.pttl(f"{{{prefix}}}:known:group:S1")
    assert 0 < left <= KNOWN_MS // 2
