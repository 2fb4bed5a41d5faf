"""Several presses at once, and the same one again: one decision, one effect."""

import asyncio
from pathlib import Path

import pytest

from tests.journey.reading import entries, flat, form_of, open_form
from tests.journey.stage import Stage, staged


def writes(stage: Stage) -> list[str]:
    """Return the changing calls that Proxmox saw."""
    return [call.path for call in stage.pve.calls if call.method != "GET"]


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_double_press_is_one_decision_and_one_effect(tmp_path: Path, mode: str) -> None:
    """Pressed twice (a nervous finger, two devices), the second press is told who was first."""
    async with staged(tmp_path, mode=mode) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        bob, card = stage.person("bob"), stage.card()
        await asyncio.gather(bob.press(card, "Approve"), bob.press(card, "Approve"))
        await stage.card_says("Read back")
        await stage.until(lambda: len(stage.slack.ephemerals_for("bob")) == 2)
        told = [flat(stage.slack.shown(m)) for m in stage.slack.ephemerals_for("bob")]
        assert sum(t.startswith("Counted:") for t in told) == 1
        assert sum("Not counted:" in t for t in told) == 1
        assert writes(stage) == ["/nodes/pve1/lxc/101/config"]
        assert stage.memory(101) == 3072
        await stage.result("ana", "Read back")
        assert len(stage.slack.direct_messages("ana")) == 1


async def test_what_slack_delivers_again_is_done_once(tmp_path: Path) -> None:
    """A command and a press that Slack repeats lead to one request, one vote, one answer each."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.slack.redeliver()
        await stage.answer_to_press("bob", "Approve")
        await stage.slack.redeliver()
        await stage.result("ana", "Read back")
        assert "I know no request" in await stage.told("bob", "why R-ZZZZ")
        assert len(await stage.bot.store.recent_requests(10)) == 1
        assert len(stage.cards()) == 1
        assert len([e for e in await entries(stage) if e.what == "approve"]) == 1
        assert len(stage.slack.ephemerals_for("bob")) == 2  # the vote, the question above
        assert writes(stage) == ["/nodes/pve1/lxc/101/config"]


async def test_approve_and_deny_at_once_leave_one_decision(tmp_path: Path) -> None:
    """The store's order decides; the other one is told what was decided and by whom."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        bob, cyr, card = stage.person("bob"), stage.person("cyr"), stage.card()
        await cyr.press(card, "Deny")
        form = open_form(stage, "cyr")
        await asyncio.gather(
            cyr.submit(form, {"reason": "disk, not memory"}), bob.press(card, "Approve")
        )
        await stage.until(lambda: stage.slack.ephemerals_for("bob"))
        told_bob = flat(stage.slack.shown(stage.slack.ephemerals_for("bob")[-1]))
        await stage.until(lambda: "One moment" not in form_of(stage, "cyr"))
        approved = told_bob.startswith("Counted:")
        assert approved is ("denied" not in form_of(stage, "cyr"))
        if approved:
            assert "Not counted:" in form_of(stage, "cyr")
            await stage.card_says("Read back")
        else:
            assert "is denied already, by @Cyr" in told_bob
            assert "Denied by @Cyr" in await stage.card_says("Denied")
            assert stage.memory(101) == 2048
        decided = [e for e in await entries(stage) if e.what in {"approve", "deny"}]
        assert sorted(e.accepted for e in decided) == [False, True]


async def test_an_old_card_in_somebodys_eyes_says_what_was_decided(tmp_path: Path) -> None:
    """Who presses what the screen still showed before the edit is told the state of now."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        card = stage.card()
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        await stage.person("cyr").press(card, "Approve", as_seen=True)
        await stage.until(lambda: stage.slack.ephemerals_for("cyr"))
        told = flat(stage.slack.shown(stage.slack.ephemerals_for("cyr")[-1]))
        assert "is done already, by @Bob" in told
