"""Calls whose answer never came: found, proven undone, or said to be unknown; never sent twice."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.model.request import State
from bot.simulation.proxmox.faults import cut_before, lose_answer
from bot.simulation.proxmox.passing import Passing
from tests.journey.stage import QUICK, Stage, flat, staged

CT, VM = "web-01", "app1"
PUT, POST = "PUT */lxc/101/config", "POST */qemu/106/config"
SHORT = replace(QUICK, send_within=1_000, settle=500, reconcile_every=200)


def sent(stage: Stage) -> list[str]:
    """Return the changing calls, the cut ones too."""
    return [c.method for c in stage.pve.calls if c.method != "GET"]


async def approved(stage: Stage, guest: str) -> None:
    """Let Ana ask for a GiB and Bob approve it."""
    await stage.new_card("ana", f"request {guest} memory=+1G")
    await stage.press("bob", "Approve")


async def test_an_answer_lost_after_the_effect_is_found_by_reading_back(tmp_path: Path) -> None:
    """A container's change leaves no task: its value is read back, and nothing is sent again."""
    async with staged(tmp_path, terms=SHORT) as stage:
        stage.pve.on_call(PUT, lose_answer(), times=1)
        await approved(stage, CT)
        assert "web-01 has 3 GiB (was 2)" in await stage.card_says("Read back")
        assert sent(stage) == ["PUT"]
        assert (await stage.request()).state is State.SUCCEEDED


async def test_a_call_cut_before_its_effect_is_proven_undone_and_sent_again(tmp_path: Path) -> None:
    """Not before the deadline and Proxmox's own time-outs have passed; then once more, and done."""
    async with staged(tmp_path, terms=SHORT) as stage:
        stage.pve.on_call(PUT, cut_before(), times=1)
        await approved(stage, CT)
        said = await stage.card_says("I do not know whether web-01 has 3 GiB")
        assert "no answer from pve1 after I sent the change at" in said
        assert stage.memory(101) == 2048
        assert "web-01 has 3 GiB (was 2)" in await stage.card_says("Read back")
        assert sent(stage) == ["PUT", "PUT"]
        first, second = (e for e in (await stage.request()).journal)
        assert second.at >= first.deadline + SHORT.settle


async def test_a_lost_answer_of_a_vm_is_found_by_its_task(tmp_path: Path) -> None:
    """A VM's change leaves a task: it is found in the node's list, and decides."""
    async with staged(tmp_path, terms=SHORT) as stage:
        stage.pve.on_call(POST, lose_answer(596), times=1)
        await approved(stage, VM)
        await stage.card_says("Accepted, not in force")
        assert sent(stage) == ["POST"]
        (entry,) = (await stage.request()).journal
        assert ":qmconfig:106:" in entry.upid


async def test_a_start_whose_answer_was_lost_is_followed(tmp_path: Path) -> None:
    """The same for power: the task is found, and the guest is started once."""
    async with staged(tmp_path, terms=SHORT) as stage:
        stage.pve.on_call("POST */status/start", lose_answer(), times=1)
        await stage.ask("ana", "start old-wiki")
        await stage.result("ana", "old-wiki is running (was stopped)")
        assert [t.type for t in stage.pve.world.tasks] == ["vzstart"]


def silent_after(stage: Stage, call: str, *, effect: bool) -> asyncio.Event:
    """Let the node fall silent right after it got a call, until the event is set."""
    back, fell = asyncio.Event(), asyncio.Event()

    async def fall(passing: Passing) -> None:
        if effect:
            await passing.proceed()
        fell.set()
        passing.cut()

    async def refuse(passing: Passing) -> None:
        if fell.is_set() and not back.is_set():
            passing.refuse(595, "No route to host")

    stage.pve.on_call(call, fall, times=1)
    stage.pve.on_call(lambda _passing: fell.is_set(), refuse)
    return back


async def test_a_node_that_falls_silent_is_waited_for(tmp_path: Path) -> None:
    """The card says what is unknown and what one may do; when the node is back it is settled."""
    async with staged(tmp_path, terms=SHORT) as stage:
        back = silent_after(stage, PUT, effect=True)
        await approved(stage, CT)
        said = await stage.card_says("I do not know whether web-01 has 3 GiB")
        handle = (await stage.request()).handle
        assert "I will not send it again; I keep looking." in said
        assert f"/pve resolve {handle} done|not-done WHY" in said
        assert (await stage.request()).state is State.UNCERTAIN
        assert "too late" in flat(await stage.told("ana", f"cancel {handle}"))
        back.set()
        assert "web-01 has 3 GiB (was 2)" in await stage.card_says("Read back")
        assert sent(stage) == ["PUT"]


async def test_only_who_decides_resolves_what_nobody_can_prove(tmp_path: Path) -> None:
    """Others are refused; an approver's word ends the request, marked so, and it stays ended."""
    async with staged(tmp_path, terms=SHORT) as stage:
        back = silent_after(stage, PUT, effect=True)
        await approved(stage, CT)
        await stage.card_says("I do not know")
        handle = (await stage.request()).handle
        for name in ("ana", "dora"):
            said = flat(await stage.told(name, f"resolve {handle} done I think so"))
            assert f"none of your roles lets you resolve {handle}" in said
        assert "I need a reason" in flat(await stage.told("bob", f"resolve {handle} done"))
        await stage.told("bob", f"resolve {handle} done seen in the web UI")
        said = await stage.card_says("Marked done by @Bob, not read back by me")
        assert "seen in the web UI" in said
        back.set()
        assert "is known" in flat(await stage.told("bob", f"resolve {handle} not-done no"))
        assert sent(stage) == ["PUT"]
        assert (await stage.request()).state is State.SUCCEEDED


async def test_what_a_person_says_was_not_done_frees_the_room(tmp_path: Path) -> None:
    """Resolved as not done: the request failed, marked so, and holds nothing any more."""
    async with staged(tmp_path, terms=SHORT) as stage:
        back = silent_after(stage, PUT, effect=False)
        await approved(stage, CT)
        await stage.card_says("I do not know")
        handle = (await stage.request()).handle
        await stage.told("bob", f"resolve {handle} not-done still 2 GiB on the node")
        assert "Not done" in await stage.card_says("Marked so by @Bob")
        ledgers = await stage.bot.store.ledgers("home")
        assert [r for ledger in ledgers for r in ledger.reservations] == []
        back.set()
        assert sent(stage) == ["PUT"]
