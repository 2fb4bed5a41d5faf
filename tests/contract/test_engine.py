"""The engine on a real store: what is cut short when it stops is taken up by the next one at once."""

import asyncio
from typing import Any

from docket import Execution
from redis.asyncio import Redis

from bot.clock import SystemClock
from bot.jobs import Calls, Engine, Job, Jobs
from bot.redis_store.faults import Translated
from bot.redis_store.store import RedisStore

pytest_plugins = ["tests.stores"]

AT_ONCE = 3.0
"""Seconds: docket itself would give a task of a worker that died to another after 12."""


def engine(url: str, name: str, job: Job, put_back: Job) -> Engine:
    """Return an engine with one kind of job."""
    jobs = Jobs(table={"request": job}, put_back=put_back)
    wait = SystemClock().wait
    return Engine(url, name, lambda: jobs, Translated, wait=wait, redeliver=12_000)


async def test_a_job_cut_short_is_filed_again_and_free_for_the_next_worker(store_url: str) -> None:
    """The first worker stops in the middle of a job that waits for ever; a second one runs it."""
    begun, again = asyncio.Event(), asyncio.Event()
    filed: list[str] = []

    async def forever(_: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def quick(_: str) -> None:
        again.set()

    async def put_back(member: str) -> None:
        filed.append(member)

    name = f"engine-{SystemClock().token(64)}"
    async with engine(store_url, name, forever, put_back) as first:
        working = asyncio.create_task(first.work())
        await first.wake("request:a")
        await begun.wait()
        first.stop()
        first.cut_short()
        await asyncio.wait_for(working, AT_ONCE)
    assert filed == ["request:a"]
    async with engine(store_url, name, quick, put_back) as second:
        working = asyncio.create_task(second.work())
        await second.wake("request:a")
        await asyncio.wait_for(again.wait(), AT_ONCE)
        second.stop()
        await asyncio.wait_for(working, AT_ONCE)
    assert filed == ["request:a"]


async def test_a_task_begun_again_after_its_end_locks_no_key(store_url: str) -> None:
    """A worker that stalled ends a task just when another has been given it, begins it and dies."""
    ran = asyncio.Event()

    async def quick(_: str) -> None:
        ran.set()

    async with engine(store_url, f"engine-{SystemClock().token(64)}", quick, quick) as there:
        await there.wake("request:a")
        stalled, another = await _given_to_two(there, store_url)
        assert await stalled.claim("stalled")
        await stalled.mark_as_completed()
        await another.claim("another")
        working = asyncio.create_task(there.work())
        await there.wake("request:a")
        await asyncio.wait_for(ran.wait(), AT_ONCE)
        there.stop()
        await asyncio.wait_for(working, AT_ONCE)


async def _given_to_two(there: Engine, store_url: str) -> tuple[Execution, Execution]:
    """Return the one task that waits, as each of two workers has it in hand."""
    docket = there._docket
    await docket._ensure_stream_and_group()
    async with Redis.from_url(store_url) as redis:
        group, stream = docket.worker_group_name, docket.stream_key
        found: Any = await redis.xreadgroup(group, "stalled", {stream: ">"})
    [[_, [(number, task)]]] = found
    first, second = [
        await Execution.from_message(docket, task, message_id=number) for _ in range(2)
    ]
    return first, second


async def test_a_call_in_hand_is_woken_though_the_worker_stops(store: RedisStore) -> None:
    """Nobody else has it; the loop ends only then."""
    begun, goes_on = asyncio.Event(), asyncio.Event()
    woken: list[str] = []

    async def wake(member: str) -> None:
        begun.set()
        await goes_on.wait()
        woken.append(member)

    calls = Calls(store=store, wake=wake, clock=SystemClock())
    answering = asyncio.create_task(calls.run())
    await store.call("pin:C1:1", 1)
    await begun.wait()
    answering.cancel()
    goes_on.set()
    await asyncio.wait_for(asyncio.gather(answering, return_exceptions=True), AT_ONCE)
    assert answering.cancelled()
    assert woken == ["pin:C1:1"]


async def test_calls_wait_for_a_store_that_is_not_well(store: RedisStore, redis: Redis) -> None:
    """A fault ends nothing: the next call is answered."""
    stopping = False
    woken: list[str] = []

    async def wake(member: str) -> None:
        nonlocal stopping
        woken.append(member)
        stopping = True

    key = store._keys.calls
    await redis.set(key, "not a list")
    calls = Calls(store=store, wake=wake, clock=SystemClock(), stopping=lambda: stopping)
    answering = asyncio.create_task(calls.run())
    await asyncio.wait({answering}, timeout=0.2)
    assert not answering.done()
    await redis.delete(key)
    await store.call("pin:C1:1", 1)
    await asyncio.wait_for(answering, AT_ONCE)
    assert woken == ["pin:C1:1"]
