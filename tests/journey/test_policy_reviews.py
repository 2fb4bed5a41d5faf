"""Reviews: what nobody had to approve is looked at afterwards, by somebody else of the group."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.journey.reading import entries, flat, pressed, typed
from tests.journey.stage import QUICK, staged

RULES = """
[requests]
timezone = "Europe/Paris"

[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "at any hour"
when = { hours = ["20:00-08:00", "08:00-20:00"], memory_up_to = "+4GiB" }
approvals = 0
review = "ops"

[[rule]]
name = "everything else"
approvals = 1
approvers = ["ops"]
"""

OFTEN = replace(QUICK, remind_review=300)


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_somebody_else_of_the_group_closes_it(tmp_path: Path, mode: str) -> None:
    """It runs at once; the card asks for the review, and then says who did it. Audited."""
    async with staged(tmp_path, rules=RULES, mode=mode) as stage:
        told = await typed(stage, "bob", "request web-01 memory=+1G")
        assert "Somebody of ops reviews it." in told
        await stage.until(stage.cards)
        card = await stage.card_says("Read back")
        assert stage.memory(101) == 3072
        assert "somebody else of ops reviews it: @Cyr." in card
        assert "[ Reviewed ]" in card
        assert "you asked for R-" in await pressed(stage, "bob", "Reviewed")
        assert "this needs one of ops (@Cyr)" in await pressed(stage, "dora", "Reviewed")
        assert "to be reviewed since" in await typed(stage, "cyr", "requests reviews", "#approvals")
        assert "1 request waiting for you" in await typed(
            stage, "cyr", "requests waiting", "#approvals"
        )
        await stage.person("cyr").open_home()
        await stage.until(
            lambda: (
                (home := stage.slack.home("cyr")) is not None
                and "TO BE REVIEWED BY YOU (1)" in stage.slack.shown(home).upper()
            )
        )
        assert "is reviewed; thank you" in await pressed(stage, "cyr", "Reviewed")
        card = await stage.card_says("Reviewed by @Cyr")
        assert "[ Reviewed ]" not in card
        assert "Read back" in card
        assert "No requests to be reviewed." in await typed(
            stage, "cyr", "requests reviews", "#approvals"
        )
        noted = [(e.actor.user_id, e.what, e.accepted) for e in await entries(stage)]
        assert ("U0BOB", "review", False) in noted
        assert ("U0DORA", "review", False) in noted
        assert ("U0CYR", "review", True) in noted


async def test_two_who_look_at_it_are_one_review(tmp_path: Path) -> None:
    """The second is told who was first; the first one's second press is no mistake."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        await stage.card_says("Read back")
        card = stage.card()
        assert "thank you" in await typed(stage, "bob", f"reviewed {handle}")
        assert "thank you" in await typed(stage, "bob", f"reviewed {handle}")
        await stage.card_says("Reviewed by @Bob")
        await stage.person("cyr").press(card, "Reviewed", as_seen=True)
        await stage.until(lambda: stage.slack.ephemerals_for("cyr"))
        told = flat(stage.says(stage.slack.ephemerals_for("cyr")[-1]))
        assert f"{handle} is reviewed already, by @Bob" in told
        closed = [e for e in await entries(stage) if e.what == "review" and e.accepted]
        assert len(closed) == 1


async def test_a_review_is_asked_for_again_a_few_times(tmp_path: Path) -> None:
    """In the card's thread, later and later; the last one promises no other."""
    async with staged(tmp_path, rules=RULES, terms=OFTEN) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")

        def reminders() -> list[str]:
            shown = [flat(stage.says(m)) for m in stage.slack.messages("#approvals")]
            return [text for text in shown if "waits for its review" in text]

        await stage.until(lambda: len(reminders()) == 3)
        assert "@Bob and @Cyr: R-" in reminders()[0]
        assert "I remind you again at" in reminders()[0]
        assert "I remind you again" not in reminders()[2]
        request = await stage.request()
        review = await stage.bot.store.review(request.id)
        assert review is not None
        assert review.reminded == 3
        assert review.open
        assert len([e for e in await entries(stage) if e.what == "remind"]) == 3


async def test_what_people_approved_needs_no_review(tmp_path: Path) -> None:
    """Another rule decided it: no review is opened."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", "request web-01 cores=1")
        await pressed(stage, "bob", "Approve")
        await stage.card_says("Read back")
        assert await stage.bot.store.open_reviews() == ()
