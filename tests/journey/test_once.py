"""One delivery, one effect: whatever is repeated, redelivered or answered late."""

import asyncio
from pathlib import Path

from bot.model.intake import Intake
from bot.workflow import take
from tests.journey.stage import Stage, staged


async def kept(stage: Stage, verb: str) -> Intake:
    """Return the ask of that verb, as the store keeps it."""
    redis = stage.bot.store._connection._redis
    names = [key async for key in redis.scan_iter("*:intake:*")]
    asks = [await stage.bot.store.intake(name.partition(":intake:")[2]) for name in names]
    return next(ask for ask in asks if ask and ask.intent.verb == verb)


async def unanswered(stage: Stage, intake: Intake) -> None:
    """Let an ask look as if its answer had never gone out."""
    redis = stage.bot.store._connection._redis
    await redis.hset(f"{{headroom}}:intake:{intake.delivery}", "answered", 0)


async def test_an_ask_that_two_workers_take_makes_one_request(tmp_path: Path) -> None:
    """A redelivered job meets the first one: one request, one card, the same answer twice."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        intake = await kept(stage, "request")
        await unanswered(stage, intake)
        await asyncio.gather(*(take(stage.bot.parts, intake.delivery) for _ in range(2)))
        assert len(await stage.bot.store.recent_requests(5)) == 1
        said = [stage.says(m) for m in stage.slack.ephemerals_for("ana")]
        assert any("Recorded as" in text for text in said[-1:])


async def test_a_vote_that_was_withdrawn_is_not_counted_again(tmp_path: Path) -> None:
    """The answer to a vote got lost, the vote was taken back: repeating the job counts nothing."""
    rules = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "two of ops"
approvals = 2
approvers = ["ops"]
"""
    async with staged(tmp_path, rules=rules) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("approved by 1 of 2")
        handle = (await stage.request()).handle
        assert "taken back" in await stage.told("bob", f"withdraw {handle}", "#approvals")
        vote = await kept(stage, "vote")
        await unanswered(stage, vote)
        await take(stage.bot.parts, vote.delivery)
        assert (await stage.request()).votes == ()
        assert "is taken back" in stage.says(stage.slack.ephemerals_for("bob")[-1])
