"""Two bots by mistake on one Slack app and one Proxmox, each with a store of its own: harmless."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.redis_store import embedded
from bot.simulation.slack.messages import Message
from bot.wiring import Running, running
from tests.journey.back import announced, writes
from tests.journey.reading import pressed, typed
from tests.journey.stage import Stage, staged


@asynccontextmanager
async def doubled(folder: Path) -> AsyncIterator[tuple[Stage, Running]]:
    """Set the stage with a second bot that knows nothing of the first; Slack asks them in turn."""
    async with staged(folder) as stage:
        store = replace(stage.settings.store, folder=folder / "another state")
        try:
            async with running(replace(stage.settings, store=store), terms=stage.terms) as other:
                await stage.slack.connected(2)
                stage.slack.sockets.in_turn = True
                yield stage, other
        finally:
            await embedded.stop(store.folder)


async def asked_of_both(stage: Stage) -> list[Message]:
    """Ask for the same twice, once of each; return the two cards."""
    for _ in range(2):
        await stage.new_card("ana", "request web-01 memory=+1G")
    return stage.cards()


async def test_a_press_that_reaches_the_wrong_one_counts_nothing(tmp_path: Path) -> None:
    """It says that it does not know the button; the next press reaches the one that asked."""
    async with doubled(tmp_path) as (stage, other):
        card = await stage.new_card("ana", "request web-01 memory=+1G")
        assert "I no longer know this button" in await pressed(stage, "bob", "Approve")
        assert stage.shown() == card
        assert await other.store.recent_requests(9) == ()
        assert "is approved" in await pressed(stage, "bob", "Approve")
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        assert len(writes(stage)) == 1


async def test_the_same_asked_of_both_is_done_once(tmp_path: Path) -> None:
    """Whoever comes second reads the guest again and finds nothing left to do."""
    async with doubled(tmp_path) as (stage, other):
        one, two = await asked_of_both(stage)
        assert [len(await bot.store.open_requests()) for bot in (stage.bot, other)] == [1, 1]
        await stage.press("bob", "Approve", one)
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        await stage.press("bob", "Approve", two)
        await stage.until(lambda: "nothing is left to do" in stage.says(stage.cards()[1]))
        assert stage.memory(101) == 3072
        assert len(writes(stage)) == 1


async def test_the_same_approved_at_once_on_both_is_not_added_up(tmp_path: Path) -> None:
    """What both send is the value that their approvers saw, not so much more each."""
    async with doubled(tmp_path) as (stage, _):
        one, two = await asked_of_both(stage)
        await stage.press("bob", "Approve", one)
        await stage.press("bob", "Approve", two)
        await stage.until(lambda: not any("[ Approve ]" in stage.says(c) for c in stage.cards()))
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        assert stage.memory(101) == 3072
        sent = [c.params for c in stage.pve.calls if c.method != "GET"]
        assert {params["memory"] for params in sent} == {"3072"}


async def test_what_the_other_one_ran_stops_who_does_not_know_it(tmp_path: Path) -> None:
    """A task under our token that its records lack: it runs nothing on that guest, and says so."""
    async with doubled(tmp_path) as (stage, other):
        await typed(stage, "ana", "reboot web-01")
        await stage.result("ana", "web-01")
        before = writes(stage)
        await typed(stage, "ana", "reboot web-01")
        await stage.until(lambda: announced(stage), 40)
        assert (await other.store.gate()).closed
        assert writes(stage) == before
        assert not (await stage.bot.store.gate()).closed
