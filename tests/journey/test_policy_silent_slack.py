"""Slack cannot be asked when an approved change is due: its last answers serve, for a day."""

from dataclasses import replace
from pathlib import Path

from bot.model.people import Members, Person
from bot.model.request import State
from bot.model.terms import DAY
from bot.simulation.slack import broken
from tests.journey.acts import at_clock, in_seconds
from tests.journey.reading import pressed
from tests.journey.stage import QUICK, Stage, staged

AT_ONCE = replace(QUICK, roster_age=100)
PEOPLE = ("usergroups.users.list", "users.info")


def falls_silent(stage: Stage) -> None:
    """Let Slack tell no more of people and groups."""
    for method in PEOPLE:
        stage.slack.on_call(method, broken(), times=10_000)


async def approved_for_later(stage: Stage, seconds: int = 4) -> None:
    """Let Ana ask for a change in some seconds, and Bob approve it."""
    at = await in_seconds(stage, seconds)
    await stage.new_card("ana", f"request web-01 memory=+1G at {at_clock(at)}")
    await pressed(stage, "bob", "Approve")
    await stage.card_says("Nothing happens before")


async def test_the_last_known_answer_serves_also_after_a_restart(tmp_path: Path) -> None:
    """It is kept in the store, not in the process: the change happens on time."""
    async with staged(tmp_path, terms=AT_ONCE) as stage:
        await approved_for_later(stage)
        await stage.stop_bot()
        falls_silent(stage)
        await stage.start_bot()
        await stage.until(lambda: stage.memory(101) == 3072)


async def test_what_slack_last_knew_of_a_removal_counts(tmp_path: Path) -> None:
    """Another process learned that Bob left the group: his vote no longer carries the change."""
    async with staged(tmp_path, terms=AT_ONCE) as stage:
        await approved_for_later(stage, 3_600)
        await stage.stop_bot()
        falls_silent(stage)
        await stage.start_bot(role="bot")
        now = stage.bot.parts.clock.now()
        gone = Members(usergroup="S0OPSGROUP", people=frozenset({"U0CYR"}), read_at=now)
        await stage.bot.store.keep_members(gone)
        await stage.stop_bot()
        await stage.start_bot()
        await stage.card_says("the vote of @Bob no longer counts")
        assert (await stage.request()).state is State.PENDING


async def test_what_is_older_than_a_day_is_unknown(tmp_path: Path) -> None:
    """The store forgets it by itself; then nothing is told of anybody."""
    async with staged(tmp_path, terms=AT_ONCE) as stage:
        await pressed_once(stage)
        store, clock = stage.bot.store, stage.bot.parts.clock
        bob = Person(team_id=stage.bot.parts.directory._team_id, user_id="U0BOB")  # type: ignore[attr-defined] # the driver's own
        assert await store.kept_account(bob) is not None
        old = Members(usergroup="S0OLD", people=frozenset({"U0BOB"}), read_at=clock.now() - DAY)
        await store.keep_members(old)
        assert await store.kept_members("S0OLD") is None


async def pressed_once(stage: Stage) -> None:
    """Let Slack be asked about Bob."""
    await stage.new_card("ana", "request web-01 memory=+1G")
    await pressed(stage, "bob", "Approve")
