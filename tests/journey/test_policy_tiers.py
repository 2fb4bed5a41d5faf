"""Who is asked, and when: first tier, later ones, on-call groups, sums of a week."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.model.request import State
from tests.journey.acts import at_clock, eventually, in_seconds
from tests.journey.reading import flat, pressed, typed
from tests.journey.stage import QUICK, Stage, staged

TIERS = """
[[group]]
name = "oncall"
members = ["S0ONCALL"]
rota = {rota}

[[group]]
name = "dba"
members = ["S0DBA"]

[[rule]]
name = "production"
approvals = 1
approvers = ["oncall", "dba"]
then = [{{ after = "{after}", ask = ["dba"] }}]
"""

WEEK = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "small"
when = { memory_up_to = "+1GiB", per_week = "+2GiB" }
approvals = 0

[[rule]]
name = "people"
approvals = 1
approvers = ["ops"]
"""

AT_ONCE = replace(QUICK, roster_age=100)
"""Terms under which Slack is asked anew all the time."""


def calls(stage: Stage) -> list[str]:
    """Return the calls to a later tier in the card's thread."""
    shown = [flat(stage.says(m)) for m in stage.slack.messages("#approvals")]
    return [text for text in shown if "still waits for approval" in text]


async def test_the_next_tier_is_called_once_when_it_still_waits(tmp_path: Path) -> None:
    """At first only those on call are mentioned; later the others, in the thread, one time."""
    async with staged(tmp_path, rules=TIERS.format(after="2s", rota="true")) as stage:
        card = flat(await stage.new_card("ana", "request web-01 memory=+1G"))
        assert "Waiting for @Cyr · open until" in card
        assert "If it still waits at" in card
        assert "dba is asked, too" in card
        assert not calls(stage)
        await stage.until(lambda: calls(stage))
        assert calls(stage)[0].startswith("@Dora: R-")
        assert "is approved" in await pressed(stage, "dora", "Approve")
        await stage.card_says("Read back")
        assert len(calls(stage)) == 1


async def test_a_later_tier_may_approve_from_the_start_and_is_then_not_called(
    tmp_path: Path,
) -> None:
    """What no longer waits calls nobody."""
    async with staged(tmp_path, rules=TIERS.format(after="2s", rota="true")) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        assert "is approved" in await pressed(stage, "dora", "Approve")
        await stage.card_says("Read back")
        request = await stage.request()
        after = request.created_at + 2_500
        while await stage.bot.store.now() < after:
            await typed(stage, "ana", "whoami")
        assert not calls(stage)
        assert await stage.bot.store.due_at(f"card:{request.id}") is None


async def approved_for_later(stage: Stage, seconds: int = 4) -> None:
    """Let Ana ask for a change in some seconds, and Cyr, who is on call, approve it."""
    at = await in_seconds(stage, seconds)
    await stage.new_card("ana", f"request web-01 memory=+1G at {at_clock(at)}")
    await pressed(stage, "cyr", "Approve")
    await stage.card_says("Nothing happens before")


async def test_of_an_on_call_group_membership_counts_as_of_the_vote(tmp_path: Path) -> None:
    """The watch changes before the change is due: the vote stands."""
    rules = TIERS.format(after="1h", rota="true")
    async with staged(tmp_path, rules=rules, terms=AT_ONCE) as stage:
        await approved_for_later(stage)
        stage.slack.directory.set_group("oncall", ["bob"])
        await stage.result("ana", "web-01 has 3 GiB")


async def test_of_any_other_group_a_removal_voids_the_vote_at_once(tmp_path: Path) -> None:
    """Told when it is known, long before the change is due; nothing is held for it any more."""
    rules = TIERS.format(after="1h", rota="false")
    async with staged(tmp_path, rules=rules, terms=AT_ONCE) as stage:
        await approved_for_later(stage, 3_600)
        stage.slack.directory.set_group("oncall", ["bob"])
        said = await stage.result("ana", "the vote of @Cyr no longer counts")
        assert "no longer in a group that may approve" in said
        assert (await stage.request()).state is State.PENDING
        assert "Waiting for @Bob" in await stage.card_says("This plan is new since")


async def test_a_closed_account_voids_its_vote_on_call_too(tmp_path: Path) -> None:
    """Who left the company approves nothing, whatever list they were on."""
    rules = TIERS.format(after="1h", rota="true")
    async with staged(tmp_path, rules=rules, terms=AT_ONCE) as stage:
        await approved_for_later(stage, 3_600)
        stage.slack.directory.deactivate("cyr")
        assert "deactivated" in await stage.result("ana", "the vote of @Cyr no longer counts")


async def test_one_big_ask_split_into_many_meets_a_person(tmp_path: Path) -> None:
    """Two small ones pass by the rule; the third one of the week needs an approval."""
    async with staged(tmp_path, rules=WEEK) as stage:
        for guest in ("web-01", "mail"):
            await stage.ask("ana", f"request {guest} memory=+1G")
            await stage.result("ana", f"{guest} has")
        assert not stage.cards()
        card = await stage.new_card("ana", "request db-01 memory=+512M")
        assert "Rule people · approved by 0 of 1" in card
        card = await stage.new_card("dora", "request web-01 memory=+1536M")
        assert "Rule people" in card


async def test_the_week_counts_across_people_on_one_guest(tmp_path: Path) -> None:
    """What two people got for one guest is in the way of the third."""
    async with staged(tmp_path, rules=WEEK) as stage:
        for name in ("ana", "dora"):
            await stage.ask(name, "request web-01 memory=+1G")
            await stage.result(name, "web-01 has")
        assert "Rule people" in await stage.new_card("bob", "request web-01 memory=+256M")


async def test_many_small_asks_at_once_do_not_slip_through(tmp_path: Path) -> None:
    """Sent in one moment, no more than the bound runs without a person."""
    async with staged(tmp_path, rules=WEEK) as stage:
        guests = ("web-01", "mail", "db-01")
        await asyncio.gather(*(stage.ask("ana", f"request {guest} memory=+1G") for guest in guests))

        async def settled() -> bool:
            found = await stage.bot.store.recent_requests(10)
            done = {State.SUCCEEDED, State.PENDING}
            return len(found) == len(guests) and all(r.state in done for r in found)

        await eventually(stage, settled)
        found = await stage.bot.store.recent_requests(10)
        ran = [r for r in found if r.state is State.SUCCEEDED]
        assert sum(r.changes[0].delta or 0 for r in ran) <= 2 * 1024
        assert len(ran) == 2
