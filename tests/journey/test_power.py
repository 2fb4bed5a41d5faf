"""Starting, stopping and restarting guests through Slack."""

from pathlib import Path

import pytest

from tests.journey.stage import Stage, flat, staged

CT_DOWN, VM, CT = "old-wiki", "app1", "web-01"


def calls(stage: Stage, end: str) -> list[str]:
    """Return the changing calls whose path ends so."""
    return [c.path for c in stage.pve.calls if c.method != "GET" and c.path.endswith(end)]


async def test_what_nobody_has_to_approve_is_answered_privately(tmp_path: Path) -> None:
    """A start that the rules let anybody do runs at once: a private answer, a result, no card."""
    async with staged(tmp_path) as stage:
        said = await stage.told("ana", f"start {CT_DOWN}")
        assert "Nobody has to approve it" in said
        assert "old-wiki is running (was stopped)" in await stage.result("ana", "Read back")
        assert stage.pve.world.named(CT_DOWN).running
        assert stage.cards() == []
        assert len(calls(stage, "/status/start")) == 1


@pytest.mark.parametrize("guest", [VM, CT])
async def test_a_guest_is_asked_to_shut_down_and_started_again(tmp_path: Path, guest: str) -> None:
    """Shutdown and start are read back from the guest's status, for VMs and CTs."""
    async with staged(tmp_path) as stage:
        await stage.ask("ana", f"shutdown {guest}")
        await stage.result("ana", f"{guest} is stopped (was running)")
        assert not stage.pve.world.named(guest).running
        await stage.ask("ana", f"start {guest}")
        await stage.result("ana", f"{guest} is running (was stopped)")
        assert stage.pve.world.named(guest).running
        assert calls(stage, "/status/stop") == []


@pytest.mark.parametrize("guest", [VM, CT])
async def test_nobody_pulls_the_plug(tmp_path: Path, guest: str) -> None:
    """A guest that ignores its shutdown goes on running, and the answer says just that."""
    async with staged(tmp_path) as stage:
        stage.pve.world.named(guest).ignores_shutdown = True
        await stage.ask("ana", f"shutdown {guest}")
        said = flat(await stage.result("ana", "Not done"))
        assert f"{guest} is still running" in said
        assert "did not shut down within 180 s" in said
        assert "I do not pull the plug" in said
        assert stage.pve.world.named(guest).running
        assert calls(stage, "/status/stop") == []


async def test_a_reboot_that_the_guest_ignores_is_not_called_done(tmp_path: Path) -> None:
    """A guest that was started just before does not look rebooted when its reboot failed."""
    async with staged(tmp_path) as stage:
        await stage.ask("ana", f"start {CT_DOWN}")
        await stage.result("ana", "is running")
        stage.pve.world.named(CT_DOWN).ignores_shutdown = True
        await stage.ask("ana", f"reboot {CT_DOWN}")
        assert "old-wiki is still running" in await stage.result("ana", "Not done")


async def test_the_wrong_state_is_a_sentence(tmp_path: Path) -> None:
    """Nothing is recorded for a start of what runs, or a stop of what is down."""
    async with staged(tmp_path) as stage:
        assert f"{CT} is running, so there is nothing to start" in await stage.told(
            "ana", f"start {CT}"
        )
        for verb in ("stop", "shutdown", "reboot"):
            said = await stage.told("ana", f"{verb} {CT_DOWN}")
            assert f"{CT_DOWN} is stopped, so there is nothing to {verb}" in said
        assert await stage.bot.store.recent_requests(1) == ()


@pytest.mark.parametrize("guest", [VM, CT])
async def test_stop_says_that_it_cuts_the_power(tmp_path: Path, guest: str) -> None:
    """A stop needs approval here; card and dialog say that it cuts the power of the guest."""
    async with staged(tmp_path) as stage:
        card = flat(await stage.new_card("ana", f"stop {guest} it hangs"))
        assert f"This cuts the power of {guest}" in card
        assert "Fits" not in card
        await stage.press("bob", "Approve")
        confirmed = [h for h in stage.slack.happenings if "confirms" in (h.text or "")]
        assert f"This cuts the power of {guest}" in flat(confirmed[-1].text or "")
        assert f"{guest} is stopped (was running)" in await stage.card_says("Read back")
        assert not stage.pve.world.named(guest).running
        assert len(calls(stage, "/status/stop")) == 1


async def test_a_reboot_brings_waiting_values_into_force(tmp_path: Path) -> None:
    """The owner of a value that waited is told when somebody else's reboot applied it."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", f"request {VM} memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("Accepted, not in force")
        assert stage.memory(106) == 4096
        await stage.ask("bob", f"reboot {VM}")
        await stage.result("bob", f"{VM} was restarted and is running")
        assert "app1 has 5 GiB (was 4)" in await stage.result("ana", "In force now")
        assert stage.memory(106) == 5120
        await stage.until(lambda: "Restart now" not in stage.shown())


ROLES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[role]]
name = "watch"
members = ["U0ANA"]
may = ["view", "power"]

[[role]]
name = "duty"
members = ["S0OPSGROUP"]
may = ["view", "power", "force"]

[[rule]]
name = "all of it"
approvals = 0
"""


async def test_power_is_not_force(tmp_path: Path) -> None:
    """Who may only ask for a shutdown cannot have the power cut; who holds `force` can."""
    async with staged(tmp_path, rules=ROLES) as stage:
        assert "none of your roles lets you" in await stage.told("ana", f"stop {CT}")
        assert "none of your roles lets you" in await stage.told("ana", f"snapshot {CT}")
        assert stage.pve.world.named(CT).running
        await stage.ask("bob", f"stop {CT}")
        await stage.result("bob", f"{CT} is stopped")
        await stage.ask("ana", f"start {CT}")
        await stage.result("ana", f"{CT} is running")


async def test_a_start_is_admitted_like_an_increase(tmp_path: Path) -> None:
    """A guest that would take more than the node has is not started."""
    async with staged(tmp_path) as stage:
        stage.pve.world.guest(105).set(memory="30000")
        said = await stage.told("ana", f"start {CT_DOWN}")
        assert said.startswith("Not recorded: old-wiki cannot")
        assert not stage.pve.world.named(CT_DOWN).running
