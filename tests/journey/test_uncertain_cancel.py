"""Withdrawn too late: it says so, and what only waits can still be taken back (38)."""

import asyncio
from pathlib import Path

from tests.journey.stage import flat, staged


async def test_too_late_to_cancel_but_not_to_take_back(tmp_path: Path) -> None:
    """While it runs a cancel is refused; the waiting value is taken back without an approval."""
    async with staged(tmp_path) as stage:
        goes_on = asyncio.Event()
        stage.pve.world.tasks.hold_next("qmconfig", goes_on)
        await stage.new_card("ana", "request app1 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("Proxmox took it")
        handle = (await stage.request()).handle
        said = flat(await stage.told("ana", f"cancel {handle}"))
        assert f"{handle} is being carried out, so it is too late for that" in said
        assert "What waits for a restart can be taken back afterwards." in said
        goes_on.set()
        await stage.card_says("Accepted, not in force: app1 still has 4 GiB")
        await stage.result("ana", "Accepted, not in force")
        message = stage.slack.direct_messages("ana")[-1]
        assert "Nobody has to approve it" in flat(
            await stage.answer_to_press("ana", "Take back", message)
        )
        await stage.result("ana", "no longer waits on app1; it keeps 4 GiB. Asked by @Ana")
        assert stage.pve.world.guest(106).config.pending == {}
        assert stage.memory(106) == 4096
        await stage.until(lambda: "Take back" not in stage.shown())


async def test_what_waits_for_its_time_can_be_cancelled(tmp_path: Path) -> None:
    """Approved for later, cancelled before: nothing is sent, and nothing is held for it."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G at 02:00")
        await stage.press("bob", "Approve")
        await stage.card_says("Nothing happens before")
        handle = (await stage.request()).handle
        said = flat(await stage.told("ana", f"cancel {handle}"))
        assert "nothing changed and nothing is held for it" in said
        await stage.card_says("Cancelled by @Ana")
        ledgers = await stage.bot.store.ledgers("home")
        assert [r for ledger in ledgers for r in ledger.reservations] == []
        assert [c for c in stage.pve.calls if c.method != "GET"] == []
