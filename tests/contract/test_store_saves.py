"""A save is whole or nothing: versions, deadlines, handles, ledgers, and what moves with them."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.model.errors import TooLate, VersionConflict
from bot.model.ledger import Ledger
from bot.model.request import FINAL, State
from bot.model.save import Save
from bot.redis_store.keys import Keys
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import (
    ALICE,
    AT,
    BOB,
    GUEST,
    PLACE,
    asked,
    card,
    entry,
    following,
    ledger_for,
    open_end,
    pending,
    save_of,
)

pytest_plugins = ["tests.stores"]


async def test_a_saved_request_is_read_back_equal_by_id_and_by_handle(store: RedisStore) -> None:
    """What comes back equals what went in, and a handle is found in any case."""
    request = pending(0xABC)
    await store.save(save_of(request))
    assert request == await store.request(request.id)
    assert request == await store.request("r-0abc")


async def test_an_unknown_request_is_none(store: RedisStore) -> None:
    """Neither an id nor a handle that nobody saved is found."""
    assert await store.request("f" * 32) is None
    assert await store.request("R-NONE") is None


async def test_a_stale_version_is_refused_by_name(store: RedisStore) -> None:
    """The second save from the same version is a conflict that names the request."""
    first = pending()
    await store.save(save_of(first))
    await store.save(save_of(following(first, state=State.DENIED)))
    with pytest.raises(VersionConflict, match=first.handle):
        await store.save(save_of(following(first, state=State.APPROVED)))
    assert State.DENIED is getattr(await store.request(first.id), "state", None)


async def test_a_request_that_exists_is_not_born_again(store: RedisStore) -> None:
    """A save that expects no record is refused where there is one."""
    await store.save(save_of(pending()))
    with pytest.raises(VersionConflict):
        await store.save(save_of(pending(handle="R-OTHER")))
    assert await store.handle_free("R-OTHER")


async def test_a_taken_handle_is_refused_by_name(store: RedisStore) -> None:
    """Two requests never share a handle; the second is not written at all."""
    await store.save(save_of(pending(1, handle="R-7K2M")))
    second = pending(2, handle="R-7K2M")
    with pytest.raises(VersionConflict, match="handle R-7K2M is taken"):
        await store.save(save_of(second))
    assert await store.request(second.id) is None
    assert not await store.handle_free("r-7k2m")


async def test_a_version_that_does_not_follow_is_a_mistake_of_the_program(
    store: RedisStore,
) -> None:
    """A record that would keep the version it was read at could be overwritten unseen."""
    with pytest.raises(ValueError, match="does not follow"):
        await store.save(Save(request=pending(), expected=1, audit=entry()))


@pytest.mark.parametrize(("margin", "late"), [(0, True), (-1, True), (60_000, False)])
async def test_nothing_is_saved_at_or_after_the_deadline(
    store: RedisStore, margin: int, *, late: bool
) -> None:
    """The store's own clock decides, and the deadline itself is too late."""
    request = pending()
    save = save_of(request, deadline=await store.now() + margin, due={"request:1": AT})
    if late:
        with pytest.raises(TooLate):
            await store.save(save)
    else:
        await store.save(save)
    assert (None if late else request) == await store.request(request.id)
    assert (() if late else ("request:1",)) == await store.due(AT, 10)


async def test_ledgers_are_stored_one_version_on(store: RedisStore) -> None:
    """A place has an empty ledger at version 0 until something is reserved there."""
    empty = await store.ledger("paris", PLACE)
    assert Ledger(cluster="paris", place=PLACE) == empty
    request = pending()
    await store.save(save_of(request, ledgers=(ledger_for(request, empty),)))
    kept = replace(ledger_for(request, empty), version=1)
    assert kept == await store.ledger("paris", PLACE)
    assert (kept,) == await store.ledgers("paris")
    assert await store.ledgers("lyon") == ()


async def test_a_stale_ledger_leaves_everything_as_it_was(store: RedisStore, redis: Redis) -> None:
    """Two approvals cannot spend the same room, and the loser changed nothing at all."""
    first, second = pending(1), pending(2)
    empty = await store.ledger("paris", PLACE)
    await store.take_in(asked("D2"))
    await store.save(save_of(first, ledgers=(ledger_for(first, empty),)))
    before = await everything(redis, store)
    with pytest.raises(VersionConflict, match="reservations of paris/node/pve1"):
        await store.save(
            save_of(
                second,
                ledgers=(ledger_for(second, empty),),
                due={"request:2": AT},
                intake="D2",
                open_end=open_end(second),
            )
        )
    assert before == await everything(redis, store)


async def everything(redis: Redis, store: RedisStore) -> dict[str, str]:
    """Return every key of the store with all that it holds."""
    words: dict[str, tuple[str | int, ...]] = {
        "string": ("GET",),
        "hash": ("HGETALL",),
        "list": ("LRANGE", 0, -1),
        "set": ("SMEMBERS",),
        "zset": ("ZRANGE", 0, -1, "WITHSCORES"),
        "stream": ("XRANGE", "-", "+"),
    }
    found: dict[str, str] = {}
    async for key in redis.scan_iter(f"{{{store._keys.prefix}}}:*", count=1000):
        command, *rest = words[str(await redis.type(key))]
        answer = await store._connection.ask("reading everything", command, key, *rest)
        found[key] = repr(answer)
    return found


async def test_of_many_writers_one_wins_each_version(store: RedisStore) -> None:
    """Twenty writers from the same version: one saves, nineteen are told that they lost."""
    request = pending()
    await store.save(save_of(request))
    outcomes = await asyncio.gather(
        *(store.save(save_of(following(request, end_text=f"writer {n}"))) for n in range(20)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(o, VersionConflict) for o in outcomes) == 19
    kept = await store.request(request.id)
    assert kept
    assert f"writer {outcomes.index(None)}" == kept.end_text


async def test_open_requests_leave_every_list_of_open_ones_when_they_end(
    store: RedisStore,
) -> None:
    """A final request is found among recent ones and its requester's, and nowhere as open."""
    old, new = pending(1), pending(2, requester=BOB)
    await store.save(save_of(new))
    await store.save(save_of(old))
    assert (old, new) == await store.open_requests()
    assert (old, new) == await store.requests_on(GUEST)
    ended = following(old, state=State.CANCELLED)
    await store.save(save_of(ended))
    assert (new,) == await store.open_requests()
    assert (new,) == await store.requests_on(GUEST)
    assert (new, ended) == await store.recent_requests(10)
    assert (ended,) == await store.requests_of(ALICE, 10)


async def test_lists_are_cut_to_their_limit(store: RedisStore) -> None:
    """The newest come first, no more than asked for."""
    requests = [pending(n) for n in range(1, 4)]
    for request in requests:
        await store.save(save_of(request))
    assert (requests[2], requests[1]) == await store.recent_requests(2)
    assert (requests[2],) == await store.requests_of(ALICE, 1)
    assert await store.recent_requests(0) == ()


@pytest.mark.parametrize("state", sorted(FINAL))
async def test_a_final_request_and_its_handle_expire(
    store: RedisStore, redis: Redis, prefix: str, state: State
) -> None:
    """An open request stays; a final one is kept for ninety days from its end."""
    request, keys = pending(), Keys(prefix)
    await store.save(save_of(request))
    assert await redis.ttl(keys.request(request.id)) == -1
    await store.save(save_of(following(request, state=state)))
    ninety_days = 90 * 24 * 3600
    for key in (keys.request(request.id), keys.handle(request.handle)):
        assert ninety_days - 60 < await redis.ttl(key) <= ninety_days


async def test_a_save_files_and_removes_due_times(store: RedisStore) -> None:
    """A due time of a save replaces the one before, earlier or later; None removes it."""
    request = pending()
    await store.save(save_of(request, due={"a": AT, "b": AT + 1, "c": AT + 2}))
    await store.save(save_of(following(request), due={"a": AT + 9, "b": None}))
    assert await store.due(AT + 9, 10) == ("c", "a")


async def test_a_save_marks_the_ask_it_was_made_from(store: RedisStore) -> None:
    """The kept ask knows its request from the same write on."""
    request = pending()
    await store.take_in(asked("D1"))
    await store.save(save_of(request, intake="D1"))
    assert asked("D1", request_id=request.id) == await store.intake("D1")


async def test_a_lapsed_ask_is_not_brought_back_by_its_mark(store: RedisStore) -> None:
    """A mark on an ask that is gone leaves no half record behind."""
    await store.save(save_of(pending(), intake="D1"))
    assert await store.intake("D1") is None


async def test_open_ends_come_and_go_with_saves(store: RedisStore) -> None:
    """An open end is stored and closed by saves alone."""
    request = pending()
    await store.save(save_of(request, open_end=open_end(request)))
    assert open_end(request) == await store.open_end(request.id)
    assert (open_end(request),) == await store.open_ends()
    await store.save(Save(audit=entry(request), close_open_end=request.id))
    assert await store.open_end(request.id) is None
    assert await store.open_ends() == ()


async def test_cards_live_beside_the_record(store: RedisStore) -> None:
    """A card is unique by request, role and channel, and storing it bumps no version."""
    request = pending()
    await store.save(save_of(request))
    copy = card(request, role="copy", channel="C2")
    for each in (copy, card(request), card(request, version=1)):
        await store.put_card(each)
    assert (card(request, version=1), copy) == await store.cards(request.id)
    assert request == await store.request(request.id)


async def test_of_two_messages_in_one_place_the_one_noted_first_stands(store: RedisStore) -> None:
    """Every writer hears which, also those at the same moment; a dead one gives its place up."""
    request = pending()
    await store.put_card(card(request, ts=""))
    posted = [card(request, ts=f"{n}.0") for n in range(5)]
    stands = set(await asyncio.gather(*(store.put_posted(each) for each in posted)))
    assert stands == {each.ts for each in await store.cards(request.id)}
    assert len(stands) == 1
    await store.put_card(card(request, ts="0.0", dead="message_not_found"))
    assert await store.put_posted(card(request, ts="9.0")) == "9.0"


async def test_cards_are_kept_as_long_as_the_lists_that_lead_to_them(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """Each save and each card counts their life anew: the request's ninety days and a month."""
    request, key = pending(), Keys(prefix).cards(pending().id)
    await store.save(save_of(request))
    await store.put_card(card(request))
    whole = await redis.ttl(key)
    assert 119 * 24 * 3600 < whole <= 120 * 24 * 3600
    await redis.expire(key, 60)
    await store.save(save_of(following(request)))
    assert await redis.ttl(key) > whole - 60


async def test_lists_forget_what_is_no_longer_kept(store: RedisStore) -> None:
    """A new request takes entries from before the records' life off the lists."""
    old = pending(1)
    young = pending(2, id="b" * 32, created_at=AT + 121 * 24 * 3600 * 1000)
    await store.save(save_of(old))
    await store.save(save_of(following(old, state=State.DENIED)))
    await store.save(save_of(young, audit=entry(young, at=young.created_at)))
    assert (young,) == await store.recent_requests(10)
    assert (young,) == await store.requests_of(ALICE, 10)
