"""Observe mode: everything up to the call, and an honest sentence in its place."""

from dataclasses import replace
from pathlib import Path

from bot.workflow import OBSERVED
from tests.journey.acts import nothing_held
from tests.journey.stage import QUICK, flat, staged

TERMS = replace(QUICK, observe=True)


async def test_an_approved_request_changes_nothing_and_says_so(tmp_path: Path) -> None:
    """Planned, shown, approved; no changing call is made, and no room is kept."""
    async with staged(tmp_path, terms=TERMS) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        said = await stage.card_says("I only observe")
        assert "this would have been carried out on web-01 now" in said
        await stage.result("ana", "I only observe")
        assert stage.memory(101) == 2048
        assert [c for c in stage.pve.calls if c.method != "GET"] == []
        await nothing_held(stage)
        assert "observe: approved requests change nothing" in await stage.told("ana", "status")


async def test_once_a_week_it_tells_what_it_would_have_done(tmp_path: Path) -> None:
    """In the approvals channel, and not again in the same week."""
    async with staged(tmp_path, terms=TERMS) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("I only observe")

        def told() -> list[str]:
            texts = [flat(stage.says(m)) for m in stage.slack.messages("#approvals")]
            return [text for text in texts if text.startswith("Observe mode:")]

        await stage.bot.store.put_due(OBSERVED, 0)
        await stage.until(told)
        assert "would have carried out 1 of your requests" in told()[0]
        assert "resources web-01 memory 2 → 3 GiB" in told()[0]
        looks = stage.slack.calls.count("conversations.history")
        await stage.bot.store.put_due(OBSERVED, 0)
        await stage.until(lambda: stage.slack.calls.count("conversations.history") > looks)
        assert len(told()) == 1
