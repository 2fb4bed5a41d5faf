"""Pausing: what is approved waits and says why, what runs finishes, and who may not is refused."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.model.request import State
from tests.journey.acts import direct_message
from tests.journey.stage import QUICK, Stage, flat, staged


async def noted(stage: Stage) -> list[tuple[str, str, str, bool]]:
    """Return who paused or unpaused, or tried to, as the audit has it."""
    entries = [each.entry for each in await stage.bot.store.audit_since("0", 100)]
    found = [e for e in entries if e.what in {"pause", "unpause"}]
    return [(e.actor.user_id, e.what, e.why, e.accepted) for e in found]


async def test_an_approved_request_waits_for_the_end_of_a_pause(tmp_path: Path) -> None:
    """The card says who paused and why; nothing is sent; unpausing lets it run by itself."""
    async with staged(tmp_path) as stage:
        said = flat(await stage.told("bob", "pause the switch is being replaced"))
        assert "Paused: everything: “the switch is being replaced”" in said
        health = flat(await stage.told("ana", "status"))
        assert "Paused." in health
        assert "@Bob paused everything" in health
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        card = await stage.card_says("It waits: @Bob paused everything at")
        assert "“the switch is being replaced”. It begins once that is over, before" in card
        assert [c for c in stage.pve.calls if c.method != "GET"] == []
        assert (await stage.request()).state is State.APPROVED
        assert "The pause of everything is over" in flat(await stage.told("bob", "unpause"))
        await stage.card_says("Read back")
        assert stage.memory(101) == 3072
        assert "Paused." not in flat(await stage.told("ana", "status"))
        assert await noted(stage) == [
            ("U0BOB", "pause", "everything: the switch is being replaced", True),
            ("U0BOB", "unpause", "everything", True),
        ]


async def test_a_pause_of_a_cluster_holds_that_cluster_alone(tmp_path: Path) -> None:
    """Another cluster's pause holds nothing here; ours does, until it is lifted by its name."""
    async with staged(tmp_path, silent_clusters=("attic",)) as stage:
        await stage.told("bob", "pause attic it is being moved")
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        await stage.told("bob", "pause home no quorum soon")
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("@Bob paused cluster home")
        said = flat(await stage.told("bob", "unpause"))
        assert "there is no pause of everything" in said
        assert "There is one of home and attic" in said
        assert "I know no cluster hom" in flat(await stage.told("bob", "unpause hom"))
        await stage.told("bob", "unpause home")
        await stage.card_says("Read back")
        assert stage.memory(101) == 4096


async def test_what_runs_finishes_under_a_pause(tmp_path: Path) -> None:
    """A pause in the middle of a call takes nothing back and stops nothing half-way."""
    async with staged(tmp_path) as stage:
        goes_on = asyncio.Event()
        stage.pve.world.tasks.hold_next("qmconfig", goes_on)
        await stage.new_card("ana", "request app1 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("Proxmox took it")
        await stage.told("bob", "pause enough for today")
        goes_on.set()
        await stage.card_says("Accepted, not in force: app1 still has 4 GiB")


async def test_who_may_not_operate_pauses_nothing(tmp_path: Path) -> None:
    """Refused with a sentence, recorded in the audit; a pause needs its reason."""
    async with staged(tmp_path) as stage:
        for ask in ("pause I feel like it", "unpause"):
            said = flat(await stage.told("ana", ask))
            assert f"none of your roles lets you {ask.split()[0]}" in said
        assert "I need a reason to pause" in flat(await stage.told("bob", "pause"))
        assert "I need a reason to pause" in flat(await stage.told("bob", "pause home"))
        assert await noted(stage) == [
            ("U0ANA", "pause", "may not operate", False),
            ("U0ANA", "unpause", "may not operate", False),
        ]
        assert "Paused." not in flat(await stage.told("ana", "status"))


async def test_who_has_no_card_is_told_that_it_waits(tmp_path: Path) -> None:
    """What nobody has to approve has no card: its requester hears of the pause once."""
    async with staged(tmp_path) as stage:
        await stage.told("bob", "pause backups run")
        await stage.ask("ana", "snapshot web-01 before")
        await direct_message(stage, "ana", "waits: @Bob paused everything")
        await stage.told("bob", "unpause")
        await direct_message(stage, "ana", "Read back")


async def test_the_deadline_of_an_approval_holds_under_a_pause(tmp_path: Path) -> None:
    """What could not begin in time expires although a pause stands, and frees its room."""
    async with staged(tmp_path, terms=replace(QUICK, execute_within=3_000)) as stage:
        await stage.told("bob", "pause a long one")
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("It waits: @Bob paused everything")
        await stage.until(lambda: "It waits" not in stage.shown())
        assert (await stage.request()).state is State.EXPIRED
        assert stage.memory(101) == 2048
