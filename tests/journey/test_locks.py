"""A guest that something else has locked: waited for with a limit, and never unlocked (25)."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.simulation.proxmox.faults import change_first
from tests.journey.stage import QUICK, Stage, flat, staged

CT, VM = "web-01", "app1"


def lock(stage: Stage, guest: str, by: str | None = "backup") -> None:
    """Lock a guest, as a backup does, or let the lock go."""
    stage.pve.world.named(guest).lock = by


@pytest.mark.parametrize("guest", [CT, VM])
async def test_an_approved_change_waits_for_a_backup_to_end(tmp_path: Path, guest: str) -> None:
    """The card says who holds the lock; nothing is sent; it goes on by itself when the lock goes."""
    async with staged(tmp_path) as stage:
        lock(stage, guest)
        card = flat(await stage.new_card("ana", f"request {guest} memory=+1G"))
        assert "It is locked now (backup); I wait for that and never unlock." in card
        await stage.press("bob", "Approve")
        assert "for its lock (backup) to go" in await stage.card_says("Waiting since")
        assert [c for c in stage.pve.calls if c.method != "GET"] == []
        assert stage.pve.world.named(guest).lock == "backup"
        lock(stage, guest, None)
        await stage.result("ana", "Asked by")
        assert len([c for c in stage.pve.calls if c.method != "GET"]) == 1
        assert len(stage.cards()) == 1


async def test_a_wait_that_lasts_too_long_ends_with_nothing_done(tmp_path: Path) -> None:
    """After the limit the request ends, says why, and has sent nothing."""
    async with staged(tmp_path, terms=replace(QUICK, wait_for_lock=700)) as stage:
        lock(stage, CT)
        await stage.new_card("ana", f"request {CT} memory=+1G")
        await stage.press("bob", "Approve")
        said = await stage.card_says("Not done")
        assert "web-01 still has 2 GiB (web-01 stayed locked by backup" in said
        assert "I never unlock" in said
        assert [c for c in stage.pve.calls if c.method != "GET"] == []
        assert stage.pve.world.named(CT).lock == "backup"


async def test_who_has_no_card_is_told_of_the_wait(tmp_path: Path) -> None:
    """A start that nobody approves meets a lock: one direct message says so, then the result."""
    async with staged(tmp_path) as stage:
        lock(stage, CT)
        await stage.ask("ana", f"shutdown {CT}")
        said = await stage.result("ana", "waits: web-01 is locked by backup")
        assert "I go on by myself when the lock is gone" in said
        assert stage.pve.world.named(CT).running
        lock(stage, CT, None)
        await stage.result("ana", "web-01 is stopped")
        assert len(stage.slack.direct_messages("ana")) == 2
        assert stage.cards() == []


@pytest.mark.parametrize(("guest", "call"), [(CT, "PUT */lxc/*"), (VM, "POST */qemu/*/config")])
async def test_a_lock_that_comes_between_look_and_call(
    tmp_path: Path, guest: str, call: str
) -> None:
    """Proxmox refuses the call: it had no effect, the lock is waited for, and it is sent again."""
    async with staged(tmp_path) as stage:
        stage.pve.on_call(call, change_first(lambda: lock(stage, guest)), times=1)
        await stage.new_card("ana", f"request {guest} memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("for its lock (backup) to go")
        lock(stage, guest, None)
        await stage.result("ana", "Asked by")
        assert len([c for c in stage.pve.calls if c.method != "GET"]) == 2
