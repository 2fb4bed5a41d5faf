"""Proxmox goes wrong while a request is carried out: it is finished, or it is said what is in force."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.request import State
from bot.simulation.proxmox import faults
from bot.simulation.proxmox.passing import Action, Passing
from tests.journey.acts import called, eventually
from tests.journey.reading import missing
from tests.journey.stage import QUICK, Stage, flat, staged

CONFIG = "PUT /nodes/*/lxc/101/config"
SOON = replace(QUICK, settle=1_000)
"""A call without an answer is proven undone after a second, not forty."""
STATUS = "GET /nodes/*/lxc/101/status/current"


def writes(stage: Stage) -> int:
    """Return how many changing calls there were."""
    return len(called(stage, "PUT /nodes/pve1/lxc/101/config"))


@pytest.mark.parametrize(
    "fault",
    [faults.slow(1.0), faults.no_route(), faults.cut_before(), faults.unauthorized()],
    ids=["slow", "595", "cut before", "401"],
)
async def test_a_write_that_did_not_get_through_is_made_again(
    tmp_path: Path, fault: Action
) -> None:
    """It is proven that nothing happened, or it took a while: the request succeeds, and says so."""
    async with staged(tmp_path, terms=SOON) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        stage.pve.on_call(CONFIG, fault, times=1)
        await stage.press("bob", "Approve")
        assert "web-01 has 3 GiB (was 2)" in await stage.card_says("Read back", seconds=60)
        assert stage.memory(101) == 3072


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            faults.forbidden("/vms/101", "VM.Config.Memory"),
            "I lack the Proxmox privilege VM.Config.Memory on /vms/101",
        ),
        (faults.broken("unable to open file"), "unable to open file"),
    ],
    ids=["403", "500"],
)
async def test_a_refused_write_is_told_with_its_reason(
    tmp_path: Path, fault: Action, said: str
) -> None:
    """Nothing changed, the room is free again, and the sentence says what Proxmox said."""
    async with staged(tmp_path, terms=SOON) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        stage.pve.on_call(CONFIG, fault, times=1)
        await stage.press("bob", "Approve")
        assert said in await stage.result("ana", said)
        assert stage.memory(101) == 2048
        assert writes(stage) == 1


async def test_reads_that_break_while_it_is_carried_out_are_read_again(tmp_path: Path) -> None:
    """A look that fails decides nothing."""
    async with staged(tmp_path, terms=SOON) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")

        async def then_breaks(_passing: Passing) -> None:
            stage.pve.on_call(STATUS, faults.broken(), times=3)

        stage.pve.on_call(CONFIG, then_breaks, times=1)
        await stage.press("bob", "Approve")
        await stage.card_says("Read back", seconds=60)
        assert (stage.memory(101), writes(stage)) == (3072, 1)


async def test_without_quorum_nothing_is_changed_and_it_says_so(tmp_path: Path) -> None:
    """A cluster that lost its quorum refuses the write: what is in force is told, with a way on."""
    async with staged(tmp_path, scenario="trio") as stage:
        name = next(
            g.name for g in stage.pve.world.guests.values() if g.kind == "lxc" and g.running
        )
        await stage.new_card("ana", f"request {name} memory=+64M")
        stage.pve.world.quorate = False
        await stage.press("bob", "Approve")
        said = await stage.result("ana", "no quorum", seconds=30)
        assert f"Not done: {name} still has" in said
        assert "Nothing waits." in said
        assert "[ Try again ]" in said


async def test_a_certificate_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    """Nothing is sent to it; the answer names the certificate, and readiness does."""
    async with staged(tmp_path, terms=SOON) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.pve.change_certificate()
        before = len(stage.pve.calls)
        told = await stage.answer_to_press("bob", "Approve")
        assert "does not answer" in told
        assert "certificate" in flat(told)
        assert len(stage.pve.calls) == before

        async def named() -> bool:
            return "certificate" in (await missing(stage)).get("cluster home", "")

        await eventually(stage, named, seconds=20)  # a picture serves for ten
        assert len(stage.pve.calls) == before
        assert stage.memory(101) == 2048


async def test_a_dead_host_of_the_cluster_is_passed_over(tmp_path: Path) -> None:
    """Reads and the change go to the next host that the configuration names."""
    async with staged(tmp_path, scenario="trio", hosts=2, terms=SOON) as stage:
        first = next(iter(stage.pve.world.nodes))
        await stage.pve.close_host(first)
        guest = next(
            g
            for g in stage.pve.world.guests.values()
            if g.kind == "lxc" and g.running and g.node != first
        )
        before = guest.memory_mib
        await stage.new_card("ana", f"request {guest.name} memory=+64M")
        await stage.press("bob", "Approve")
        await stage.card_says("Read back", seconds=30)
        assert stage.memory(guest.vmid) == before + 64


async def test_a_node_that_dies_while_its_guest_is_changed_is_waited_for(tmp_path: Path) -> None:
    """The outcome is unknown and said so; when the node is back it is found out, without a second call."""
    async with staged(tmp_path, scenario="trio", hosts=2, terms=SOON) as stage:
        world = stage.pve.world
        first = next(iter(world.nodes))
        guest = next(
            g for g in world.guests.values() if g.kind == "lxc" and g.running and g.node != first
        )
        wanted = guest.memory_mib + 64
        await stage.new_card("ana", f"request {guest.name} memory=+64M")
        node = guest.node

        async def dies(passing: Passing) -> None:
            await passing.proceed()
            world.take_down(node)
            passing.refuse(596, "Connection timed out")

        stage.pve.on_call(f"PUT /nodes/*/lxc/{guest.vmid}/config", dies, times=1)
        await stage.press("bob", "Approve")
        await stage.card_says("I do not know whether", seconds=30)
        world.bring_up(node)
        await stage.card_says("Read back", seconds=60)
        assert stage.memory(guest.vmid) == wanted
        assert len([c for c in stage.pve.calls if c.method == "PUT"]) == 1


async def test_a_node_that_is_fenced_as_the_quorum_goes_leaves_nothing_guessed(
    tmp_path: Path,
) -> None:
    """Task and log are out of reach: unknown, not failed; once all is back the task itself decides (26)."""
    async with staged(tmp_path, scenario="trio", hosts=2, terms=SOON) as stage:
        world = stage.pve.world
        third = list(world.nodes)[2]
        guest = next(g for g in world.guests.values() if g.kind == "qemu" and g.node == third)
        begun = world.tasks.hold_next("qmconfig", asyncio.Event())
        await stage.new_card("ana", f"request {guest.name} memory=+1G")
        await stage.press("bob", "Approve")
        await begun.wait()
        world.quorate = False
        world.take_down(third)
        said = await stage.card_says(f"I do not know whether {guest.name} has 9 GiB", seconds=30)
        assert f"no answer from {third}" in said
        assert "I will not send it again; I keep looking." in said
        assert (await stage.request()).state is State.UNCERTAIN
        world.quorate = True
        world.bring_up(third)
        said = await stage.card_says("Not done", seconds=40)
        assert f"{guest.name} still has 8 GiB" in said
        assert "unable to get last line from task log" in said
        assert [c.method for c in stage.pve.calls if c.method != "GET"] == ["POST"]
