"""The engine on a real store: what is cut short when it stops is taken up by the next one at once."""

import asyncio

from bot.clock import SystemClock
from bot.jobs import Engine, Job, Jobs
from bot.redis_store.faults import store_faults

pytest_plugins = ["tests.stores"]

AT_ONCE = 3.0
"""Seconds: docket itself would give a task of a worker that died to another after 12."""


def engine(url: str, name: str, job: Job, put_back: Job) -> Engine:
    """Return an engine with one kind of job."""
    jobs = Jobs(table={"request": job}, put_back=put_back)
    wait = SystemClock().wait
    return Engine(url, name, lambda: jobs, store_faults, wait=wait, redeliver=12_000)


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
