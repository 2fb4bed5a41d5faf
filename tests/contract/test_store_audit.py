"""The audit: complete, in one chain, and whoever cuts or edits it is found out."""

import asyncio
import hashlib
import itertools
from dataclasses import replace
from typing import Any

import pytest
import structlog
from redis.asyncio import Redis

from bot.model.audit import AuditEntry, ChainedEntry
from bot.model.errors import VersionConflict
from bot.model.request import State
from bot.redis_store.keys import Keys
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import entry, following, pending, save_of

pytest_plugins = ["tests.stores"]


def chained(entries: tuple[ChainedEntry, ...]) -> bool:
    """Return whether each entry names the hash of the one before it."""
    return all(a.hash == b.previous for a, b in itertools.pairwise(entries))


def said(kept: tuple[ChainedEntry, ...]) -> tuple[AuditEntry, ...]:
    """Return the entries without what the store adds to them of the record."""
    return tuple(replace(k.entry, fields={}) for k in kept)


async def test_saves_and_refusals_stand_in_one_chain(store: RedisStore) -> None:
    """Every accepted transition and every refusal is one entry, in order."""
    request = pending()
    ended = following(request, state=State.DENIED)
    entries = (entry(request), entry(None, "submit refused", accepted=False), entry(ended, "deny"))
    await store.save(save_of(request))
    await store.note(entries[1])
    await store.save(save_of(ended, audit=entries[2]))
    kept = await store.audit_since("0", 10)
    assert entries == said(kept)
    assert chained(kept)
    assert kept[0].previous == ""
    assert kept[2].hash == await store.audit_head()
    assert await store.broken_link() is None


async def test_the_hash_is_over_the_hash_before_and_the_stored_text(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """Anybody can check the chain with sha1 over `previous` and `entry`."""
    await store.note(entry(why="ünïcode \x00 and 🙂"))
    await store.note(entry())
    stream: Any = await redis.xrange(Keys(prefix).audit)
    for _, fields in stream:
        own = hashlib.sha1((fields["previous"] + fields["entry"]).encode(), usedforsecurity=False)
        assert own.hexdigest() == fields["hash"]


async def test_twenty_writers_make_one_unbroken_chain(store: RedisStore) -> None:
    """Saves from many sides never fork the chain."""
    await asyncio.gather(*(store.save(save_of(pending(n))) for n in range(1, 21)))
    kept = await store.audit_since("0", 100)
    assert len(kept) == 20
    assert chained(kept)
    assert await store.broken_link() is None


async def test_a_burst_is_queued_and_not_refused(store: RedisStore) -> None:
    """More writers than connections wait their turn."""
    await asyncio.gather(*(store.note(entry(what=f"refusal {n}")) for n in range(300)))
    assert len(await store.audit_since("0", 1000)) == 300


async def test_a_request_has_its_own_entries(store: RedisStore) -> None:
    """The entries of one request come oldest first, others' and refusals without one left out."""
    first, second = pending(1), pending(2)
    for request in (first, second, following(first)):
        await store.save(save_of(request))
    await store.note(entry())
    mine = await store.audit_of(first.id)
    assert (entry(first), entry(following(first))) == said(mine)
    assert await store.audit_of("unknown") == ()


async def test_entries_are_read_on_from_a_position(store: RedisStore) -> None:
    """A page ends at its limit; the next one starts after its last position."""
    for n in range(3):
        await store.note(entry(what=f"refusal {n}"))
    page = await store.audit_since("0", 2)
    rest = await store.audit_since(page[-1].position, 2)
    assert [e.entry.what for e in page] == ["refusal 0", "refusal 1"]
    assert [e.entry.what for e in rest] == ["refusal 2"]


async def test_an_entry_taken_out_of_the_middle_is_found(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """The entry after the gap does not belong to the one before it."""
    for n in range(3):
        await store.note(entry(what=f"refusal {n}"))
    _, second, third = await store.audit_since("0", 3)
    await redis.xdel(Keys(prefix).audit, second.position)
    assert third.position == await store.broken_link()


async def test_an_edited_entry_is_found(store: RedisStore, redis: Redis, prefix: str) -> None:
    """An entry whose text does not give its hash is named."""
    await store.note(entry())
    forged: Any = {"previous": await store.audit_head(), "hash": "0" * 40, "entry": "{}"}
    position = await redis.xadd(Keys(prefix).audit, forged)
    assert position == await store.broken_link()


async def test_an_entry_cut_from_the_end_is_found(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """The chain's head remembers what was last."""
    await store.note(entry())
    await store.note(entry())
    _, last = await store.audit_since("0", 2)
    await redis.xdel(Keys(prefix).audit, last.position)
    assert await store.broken_link() == "end"


async def test_trimming_keeps_what_is_younger_and_the_chain(store: RedisStore) -> None:
    """Old entries go by the time they were written, but for the last; the rest still hangs together."""
    request = pending()
    await store.save(save_of(request))
    (old,) = await store.audit_since("0", 10)
    written = int(old.position.split("-")[0])
    assert await store.trim_audit(written + 60_000) == 0
    await until_after(store, written)
    await store.note(entry())
    assert await store.trim_audit(written) == 0
    assert await store.trim_audit(written + 60_000) == 1
    assert await store.audit_of(request.id) == ()
    (young,) = await store.audit_since("0", 10)
    assert old.hash == young.previous
    assert await store.broken_link() is None


async def until_after(store: RedisStore, moment: int) -> None:
    """Let the store's clock pass a moment (ms)."""
    while await store.now() <= moment:
        continue


async def test_a_chain_whose_entries_are_all_gone_is_found(
    store: RedisStore, redis: Redis, prefix: str
) -> None:
    """Its head remembers that there were some; a store that never had one is whole."""
    assert await store.broken_link() is None
    await store.note(entry())
    await redis.delete(Keys(prefix).audit)
    assert await store.broken_link() == "end"
    assert await store.trim_audit(0) == 0


async def test_every_entry_goes_to_the_log_once_it_is_written(store: RedisStore) -> None:
    """One line for each, with its place in the chain; none for a save that somebody else won."""
    structlog.reset_defaults()
    request = pending()
    with structlog.testing.capture_logs() as lines:
        await store.save(save_of(request))
        await store.note(entry(None, "submit refused", accepted=False))
        with pytest.raises(VersionConflict):
            await store.save(save_of(request))
    kept = await store.audit_since("0", 10)
    told = [(k.entry.what, k.entry.actor.user_id, k.position, k.hash) for k in kept]
    assert told == [(x["what"], x["who"], x["position"], x["hash"]) for x in lines]
    assert [x["accepted"] for x in lines] == [True, False]
