"""A store in trouble: what it says of itself, and that a refused save changed nothing."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.model.errors import StoreUnavailable
from bot.redis_store.client import connect
from bot.redis_store.embedded import ensure
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import pending, save_of

pytest_plugins = ["tests.stores"]


async def test_a_replica_is_a_problem_and_its_refusal_a_sentence(state_folder: Path) -> None:
    """A read-only store is told at start, and at a save as a store that cannot be used."""
    store, redis = await own_store(state_folder)
    await redis.replicaof("127.0.0.1", "1")
    problems, _ = await store.unsafe_because()
    assert list(problems) == ["the store is a read-only replica: point REDIS_URL at the primary"]
    with pytest.raises(
        StoreUnavailable, match=r"saving R-0001.*: the store is a read-only replica"
    ):
        await store.save(save_of(pending()))
    await store.close()


async def test_a_full_store_changes_nothing(state_folder: Path) -> None:
    """Out of memory is a sentence, and no part of the save happened."""
    store, redis = await own_store(state_folder)
    await store.put_due("request:1", 1)
    await redis.config_set("maxmemory", "1")
    with pytest.raises(StoreUnavailable, match="the store's memory is full"):
        await store.save(save_of(pending(), due={"request:1": None}))
    await redis.config_set("maxmemory", "0")
    assert await store.due(1, 1) == ("request:1",)
    assert await store.audit_since("0", 1) == ()
    await store.close()


async def test_settings_that_lose_records_are_told(state_folder: Path) -> None:
    """A store that may evict is a problem; one that may lose a second is a warning."""
    store, redis = await own_store(state_folder)
    await redis.config_set("maxmemory-policy", "allkeys-lru")
    await redis.config_set("appendfsync", "everysec")
    problems, warnings = await store.unsafe_because()
    assert "may evict" in problems[0]
    assert "may lose the last second" in warnings[0]
    await store.close()


async def test_a_user_who_may_not_read_settings_is_warned(state_folder: Path) -> None:
    """Settings that the server hides are named, and nothing else is held against it."""
    store, redis = await own_store(state_folder)
    await redis.acl_setuser("default", enabled=True, commands=["-config", "-info"])
    problems, warnings = await store.unsafe_because()
    assert problems == ()
    assert "appendonly, appendfsync, maxmemory-policy" in warnings[0]
    await store.close()


async def test_scripts_that_the_server_forgot_are_given_again(state_folder: Path) -> None:
    """A restart or SCRIPT FLUSH empties the server's scripts; the save goes through."""
    store, redis = await own_store(state_folder)
    await store.save(save_of(pending(1)))
    await redis.script_flush()
    await store.save(save_of(pending(2)))
    assert len(await store.open_requests()) == 2
    await store.close()


async def own_store(state_folder: Path) -> tuple[RedisStore, Redis]:
    """Return a store with a server of its own, and the client behind it."""
    redis = connect(await ensure(state_folder))
    return RedisStore(redis), redis
