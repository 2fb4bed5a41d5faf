"""What looks like a store that went back and is none: restarts, other tokens, older files, a release."""

import asyncio
from pathlib import Path

import pytest

from bot.redis_store import embedded
from tests.journey.acts import eventually
from tests.journey.back import RULES, announced, behind, closed, done, released
from tests.journey.stage import staged


@pytest.mark.parametrize("gone", ["bot", "store"])
async def test_an_ordinary_restart_is_no_alarm(tmp_path: Path, gone: str) -> None:
    """Nor a fresh install: what Proxmox shows is in the journals, also in those of a container."""
    async with staged(tmp_path, rules=RULES) as stage:
        await done(stage, "reboot web-01", "web-01")
        await done(stage, "request web-01 memory=+1G", "web-01 has")
        await stage.stop_bot()
        if gone == "store":
            await embedded.stop(stage.settings.store.folder)
        await stage.start_bot()
        gate = await stage.bot.executor.continuity.evidence()
        assert not gate.closed
        assert stage.bot.executor.continuity.unasked == ()
        await done(stage, "request web-01 memory=+1G", "web-01 has 4 GiB")
        assert announced(stage) == []


async def test_tasks_of_another_token_are_no_alarm(tmp_path: Path) -> None:
    """Also of the same user: a token is told by its whole name."""
    async with staged(tmp_path) as stage:
        user = stage.pve.token.partition("!")[0]
        stage.pve.world.tasks.start(
            node="pve1", type_="vzreboot", id_="101", user=f"{user}!other", work=_nothing
        )
        gate = await stage.bot.executor.continuity.evidence()
        assert not gate.closed


async def _nothing(_task: object) -> None:
    """Do nothing."""


async def test_a_release_covers_what_other_hosts_have_seen_and_older_files_are_no_alarm(
    tmp_path: Path,
) -> None:
    """A worker with an older file finds its entry; one with a lost entry hears of the release."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        heartbeat = stage.settings.store.folder / "heartbeat.json"
        await eventually(stage, lambda: _there(heartbeat))
        older = heartbeat.read_text()
        await stage.new_card("ana", "request db-01 memory=+1G")
        await stage.bot.executor.continuity.look()
        lost = heartbeat.read_text()
        assert older != lost
        await stage.stop_bot()
        heartbeat.write_text(older)
        await stage.start_bot()
        assert not await closed(stage)
        async with behind(stage) as redis:
            await redis.flushall()
        await eventually(stage, lambda: closed(stage))
        assert "released" in await released(stage, "--yes")
        await stage.stop_bot()
        heartbeat.write_text(lost)
        await stage.start_bot()
        assert not (await stage.bot.executor.continuity.look()).closed
        assert "nothing to release" in await released(stage)


async def _there(path: Path) -> bool:
    return await asyncio.to_thread(path.exists)
