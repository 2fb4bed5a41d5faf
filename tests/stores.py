"""A real store for tests: the embedded server once per run, a fresh prefix for each test.

A test module asks for these fixtures with `pytest_plugins = ["tests.stores"]`. With `REDIS_URL` in
the environment every test that uses them runs against that store too.
"""

import asyncio
import itertools
import os
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.redis_store.client import connect
from bot.redis_store.embedded import ensure, stop
from bot.redis_store.keys import Keys
from bot.redis_store.store import RedisStore

PLACES = ["embedded", *(["REDIS_URL"] if os.environ.get("REDIS_URL") else [])]
_numbers = itertools.count()


def run_aside(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end in a loop of its own, away from the tests' loops."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(asyncio.run(work)))
    thread.start()
    thread.join()
    return results[0]


@pytest.fixture(scope="session", params=PLACES)
def store_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return the address of a store that lives as long as the run."""
    if request.param == "REDIS_URL":
        yield os.environ["REDIS_URL"]
        return
    folder: Path = tmp_path_factory.mktemp("state")
    yield run_aside(ensure(folder))
    run_aside(stop(folder))


@pytest.fixture
async def state_folder(tmp_path: Path) -> AsyncIterator[Path]:
    """Return a state folder of this test's own; its server, if any, ends with the test."""
    yield tmp_path / "a state"
    await stop(tmp_path / "a state")


@pytest.fixture
async def redis(store_url: str) -> AsyncIterator[Redis]:
    """Return a client, to look behind the store's back."""
    client = connect(store_url)
    yield client
    await client.aclose()


@pytest.fixture
def prefix() -> str:
    """Return the prefix of this test's keys."""
    return f"test-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
async def store(store_url: str, redis: Redis, prefix: str) -> AsyncIterator[RedisStore]:
    """Return an empty store; afterwards no key without an expiry may be there that has no reason."""
    store = RedisStore(connect(store_url), prefix=prefix)
    yield store
    left = await lasting_without_reason(redis, store, prefix)
    names = [key async for key in redis.scan_iter(f"{{{prefix}}}:*", count=1000)]
    if names:
        await redis.delete(*names)
    await store.close()
    assert not left


async def lasting_without_reason(redis: Redis, store: RedisStore, prefix: str) -> list[str]:
    """Return the keys that never expire and are not on the list in `bot/redis_store/keys.py`."""
    keys = Keys(prefix)
    requests = await store.open_requests()
    of_open = {keys.request(r.id) for r in requests} | {keys.handle(r.handle) for r in requests}
    return [
        key
        async for key in redis.scan_iter(f"{{{prefix}}}:*", count=1000)
        if await redis.ttl(key) == -1 and not keys.lasting(key, request_is_open=key in of_open)
    ]
