"""The forms behind Deny, Offer less and Edit, and the Details view."""

from pathlib import Path

import pytest

from tests.journey.reading import flat, form_of, form_says, open_form
from tests.journey.stage import staged


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_denial_carries_its_reason_to_the_requester(tmp_path: Path, mode: str) -> None:
    """A reason is asked for; card, thread and direct message say who denied and why."""
    async with staged(tmp_path, mode=mode) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        bob = stage.person("bob")
        await stage.press("bob", "Deny")
        form = open_form(stage, "bob")
        assert "memory 2 → 4 GiB" in form_of(stage, "bob")
        assert "reason" in (await bob.submit(form, {})).errors
        await bob.submit(form, {"reason": "it leaks; restart it instead"})
        await form_says(stage, "bob", "is denied")
        assert "Denied by @Bob" in await stage.card_says("it leaks; restart it instead")
        assert "it leaks; restart it instead" in await stage.result("ana", "Denied by @Bob")
        assert stage.memory(101) == 2048


async def test_a_form_that_was_overtaken_says_so(tmp_path: Path) -> None:
    """While one approver types a reason, another one approves: the form answers with that."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Deny")
        form = open_form(stage, "bob")
        await stage.press("cyr", "Approve")
        await stage.card_says("Read back")
        await stage.person("bob").submit(form, {"reason": "no"})
        assert "already, by @Cyr" in await form_says(stage, "bob", "Not counted")


async def test_an_offer_of_more_comes_back_and_one_of_less_is_made(tmp_path: Path) -> None:
    """The form keeps what was typed; the requester accepts the offer, which was a vote as well."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        bob = stage.person("bob")
        await stage.press("bob", "Offer less")
        assert "[ 4G" in form_of(stage, "bob")
        await bob.submit(open_form(stage, "bob"), {"memory": "+9G"})
        shown = await form_says(stage, "bob", "Not counted")
        assert "[ +9G" in shown
        assert "memory 11 GiB is more than 4 GiB" in shown.replace("│ ", "")
        await bob.submit(open_form(stage, "bob"), {"memory": "much"})
        await bob.submit(open_form(stage, "bob"), {"memory": "+1G"})
        await form_says(stage, "bob", "Your offer on")
        assert "@Bob offers instead" in await stage.card_says("offers instead")
        assert "memory 2 → 3 GiB" in await stage.result("ana", "offers instead")
        await stage.press("ana", "Accept the offer", stage.slack.direct_messages("ana")[-1])
        assert "web-01 has 3 GiB (was 2)" in flat(await stage.result("ana", "Read back"))
        assert stage.memory(101) == 3072


async def test_the_requester_edits_and_everybody_decides_anew(tmp_path: Path) -> None:
    """Edit shows what was asked; the new plan clears the votes and old presses do not count."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G for the build")
        card = stage.card()
        await stage.press("ana", "Details")
        await form_says(stage, "ana", "[ Edit ]")
        await stage.person("ana").press(open_form(stage, "ana"), "Edit")
        shown = await form_says(stage, "ana", "Send the change")
        assert "web-01 (CT 101, pve1): change what you asked for." in shown
        assert "for the build" in shown
        await stage.person("ana").submit(open_form(stage, "ana"), {"memory": "3G"})
        await form_says(stage, "ana", "is changed")
        assert "memory 2 → 3 GiB" in await stage.card_says("plan 2")
        before = len(stage.slack.ephemerals_for("bob"))
        await stage.person("bob").press(card, "Approve", as_seen=True)
        await stage.until(lambda: len(stage.slack.ephemerals_for("bob")) > before)
        told = flat(stage.slack.shown(stage.slack.ephemerals_for("bob")[-1]))
        assert "this card is old: it shows plan 1, current is plan 2" in told
        await stage.press("bob", "Approve")
        await stage.result("ana", "Read back")
        assert stage.memory(101) == 3072


async def test_details_offer_each_viewer_what_they_may_do(tmp_path: Path) -> None:
    """Edit and cancel for the requester, veto for approvers, a look for everybody else."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        offered = {
            "ana": ("[ Edit ]", "[ Cancel my request ]"),
            "bob": ("[ Veto ]",),
            "dora": (),
        }
        every = {button for row in offered.values() for button in row}
        for name, row in offered.items():
            await stage.press(name, "Details")
            shown = await form_says(stage, name, "What happened so far")
            assert set(row) == {button for button in every if button in shown}
        await stage.person("ana").press(open_form(stage, "ana"), "Cancel my request")
        await form_says(stage, "ana", "is cancelled")
        await stage.card_says("Cancelled by @Ana")
