"""The store's primary dies in the middle of a request's life: it resumes, and nothing is lost."""

import asyncio
from pathlib import Path

from bot.model.request import State
from bot.simulation.proxmox.passing import Passing
from tests.journey.reading import entries
from tests.journey.stage import Stage, staged
from tests.servers import eventually, needs_redis, sharded, watched

pytestmark = needs_redis


def changes(stage: Stage) -> list[str]:
    """Return the changing calls."""
    return [call.path for call in stage.pve.calls if call.method != "GET"]


class Held:
    """A changing call that stands at Proxmox until it may go on."""

    def __init__(self, stage: Stage) -> None:
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()
        stage.pve.on_call("PUT */lxc/101/config", self._hold)

    async def _hold(self, passing: Passing) -> None:
        self.begun.set()
        await self.goes_on.wait()
        await passing.proceed()


async def _refused_meanwhile(stage: Stage) -> str:
    """Ask while the store is away; return what the person reads."""
    reply = await stage.ask("dora", "request mail memory=+256M")
    assert reply.acknowledged
    assert reply.message is not None
    return stage.says(reply.message)


async def _works_again(stage: Stage) -> None:
    """Wait until the store takes what is asked."""

    async def so() -> bool:
        return (await stage.bot.store.unsafe_because())[0] == ()

    await eventually(so, "the store works again", 30)


async def test_a_replica_takes_over_while_a_change_runs(tmp_path: Path) -> None:
    """Sentinel: the call that was under way is read back once, its votes and audit are there."""
    async with (
        watched(tmp_path / "redis") as redis,
        staged(tmp_path, environment={"REDIS_URL": redis.url}) as stage,
    ):
        held = Held(stage)
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await held.begun.wait()
        await redis.in_sync()
        await redis.primary.kill()
        assert "Not recorded" in await _refused_meanwhile(stage)
        held.goes_on.set()
        await stage.result("ana", "Read back", seconds=40)
        assert changes(stage) == ["/nodes/pve1/lxc/101/config"]
        assert (await stage.request()).state is State.SUCCEEDED
        assert "approve" in [entry.what for entry in await entries(stage)]
        await stage.new_card("dora", "request mail memory=+256M")
        await stage.press("bob", "Approve")
        await stage.result("dora", "Read back")


async def test_a_primary_that_freezes_comes_back_as_a_replica(tmp_path: Path) -> None:
    """Sentinel: it holds its connections and says nothing; what it still took in is not believed.

    Whether it took an ask in nobody can know, so that "Not recorded" is said only of one never sent.
    """
    async with (
        watched(tmp_path / "redis") as redis,
        staged(tmp_path, environment={"REDIS_URL": redis.url}) as stage,
    ):
        held = Held(stage)
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await held.begun.wait()
        await redis.in_sync()
        redis.primary.freeze()
        said = await _refused_meanwhile(stage)
        assert "This takes longer than usual." in said or "Not recorded" in said
        held.goes_on.set()
        await _works_again(stage)
        redis.primary.thaw()
        await stage.result("ana", "Read back", seconds=40)
        await eventually(redis.primary_follows, "the former primary follows the new one", 40)
        await stage.new_card("dora", "request mail memory=+256M")
        await stage.press("bob", "Approve")
        await stage.result("dora", "Read back", seconds=40)
        assert len(changes(stage)) == 2
        assert await stage.bot.store.broken_link() is None


async def test_what_waits_for_a_vote_survives_the_primary(tmp_path: Path) -> None:
    """Sentinel: the card of before is approved after; a press meanwhile is answered, not swallowed."""
    async with (
        watched(tmp_path / "redis") as redis,
        staged(tmp_path, environment={"REDIS_URL": redis.url}) as stage,
    ):
        await stage.new_card("ana", "request web-01 memory=+1G")
        await redis.in_sync()
        await redis.primary.kill()
        assert "try again" in (await stage.answer_to_press("bob", "Approve")).lower()
        await _works_again(stage)
        assert (await stage.request()).state is State.PENDING
        await stage.press("bob", "Approve")
        await stage.result("ana", "Read back")
        assert changes(stage) == ["/nodes/pve1/lxc/101/config"]


async def test_a_cluster_carries_the_main_job_and_loses_a_primary(tmp_path: Path) -> None:
    """Cluster: the primary with the records dies in the middle; its replica carries on."""
    async with (
        sharded(tmp_path / "redis") as redis,
        staged(tmp_path, environment={"REDIS_URL": redis.url}) as stage,
    ):
        await stage.new_card("ana", "request mail memory=+512M")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Read back")
        held = Held(stage)
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await held.begun.wait()
        await redis.in_sync()
        await redis.with_records.kill()
        assert "Not recorded" in await _refused_meanwhile(stage)
        await _works_again(stage)
        held.goes_on.set()
        await stage.result("ana", "web-01 has 3 GiB")
        assert len(changes(stage)) == 2
