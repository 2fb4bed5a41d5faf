"""A node under pressure is an incident's: its requests go first, others wait (story 17)."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.request import State
from bot.workflow.incidents.pressure import relieve_or_hold
from tests.journey.acts import direct_message
from tests.journey.incident import closed, opened, saved
from tests.journey.reading import pressed, typed
from tests.journey.stage import QUICK, RULES, Stage, flat, staged

AT_ONCE = replace(QUICK, watch_every=0)
"""Every look reads the cluster anew."""

GIB = 1024**3


def rules(pressure: float) -> str:
    """Return the usual rules with a threshold."""
    return f"{RULES}\n[incidents]\npressure = {pressure}\n"


def uses(stage: Stage, vmid: int, share: float) -> None:
    """Let a guest use that share of its memory."""
    guest = stage.pve.world.guest(vmid)
    guest.usage.mem = int(share * guest.memory_mib * 1024**2)


async def look(stage: Stage) -> tuple[str, ...]:
    """Let the bot look at the incident once."""
    incident = await stage.bot.store.incident("I-7K2M")
    assert incident is not None
    return await relieve_or_hold(stage.bot.parts, incident)


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_incidents_requests_go_first_on_a_node_under_pressure(
    tmp_path: Path, mode: str
) -> None:
    """Others there wait, and their cards say why; when it is over they go on by themselves."""
    async with staged(tmp_path, rules=rules(0.65), terms=AT_ONCE, mode=mode) as stage:
        await opened(stage, 101)
        assert await look(stage) == ("home/pve1",)
        assert await look(stage) == ("home/pve1",)
        await stage.new_card("ana", "request mail memory=+512M", "#approvals")
        waiting = await stage.request()
        await pressed(stage, "bob", "Approve")
        card = await stage.card_says("It waits: incident I-7K2M holds node pve1 since")
        assert "% of its memory is in use" in card
        assert stage.memory(103) == 2048
        said = await typed(stage, "bob", "status")
        assert "Paused." in said
        assert "incident I-7K2M holds node pve1" in said
        await stage.new_card("ana", "request web-01 memory=+512M", "#web")
        await pressed(stage, "bob", "Approve")
        await stage.card_says("Read back")
        assert stage.memory(101) == 2560
        assert (await stage.bot.store.request(waiting.id)) is not None
        assert stage.memory(103) == 2048
        stage.pve.world.nodes["pve1"].own_memory -= 2 * GIB
        assert await look(stage) == ()
        await stage.result("ana", "mail has 2.5 GiB")
        assert stage.memory(103) == 2560
        noted = [link.entry for link in await stage.bot.store.newest_audit(200)]
        assert [e.what for e in noted if e.what in {"hold", "let go"}] == ["let go", "hold"]
        assert noted[0].actor.user_id == "headroom"


async def test_closing_the_incident_lets_its_nodes_go(tmp_path: Path) -> None:
    """Whatever their memory; who has no card hears once that they wait."""
    async with staged(tmp_path, rules=rules(0.65), terms=AT_ONCE) as stage:
        incident = await opened(stage, 101)
        await look(stage)
        await stage.ask("ana", "snapshot build-7 before", "#approvals")
        await direct_message(stage, "ana", "waits: incident I-7K2M holds node pve1")
        assert (await stage.request()).state is State.APPROVED
        await closed(stage, incident)
        assert await look(stage) == ()
        await direct_message(stage, "ana", "Read back")


async def test_a_guest_at_its_limit_holds_its_node(tmp_path: Path) -> None:
    """Also where the node has room; another guest's limit does not count."""
    async with staged(tmp_path, rules=rules(1.0), terms=AT_ONCE) as stage:
        incident = await opened(stage, 101)
        uses(stage, 103, 0.99)
        assert await look(stage) == ()
        uses(stage, 101, 0.97)
        assert await look(stage) == ("home/pve1",)
        (pause,) = await stage.bot.store.pauses("home")
        assert pause.holds[0].why == "CT 101 uses 97 % of its memory"
        uses(stage, 101, 0.92)
        assert await look(stage) == ("home/pve1",)
        uses(stage, 101, 0.85)
        assert await look(stage) == ()
        uses(stage, 101, 0.97)
        assert await look(stage) == ("home/pve1",)
        fresh = await stage.bot.store.incident(incident.id)
        assert fresh is not None
        await saved(stage, replace(fresh, guests=()))
        assert await look(stage) == ()


async def test_two_incidents_and_a_person_hold_the_same_node(tmp_path: Path) -> None:
    """Each lets go of its own only; looks at once do not undo each other."""
    async with staged(tmp_path, rules=rules(0.65), terms=AT_ONCE) as stage:
        one = await opened(stage, 101)
        two = await opened(stage, 103, id="e" * 32, handle="I-8888", channel="C0RANDOM")
        parts = stage.bot.parts
        held = await asyncio.gather(*(relieve_or_hold(parts, i) for i in (one, two, one, two)))
        assert set(held) == {("home/pve1",)}
        (pause,) = await stage.bot.store.pauses("home")
        assert sorted(h.handle for h in pause.holds) == ["I-7K2M", "I-8888"]
        await stage.told("bob", "pause home no quorum soon")
        assert await relieve_or_hold(parts, await closed(stage, two)) == ()
        (pause,) = await stage.bot.store.pauses("home")
        assert ([h.handle for h in pause.holds], pause.stands) == (["I-7K2M"], True)
        await stage.told("bob", "unpause home")
        (pause,) = await stage.bot.store.pauses("home")
        assert ([h.handle for h in pause.holds], pause.stands) == (["I-7K2M"], False)


async def test_a_cluster_that_does_not_answer_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is let go on old figures, nor held."""
    async with staged(tmp_path, rules=rules(0.65), terms=AT_ONCE) as stage:
        await opened(stage, 101)
        await look(stage)
        await stage.pve.close_host("pve1")
        assert await look(stage) == ("home/pve1",)
        assert "holds node pve1" in flat(await stage.told("bob", "status"))
