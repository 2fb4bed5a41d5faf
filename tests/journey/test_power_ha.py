"""Guests under HA: its tasks end before anything has happened, so the guest itself is followed."""

from pathlib import Path

from tests.journey.stage import Stage, flat, staged

HA_VM, HA_CT = "shop-1", "mail"


async def settled(stage: Stage, name: str, *, running: bool) -> None:
    """Wait until HA has brought the guest there."""
    await stage.until(lambda: stage.pve.world.named(name).running is running)


async def test_a_stop_under_ha_ends_when_the_guest_is_down(tmp_path: Path) -> None:
    """The hastop task is over at once; the request runs until the guest is stopped, then says so."""
    async with staged(tmp_path, scenario="trio") as stage:
        world = stage.pve.world
        world.ha_acts = False
        await stage.new_card("ana", f"stop {HA_VM} it hangs")
        await stage.press("bob", "Approve")
        await stage.card_says("Proxmox took it; I wait for what it shows")
        tasks = [t for t in world.tasks if t.type == "hastop"]
        assert [t.exit for t in tasks] == ["OK"]
        assert world.named(HA_VM).running
        world.halt(world.named(HA_VM))
        assert "shop-1 is stopped (was running)" in flat(await stage.card_says("Read back"))
        assert len([t for t in world.tasks if t.type == "hastop"]) == 1


async def test_a_start_under_ha_ends_when_the_guest_runs(tmp_path: Path) -> None:
    """The same for hastart, and for containers."""
    async with staged(tmp_path, scenario="trio") as stage:
        await stage.ask("ana", f"shutdown {HA_CT}")
        await stage.result("ana", "mail is stopped (was running)")
        await stage.ask("ana", f"start {HA_CT}")
        await stage.result("ana", "mail is running (was stopped)")
        assert {"hastop", "hastart"} <= {t.type for t in stage.pve.world.tasks}


async def test_shutdown_of_a_vm_under_ha_says_that_ha_pulls_the_plug(tmp_path: Path) -> None:
    """HA cuts the power of a VM that ignores its shutdown: that stands on the card."""
    rules = '[[group]]\nname = "ops"\nmembers = ["S0OPSGROUP"]\n[[rule]]\nname = "all"\n'
    rules += 'approvals = 1\napprovers = ["ops"]\n'
    async with staged(tmp_path, scenario="trio", rules=rules) as stage:
        card = flat(await stage.new_card("ana", f"shutdown {HA_VM}"))
        assert "cuts the power of shop-1 if it has not shut down after 180 s" in card


async def test_an_ha_error_is_a_sentence(tmp_path: Path) -> None:
    """HA holds a guest in its error state: nothing is recorded, and the sentence says what to do."""
    async with staged(tmp_path, scenario="trio") as stage:
        stage.pve.world.ha[102].reached = "error"
        said = flat(await stage.told("ana", f"stop {HA_VM}"))
        assert said == (
            "Not recorded: HA holds shop-1 in its error state. Clear that in Proxmox first."
        )
