"""The store restarts empty, restored, or a second younger: nothing unproven runs until it is released."""

from dataclasses import replace
from pathlib import Path

import aiohttp

from bot.model.audit import AuditEntry
from bot.model.gate import Gate, WentBack
from bot.model.people import SYSTEM
from bot.model.request import State
from bot.model.save import Save
from bot.redis_store import embedded
from tests.journey.acts import eventually
from tests.journey.back import (
    RULES,
    announced,
    behind,
    closed,
    copied,
    done,
    forgotten,
    released,
    writes,
)
from tests.journey.reading import form_says
from tests.journey.stage import Stage, flat, soon, staged


async def first_card_says(stage: Stage, text: str) -> None:
    """Wait until the card of the one request says so; what was told since stands below it."""
    await stage.until(lambda: text in flat(stage.says(stage.cards()[0])))


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
        assert f"{(await stage.request()).handle}  approved  reboot  web-01" in listed
        assert await closed(stage)
        assert before == writes(stage)


async def test_a_store_that_is_a_moment_younger_is_noticed(tmp_path: Path) -> None:
    """A failover lost the last writes: this host has seen them, and what was told stays told."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G at 23:59")
        await stage.until(lambda: "Details" in stage.shown())
        async with forgotten(stage):
            await stage.press("bob", "Approve")
            await stage.card_says("the room is held")
            await stage.bot.executor.continuity.look()
        await stage.until(lambda: announced(stage))
        said = flat(stage.says(announced(stage)[0]))
        assert "this host has seen one of" in said
        assert "A change of a container leaves none" in said
        assert (await stage.request()).state is State.PENDING
        assert writes(stage) == []


async def test_buttons_from_the_moment_that_is_lost_say_so(tmp_path: Path) -> None:
    """A card whose request is gone says when the records end; nothing is counted, nothing runs."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G at 23:59")
        async with forgotten(stage):
            await stage.new_card("ana", "request db-01 memory=+1G")
            lost = stage.card()
            await stage.bot.executor.continuity.look()
        await stage.until(lambda: announced(stage))
        said = flat(await stage.answer_to_press("bob", "Approve", lost))
        assert "I no longer know this button: my records end at" in said
        assert "is lost" in said
        await stage.press("ana", "Details", lost)
        await form_says(stage, "ana", "my records end at")
        assert (await stage.request()).plan.target.name == "web-01"
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


async def test_a_server_that_was_started_anew_is_compared_with_proxmox(tmp_path: Path) -> None:
    """While the bot runs: another run of the server may hold other data."""
    async with staged(tmp_path) as stage:
        assert not (await stage.bot.executor.continuity.evidence()).closed
        await own_call(stage, "/nodes/pve1/lxc/101/status/reboot")
        await embedded.stop(stage.settings.store.folder)
        await embedded.ensure(stage.settings.store.folder)
        await stage.until(lambda: announced(stage), 40)
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


async def test_a_call_under_way_that_the_store_forgot_is_not_made_again(tmp_path: Path) -> None:
    """Restored between the claim and the intent: the reboot has happened, and waits for the release."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", f"reboot web-01 at {soon(3)}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        await stage.result("ana", "web-01", seconds=40)
        done_once = await stage.request()
        before = writes(stage)
        forgotten = replace(
            done_once,
            state=State.RUNNING,
            journal=(),
            outcome=None,
            ended_at=None,
            version=done_once.version + 1,
        )
        went = WentBack(id="w1", since=await stage.bot.store.now(), ends_at=1)
        entry = AuditEntry(
            at=went.since, actor=SYSTEM, what="test", request_id="", handle="", accepted=True
        )
        save = Save(
            request=forgotten,
            before=done_once,
            expected=done_once.version,
            gate=Gate(went_back=went),
            audit=entry,
            due={f"request:{forgotten.id}": went.since},
        )
        await stage.bot.store.save(save)

        async def listed() -> bool:
            gate = await stage.bot.store.gate()
            return gate.went_back is not None and len(gate.went_back.tasks) == 1

        await eventually(stage, listed)
        assert before == writes(stage)
        assert (await stage.request()).journal == ()
