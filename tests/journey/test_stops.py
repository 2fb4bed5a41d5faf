"""The service is stopped as systemd stops it: a real process, SIGTERM, and another goes on (33)."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGCONT, SIGINT, SIGSTOP, SIGTERM, Signals

import pytest

from bot.model.request import State
from bot.proxmox.client import ANSWER_SECONDS, CONNECT_SECONDS
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.store import RedisStore
from bot.simulation.proxmox.passing import Passing
from bot.wiring.serving import GRACE
from tests.journey.serving import serving, started
from tests.journey.stage import Stage
from tests.unit.test_service_unit import service as unit

QUICKLY = 4.0
"""Seconds: what runs is handed over, not waited for."""

LONGEST = float(unit()["TimeoutStopSec"])
"""Seconds after which systemd kills it."""

HELD = ("sweep", "run:", "card:", "slot:")
"""Leases that stand for a process; others remember for a while what was done once."""


@asynccontextmanager
async def store_of(stage: Stage) -> AsyncIterator[RedisStore]:
    """Look into the store from outside."""
    store = RedisStore(connect(await embedded.living(stage.settings.store.folder)))
    try:
        yield store
    finally:
        await store.close()


async def leases(stage: Stage) -> list[str]:
    """Return the leases that processes hold."""
    async with store_of(stage) as store:
        keys = [str(k) async for k in store._connection._redis.scan_iter("*:lease:*")]
    names = [key.partition(":lease:")[2] for key in keys]
    return [name for name in names if name.startswith(HELD)]


async def state(stage: Stage) -> State:
    """Return the state of the newest request."""
    async with store_of(stage) as store:
        return (await store.recent_requests(1))[0].state


@pytest.mark.parametrize("signal", [SIGTERM, SIGINT])
async def test_an_idle_service_ends_at_once(tmp_path: Path, signal: Signals) -> None:
    """Exit status 0, no lease is left, and nothing but its own words was said, in lines of JSON."""
    async with serving(tmp_path) as (stage, first):
        status, seconds = await first.ends(signal)
        assert (status, await leases(stage)) == (0, [])
        assert seconds < QUICKLY
        events = [json.loads(line)["event"] for line in first.said]
        assert "headroom runs" in events
        assert not [line for line in first.said if "Traceback" in line or "warning" in line]


async def test_a_task_under_way_is_handed_over(tmp_path: Path) -> None:
    """Another process that runs already follows the task at once and ends the request, once."""
    async with serving(tmp_path) as (stage, first), started(stage, tmp_path, "--role", "worker"):
        goes_on = asyncio.Event()
        begun = stage.pve.world.tasks.hold_next("vzstart", goes_on)
        await stage.ask("ana", "start old-wiki")
        await begun.wait()
        status, seconds = await first.ends(SIGTERM)
        assert status == 0
        assert seconds < QUICKLY
        assert await state(stage) is State.RUNNING
        goes_on.set()
        await stage.result("ana", "old-wiki is running (was stopped)", seconds=QUICKLY)
        assert await state(stage) is State.SUCCEEDED
        assert [t.type for t in stage.pve.world.tasks] == ["vzstart"]


async def test_a_task_goes_on_with_nobody_there_and_the_next_start_ends_it(tmp_path: Path) -> None:
    """Stopped while the only one: no lease is left, and the next start need not wait for any."""
    async with serving(tmp_path) as (stage, first):
        goes_on = asyncio.Event()
        begun = stage.pve.world.tasks.hold_next("vzstart", goes_on)
        await stage.ask("ana", "start old-wiki")
        await begun.wait()
        assert (await first.ends(SIGTERM))[0] == 0
        assert await leases(stage) == []
        goes_on.set()
        async with started(stage, tmp_path) as second:
            await stage.result("ana", "old-wiki is running (was stopped)", seconds=QUICKLY)
            assert (await second.ends(SIGTERM))[0] == 0
        assert await state(stage) is State.SUCCEEDED
        assert [t.type for t in stage.pve.world.tasks] == ["vzstart"]
        assert len(stage.slack.direct_messages("ana")) == 1


async def test_a_call_that_waits_for_its_answer_is_not_cut_in_two(tmp_path: Path) -> None:
    """The service waits for the answer, longer than for anything else, writes it down and ends."""
    async with serving(tmp_path) as (stage, first):
        done, answer = asyncio.Event(), asyncio.Event()

        async def keep_waiting(passing: Passing) -> None:
            await passing.proceed()
            done.set()
            await answer.wait()

        hook = stage.pve.on_call("PUT */lxc/101/config", keep_waiting)
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await done.wait()
        stopping = asyncio.create_task(first.ends(SIGTERM))
        await asyncio.wait({stopping}, timeout=GRACE + 1)
        assert not stopping.done()
        answer.set()
        status, seconds = await stopping
        assert (status, await leases(stage)) == (0, [])
        assert seconds < LONGEST
        async with started(stage, tmp_path):
            await stage.card_says("web-01 has 3 GiB (was 2)", seconds=QUICKLY)
        assert await state(stage) is State.SUCCEEDED
        assert hook.acted == 1


async def test_a_store_that_has_fallen_silent_keeps_nobody(tmp_path: Path) -> None:
    """Nothing can be given back to it: the service ends all the same, in time."""
    async with serving(tmp_path) as (stage, first):
        server = int((stage.settings.store.folder / "store" / "valkey.pid").read_text())
        os.kill(server, SIGSTOP)
        try:
            status, seconds = await first.ends(SIGTERM)
        finally:
            os.kill(server, SIGCONT)
        assert status == 0
        assert seconds < LONGEST / 2


def test_even_a_silent_proxmox_is_waited_for_no_longer_than_systemd_waits() -> None:
    """A call that began as the last one before jobs are cut short times out in time."""
    assert GRACE + CONNECT_SECONDS + ANSWER_SECONDS < LONGEST
