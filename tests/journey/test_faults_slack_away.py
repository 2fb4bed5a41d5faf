"""Slack is away for a while: what was decided happens at its time, and messages catch up, once."""

from pathlib import Path

from bot.model.request import State
from bot.simulation.slack import broken
from tests.journey.acts import at_clock, eventually, in_seconds
from tests.journey.leaping import HOUR, leaping
from tests.journey.stage import RULES, Stage, flat, soon, staged


def results(stage: Stage, name: str) -> list[str]:
    """Return what somebody was told directly of what became of their request."""
    told = [flat(stage.says(m)) for m in stage.slack.direct_messages(name)]
    return [text for text in told if "Read back" in text]


def thread(stage: Stage) -> list[str]:
    """Return what was told in threads, oldest first."""
    cards = stage.cards()
    told = [m for m in stage.slack.messages("#approvals") if m not in cards and m.thread_ts]
    return [flat(stage.says(m)) for m in told]


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
        await stage.until(lambda: len(thread(stage)) == 2, seconds=40)
        decision, result = thread(stage)
        assert "is approved" in decision
        assert "Read back" in result
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


HALF_AN_HOUR = """
[[rule]]
name = "databases"
when = { guests = ["db-01"] }
approvals = 1
approvers = ["ops"]
expires = "30m"
"""


async def test_an_hour_without_slack_is_caught_up_with_in_order(tmp_path: Path) -> None:
    """What was to run ran, what was to expire expired; each card, thread and person hears of it once."""
    async with leaping(tmp_path, rules=HALF_AN_HOUR + RULES) as (stage, clocks):
        at = at_clock(await in_seconds(stage, 3600))
        await stage.new_card("ana", f"request web-01 memory=+1G at {at}")
        await stage.press("bob", "Approve")
        await stage.card_says("Approved")
        await stage.new_card("dora", "request db-01 memory=+1G")
        cards, before = stage.cards(), len(stage.slack.messages("#approvals"))
        away = stage.slack.on_call("*", broken(), times=None)
        clocks.leap(stage, HOUR + 1_000)

        async def over() -> bool:
            states = {r.state for r in await stage.bot.store.recent_requests(9)}
            return stage.memory(101) == 3072 and states == {State.SUCCEEDED, State.EXPIRED}

        await eventually(stage, over)
        assert len(stage.slack.messages("#approvals")) == before
        calls = len(stage.slack.calls)
        away.remove()
        await stage.until(lambda: stage.slack.direct_messages("ana"), seconds=40)
        await stage.until(lambda: stage.slack.direct_messages("dora"), seconds=40)
        await stage.until(lambda: len(thread(stage)) == 3, seconds=40)
        decided, *ends = thread(stage)
        assert "is approved, by @Bob" in decided
        for card, name, says in zip(
            cards, ("ana", "dora"), ("Read back", "Expired with 0 of 1"), strict=True
        ):
            assert len([text for text in ends if says in text]) == 1
            assert len(stage.slack.direct_messages(name)) == 1
            made = [c for c in list(stage.slack.calls)[calls:] if c.status == 200]
            edits = [c for c in made if c.arguments.get("ts") == card.ts and "text" in c.arguments]
            assert [says in c.arguments["text"] for c in edits] == [True]


async def test_a_thread_is_told_in_order_whatever_gets_lost(tmp_path: Path) -> None:
    """The decision does not get through and is told again: the result waits for it."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        lost = stage.slack.on_call(
            "chat.postMessage",
            broken(),
            times=None,
            when=lambda call: "is approved, by" in str(call.arguments),
        )
        await stage.press("bob", "Approve")
        await stage.until(lambda: results(stage, "ana"))
        assert "Read back" in stage.shown()
        assert thread(stage) == []
        lost.remove()
        await stage.until(lambda: len(thread(stage)) == 2, seconds=30)
        decision, result = thread(stage)
        assert "is approved, by @Bob" in decision
        assert "Read back" in result
