"""What the bot may not do: missing privileges, templates, protected guests, and itself."""

from pathlib import Path

from tests.journey.stage import RULES, soon, staged

OWN = f"""
[requests]
own_guests = ["headroom"]
{RULES}
[[rule]]
name = "power"
when = {{ operations = ["stop", "shutdown", "rollback"] }}
approvals = 0
"""
REFUSING = f"""
[[rule]]
name = "itself"
when = {{ guests = ["headroom"] }}
refuse = "I do not change my own container: use the web UI."
{RULES}
"""


async def test_a_missing_privilege_is_named_before_anybody_is_asked(tmp_path: Path) -> None:
    """Name and path stand in the answer; no card is posted."""
    async with staged(tmp_path) as stage:
        stage.pve.world.access.revoke("VM.Config.Memory")
        told = await stage.told("ana", "request web-01 memory=+2G")
        assert "I lack the Proxmox privilege VM.Config.Memory on /vms/101" in told
        assert stage.cards() == []


async def test_a_privilege_revoked_after_the_approval_is_named_in_the_result(
    tmp_path: Path,
) -> None:
    """Nothing changed, and the same sentence says why; the next request is told at once."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", f"request web-01 memory=+2G at {soon()}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        stage.pve.world.access.revoke("VM.Config.Memory")
        told = await stage.result("ana", "Not done: web-01 still has 2 GiB")
        assert "I lack the Proxmox privilege VM.Config.Memory on /vms/101" in told
        told = await stage.told("ana", "request mail memory=+1G")
        assert "I lack the Proxmox privilege VM.Config.Memory on /vms/103" in told


async def test_a_template_is_refused_and_a_protected_guest_is_noted(tmp_path: Path) -> None:
    """A template never runs; the protection flag guards disks and existence, not memory."""
    async with staged(tmp_path, scenario="trio") as stage:
        told = await stage.told("ana", "request debian-13-tpl memory=4G")
        assert "debian-13-tpl is a template and never runs" in told
        card = await stage.new_card("ana", "request vault memory=+1G")
        assert "Its protection flag is set." in card
        await stage.press("bob", "Approve")
        await stage.result("ana", "Accepted, not in force")


async def test_the_guest_that_carries_the_bot_is_pointed_out(tmp_path: Path) -> None:
    """Its card says so; its memory can be changed all the same."""
    async with staged(tmp_path, rules=OWN) as stage:
        card = await stage.new_card("ana", "request headroom memory=+512M")
        assert "This guest carries me or my store." in card
        await stage.press("bob", "Approve")
        await stage.result("ana", "headroom has 1.5 GiB (was 1)")


async def test_the_bot_does_not_stop_itself(tmp_path: Path) -> None:
    """Stop, shutdown, reboot and rollback of its own guest are refused with a sentence."""
    async with staged(tmp_path, rules=OWN) as stage:
        for typed, verb in (
            ("stop", "stop it"),
            ("shutdown", "shut it down"),
            ("reboot", "reboot it"),
        ):
            told = await stage.told("ana", f"{typed} headroom")
            assert f"headroom carries me or my store, and I cannot {verb}" in told
        told = await stage.told("ana", "rollback headroom before")
        assert "I cannot roll it back" in told
        assert "headroom carries me or my store" in told
        assert stage.pve.world.guest(107).running
        assert {call.method for call in stage.pve.calls} == {"GET"}


async def test_a_rule_can_refuse_every_change_of_the_bots_own_guest(tmp_path: Path) -> None:
    """The rule's own sentence is the answer."""
    async with staged(tmp_path, rules=REFUSING) as stage:
        told = await stage.told("ana", "request headroom memory=+512M")
        assert "the rule “itself” refuses this: I do not change my own container" in told
        assert stage.cards() == []
