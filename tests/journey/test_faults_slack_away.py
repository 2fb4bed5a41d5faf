"""Slack is away for a while: what was decided happens at its time, and messages catch up, once."""

from pathlib import Path

from bot.simulation.slack import broken
from tests.journey.acts import eventually
from tests.journey.stage import Stage, flat, soon, staged


def results(stage: Stage, name: str) -> list[str]:
    """Return what somebody was told directly of what became of their request."""
    told = [flat(stage.says(m)) for m in stage.slack.direct_messages(name)]
    return [text for text in told if "Read back" in text]


async def test_work_at_its_time_happens_and_the_messages_follow(tmp_path: Path) -> None:
    """No call to Slack gets through from the vote on; the change is made; later all is told, once."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", f"request web-01 memory=+1G at {soon(3)}")
        await stage.press("bob", "Approve")
        await stage.card_says("Approved")
        away = stage.slack.on_call("*", broken(), times=None)

        async def changed() -> bool:
            return stage.memory(101) == 3072

        await eventually(stage, changed)
        assert "Read back" not in stage.shown()
        away.remove()
        await stage.card_says("Read back", seconds=40)
        await stage.until(lambda: results(stage, "ana"), seconds=40)
        thread = [flat(stage.says(m)) for m in stage.slack.messages("#approvals")[1:]]
        assert [text.split(" ", 1)[1][:11] for text in thread[:1]] == ["is approved"]
        assert len([text for text in thread if "Read back" in text]) == 1
        assert len(results(stage, "ana")) == 1
        assert len(stage.cards()) == 1


async def test_a_dropped_socket_is_connected_again_and_nothing_is_lost(tmp_path: Path) -> None:
    """A card that was there before works after it."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.slack.drop_sockets()
        await stage.slack.connected(seconds=20)
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
