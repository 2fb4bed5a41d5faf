"""The store restarts empty, restored, or a second younger: nothing unproven runs until it is released."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner
from redis.asyncio import Redis

from bot.cli import main
from bot.model.request import State
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.embedded import Home
from bot.redis_store.keys import Keys
from bot.simulation.slack.messages import Message
from tests.journey.acts import eventually
from tests.journey.stage import Stage, flat, soon, staged

KEYS = Keys()


@asynccontextmanager
async def behind(stage: Stage) -> AsyncIterator[Redis]:
    """Open a client behind the bot's back."""
    redis = connect(await embedded.ensure(stage.settings.store.folder))
    try:
        yield redis
    finally:
        await redis.aclose()


def announced(stage: Stage) -> list[Message]:
    """Return the messages that say that the store went back."""
    return [m for m in stage.cards() if "What is under way is finished" in stage.says(m)]


async def first_card_says(stage: Stage, text: str) -> None:
    """Wait until the card of the one request says so; what was told since stands below it."""
    await stage.until(lambda: text in flat(stage.says(stage.cards()[0])))


async def closed(stage: Stage) -> bool:
    """Return whether nothing may be claimed."""
    return (await stage.bot.store.gate()).closed


async def released(stage: Stage, *words: str, answer: str = "") -> str:
    """Type `headroom release` on the host; return what it says."""
    environment = {
        "SLACK_BOT_TOKEN": stage.slack.bot_token,
        "SLACK_APP_TOKEN": stage.slack.app_token,
        "PROXMOX_TOKEN_HOME": stage.pve.token,
        "SLACK_API_URL": stage.slack.api_url,
    }
    config = str(stage.settings.store.folder.parent / "headroom.toml")
    typed = ["release", "--config", config, *words]
    said = await asyncio.to_thread(CliRunner().invoke, main, typed, answer, environment)
    return said.output


async def copied(stage: Stage, *, back: bool = False) -> None:
    """Copy the store's data aside, or back, while nothing runs."""
    data = Home.under(stage.settings.store.folder).folder / "appendonlydir"
    aside = stage.settings.store.folder.parent / "backup"
    await stage.stop_bot()
    await embedded.stop(stage.settings.store.folder)
    if back:
        shutil.rmtree(data)
    shutil.copytree(*((aside, data) if back else (data, aside)))
    await stage.start_bot()


async def done(stage: Stage, text: str, result: str) -> None:
    """Ask for something that bob approves, and wait for its result."""
    await stage.new_card("ana", text)
    await stage.press("bob", "Approve")
    await stage.result("ana", result, seconds=40)


def writes(stage: Stage) -> list[str]:
    """Return the changing calls that reached Proxmox."""
    return [f"{c.method} {c.path}" for c in stage.pve.calls if c.method != "GET"]


RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "everything by one of ops"
approvals = 1
approvers = ["ops"]
"""


async def test_an_emptied_store_claims_nothing_until_it_is_released(tmp_path: Path) -> None:
    """Told once, on status and readiness; old buttons say so; a new request waits, then goes on."""
    async with staged(tmp_path, rules=RULES) as stage:
        await done(stage, "reboot web-01", "web-01")
        await stage.new_card("ana", "request web-01 memory=+1G")
        old = stage.card()
        async with behind(stage) as redis:
            await redis.flushall()
        await stage.until(lambda: announced(stage))
        said = flat(stage.says(announced(stage)[0]))
        assert "My records are gone, yet" in said
        assert "the store was emptied. Nothing runs until an operator types" in said
        assert "my store was emptied" in await stage.answer_to_press("bob", "Approve", old)
        assert "the store went back in time" in await stage.told("ana", "status")
        url = f"http://127.0.0.1:{stage.bot.port}/readyz"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            assert "records" in (await response.json())["missing"]
        before = writes(stage)
        await stage.new_card("ana", "request db-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("Held: My records are gone")
        assert (await stage.request()).state is State.APPROVED
        assert before == writes(stage)
        assert "released" in await released(stage, "--yes")
        await stage.result("ana", "db-01 has", seconds=40)
        assert len(announced(stage)) <= 1
        assert "Released by" in flat(stage.says(stage.cards()[-2]))


async def test_a_restored_store_runs_nothing_a_second_time(tmp_path: Path) -> None:
    """What was approved in the backup and has run since is listed, and not run again."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", f"reboot web-01 at {soon(6)}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        await copied(stage)
        await stage.result("ana", "web-01", seconds=40)
        before = writes(stage)
        await copied(stage, back=True)
        await stage.until(lambda: announced(stage))
        await stage.until(lambda: "1 task of mine" in flat(stage.says(announced(stage)[0])))
        said = flat(stage.says(announced(stage)[0]))
        assert "My records end at" in said
        assert "the store was restored" in said
        assert "vzreboot on web-01 (101), home" in said
        await first_card_says(stage, "Held: My records end at")
        listed = await released(stage, answer="n\n")
        assert "vzreboot" in listed
        assert f"{(await stage.request()).handle}  reboot  web-01" in listed
        assert await closed(stage)
        assert before == writes(stage)


async def test_a_store_that_is_a_moment_younger_is_noticed(tmp_path: Path) -> None:
    """A failover lost the last writes: this host has seen them, and what was told stays told."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G at 23:59")
        await stage.until(lambda: "Details" in stage.shown())
        url = await embedded.ensure(stage.settings.store.folder)
        redis = Redis.from_url(url)
        younger = {key: await redis.dump(key) async for key in redis.scan_iter("*", count=1000)}
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        await stage.bot.executor.continuity.look()
        async with redis.pipeline(transaction=True) as pipe:
            pipe.flushall()
            for key, value in younger.items():
                if value:
                    pipe.restore(key, 0, value)
            await pipe.execute()
        await redis.aclose()
        await stage.until(lambda: announced(stage))
        said = flat(stage.says(announced(stage)[0]))
        assert "this host has seen one of" in said
        assert "A change of a container leaves none" in said
        assert (await stage.request()).state is State.PENDING
        assert writes(stage) == []


async def own_call(stage: Stage, path: str) -> None:
    """Let our token make a changing call that the bot knows nothing of."""
    headers = {"Authorization": f"PVEAPIToken={stage.pve.token}"}
    url = f"{stage.pve.url}/api2/json{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, headers=headers, ssl=False) as response,
    ):
        assert response.status == 200


async def test_a_task_of_ours_that_no_journal_knows_closes_the_gate(tmp_path: Path) -> None:
    """Without the file, too: at the next start Proxmox's own list tells it."""
    async with staged(tmp_path) as stage:
        await stage.stop_bot()
        (stage.settings.store.folder / "heartbeat.json").unlink(missing_ok=True)
        await own_call(stage, "/nodes/pve1/lxc/101/status/reboot")
        await stage.start_bot()
        await stage.until(lambda: announced(stage))
        assert "Proxmox shows 1 task of mine" in flat(stage.says(announced(stage)[0]))


async def test_a_claim_looks_for_tasks_on_its_own_guest(tmp_path: Path) -> None:
    """Found before anything is sent, though nothing else has looked since."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", f"reboot web-01 at {soon(4)}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        before = writes(stage)
        await own_call(stage, "/nodes/pve1/lxc/101/status/reboot")
        await first_card_says(stage, "Held:")
        assert len(writes(stage)) == len(before) + 1
        assert (await stage.request()).state is State.APPROVED


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
        other = stage.pve.world.access.tokens
        assert other
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
