"""The first story told whole: who is named where, and how often each thing is said."""

from dataclasses import replace
from pathlib import Path

from tests.journey.acts import card_says, flat, nothing_held, told
from tests.journey.stage import QUICK, Stage, staged


def thread(stage: Stage) -> list[str]:
    """Return what stands in the newest card's thread."""
    ts = stage.card().ts
    replies = [m for m in stage.slack.messages("#approvals") if m.thread_ts == ts and m.ts != ts]
    return [flat(stage.slack.shown(m)) for m in replies]


async def test_decision_and_result_are_said_once_where_they_belong(tmp_path: Path) -> None:
    """Two lines in the thread, one direct message, both people in the audit, no room held after."""
    async with staged(tmp_path) as stage:
        card = flat(await stage.new_card("ana", "request web-01 memory=+2G scratch space"))
        assert "pve1 keeps 2.5 of 16 GiB free if web-01 fills up" in card
        assert "18 → 20 of 14.4 GiB" in card
        assert "Reason: “scratch space”" in card
        await stage.press("bob", "Approve")
        await told(stage, "ana", "web-01 has 4 GiB (was 2)")
        await card_says(stage, "Asked by @Ana, approved by @Bob")
        await stage.until(lambda: len(thread(stage)) == 2)
        decision, result = thread(stage)
        assert "is approved, by @Bob" in decision
        assert "web-01 has 4 GiB (was 2)" in result
        await nothing_held(stage)
        request = await stage.request()
        history = await stage.bot.store.audit_of(request.id)
        did = [(link.entry.actor.user_id, link.entry.what) for link in history]
        assert ("U0ANA", "submit") in did
        assert ("U0BOB", "approve") in did
        assert len(thread(stage)) == 2
        assert len(stage.slack.direct_messages("ana")) == 1


async def test_what_waits_for_long_is_remembered_to_its_owner(tmp_path: Path) -> None:
    """A reminder with the buttons that end the wait; the value still waits."""
    async with staged(tmp_path, terms=replace(QUICK, remind_open_end=300)) as stage:
        await stage.new_card("ana", "request app1 memory=+2G at restart more heap")
        await stage.press("bob", "Approve")
        reminder = await told(stage, "ana", "app1 still waits for a restart")
        assert "[ Restart now ] [ Take back ]" in reminder
        assert stage.pve.world.guest(106).config.pending == {"memory": "6144"}
