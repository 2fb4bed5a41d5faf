"""A request that waits reminds its approvers in the card's thread: a few times, each once, then no more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.simulation.slack import cut_after
from tests.journey.acts import eventually
from tests.journey.reading import flat, pressed, typed
from tests.journey.stage import QUICK, RULES, Stage, staged

TIERS = """
[[group]]
name = "oncall"
members = ["S0ONCALL"]

[[group]]
name = "dba"
members = ["S0DBA"]

[[rule]]
name = "production"
approvals = 1
approvers = ["oncall", "dba"]
then = [{ after = "2s", ask = ["dba"] }]

[requests]
remind_after = "1s"
remind_times = 2
"""


def reminding(after: str, times: int = 3) -> str:
    """Return the usual rules, with reminders so soon and so often."""
    return f'{RULES}\n[requests]\nremind_after = "{after}"\nremind_times = {times}\n'


def reminders(stage: Stage) -> list[str]:
    """Return the reminders in the threads of cards, oldest first."""
    found = [m for m in stage.slack.messages("#approvals") if m.thread_ts not in (None, m.ts)]
    shown = [flat(stage.says(m)) for m in found]
    return [text for text in shown if "Reminder " in text]


async def waiting_until(stage: Stage, ms: int) -> None:
    """Let so much of the store's time go by, while people do something else."""

    async def over() -> bool:
        await typed(stage, "ana", "whoami")
        return await stage.bot.store.now() >= ms

    await eventually(stage, over)


async def test_approvers_are_reminded_in_the_thread_later_and_later(tmp_path: Path) -> None:
    """Each says when the next one comes; the last one promises no other; then nothing is due."""
    async with staged(tmp_path, rules=reminding("1s", 2)) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.until(lambda: len(reminders(stage)) == 2)
        first, second = reminders(stage)
        assert first.startswith("@Bob and @Cyr: R-")
        assert "for web-01 still waits for approval, since" in first
        assert "it is open until" in first
        assert "Reminder 1 of 2; the next comes at" in first
        assert second.endswith("Reminder 2 of 2.")
        request = await stage.request()

        async def done() -> bool:
            return await stage.bot.store.due_at(f"card:{request.id}") is None

        await eventually(stage, done)
        assert len(reminders(stage)) == 2


async def test_reminders_stop_when_it_is_decided(tmp_path: Path) -> None:
    """Nobody is asked for a vote that is no longer needed."""
    async with staged(tmp_path, rules=reminding("1s", 5)) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.until(lambda: reminders(stage))
        await pressed(stage, "bob", "Approve")
        await stage.card_says("Read back")
        request = await stage.request()
        before = len(reminders(stage))
        await waiting_until(stage, request.created_at + 8_000)
        assert len(reminders(stage)) == before
        assert await stage.bot.store.due_at(f"card:{request.id}") is None


async def test_who_is_out_of_reach_is_named(tmp_path: Path) -> None:
    """Who left the company, and who does not read the channel, each with the reason."""
    async with staged(
        tmp_path, rules=reminding("1s", 1), terms=replace(QUICK, roster_age=1)
    ) as stage:
        stage.slack.directory.set_group("ops", ["bob", "cyr", "dora"])
        channel = stage.slack.directory.channel("#approvals")
        stage.slack.directory.change_channel(
            "#approvals", members=tuple(m for m in channel.members if m != "U0DORA")
        )
        await stage.new_card("ana", "request web-01 memory=+1G")
        stage.slack.deactivate("cyr")
        await stage.until(lambda: reminders(stage))
        (said,) = reminders(stage)
        assert said.startswith("@Bob and @Dora: R-")
        assert "@Cyr cannot approve: no active member any more." in said
        assert "@Dora may not read this: not in this channel." in said


async def test_only_those_asked_now_are_reminded_and_then_the_next_tier_too(tmp_path: Path) -> None:
    """First who is on call alone; once the databases' people were called, they as well."""
    async with staged(tmp_path, rules=TIERS) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.until(lambda: len(reminders(stage)) == 2)
        first, second = reminders(stage)
        assert first.startswith("@Cyr: R-")
        assert second.startswith("@Cyr and @Dora: R-")


async def test_who_voted_is_not_reminded(tmp_path: Path) -> None:
    """Of two who are needed the one whose vote is missing is."""
    rules = reminding("3s", 1).replace("approvals = 1", "approvals = 2")
    async with staged(tmp_path, rules=rules) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        assert "1 of 2" in await pressed(stage, "bob", "Approve")
        await stage.until(lambda: reminders(stage))
        assert reminders(stage)[0].startswith("@Cyr: R-")


async def test_a_reminder_whose_answer_was_lost_is_not_posted_twice(tmp_path: Path) -> None:
    """It is looked for in the thread first."""
    async with staged(tmp_path, rules=reminding("1s", 1)) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        stage.slack.on_call(
            "chat.postMessage",
            cut_after(),
            times=1,
            when=lambda call: "thread_ts" in call.arguments,
        )
        request = await stage.request()

        async def noted() -> bool:
            cards = await stage.bot.store.cards(request.id)
            return any(card.role.startswith("remind-") and card.ts for card in cards)

        looked = lambda: stage.slack.calls.count("conversations.replies")  # noqa: E731 - a look at the thread
        await stage.until(looked, seconds=30)
        await eventually(stage, noted)
        assert len(reminders(stage)) == 1


async def test_replicas_remind_once(tmp_path: Path) -> None:
    """Two bots on one store post each reminder one time."""
    async with staged(tmp_path, rules=reminding("1s", 2)) as stage:
        await stage.start_replica()
        await stage.new_card("ana", "request web-01 memory=+1G")
        request = await stage.request()
        await stage.until(lambda: len(reminders(stage)) >= 2)
        await waiting_until(stage, request.created_at + 5_000)
        assert len(reminders(stage)) == 2


async def test_after_a_stop_the_newest_reminder_is_made_up_for_alone(tmp_path: Path) -> None:
    """Three that were missed are one, and what was told before is not told again."""
    async with staged(tmp_path, rules=reminding("1s", 3)) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.until(lambda: len(reminders(stage)) == 1)
        request = await stage.request()
        await stage.stop_bot()
        stage.settings = replace(
            stage.settings,
            policy=replace(
                stage.settings.policy,
                reminding=replace(stage.settings.policy.reminding, after_ms=100),
            ),
        )
        await stage.start_bot()
        await stage.until(lambda: len(reminders(stage)) == 2)
        assert "Reminder 3 of 3." in reminders(stage)[-1]
        await waiting_until(stage, request.created_at + 4_000)
        assert len(reminders(stage)) == 2


@pytest.mark.parametrize("after", ["4h", "60s"])
async def test_nobody_is_reminded_before_the_time(tmp_path: Path, after: str) -> None:
    """The due-set knows when."""
    async with staged(tmp_path, rules=reminding(after)) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        request = await stage.request()
        first = stage.settings.policy.reminding.moments(request.created_at, request.expires_at)[0]

        async def filed() -> bool:
            return await stage.bot.store.due_at(f"card:{request.id}") == first

        await eventually(stage, filed)
        assert reminders(stage) == []


async def test_quiet_hours_put_a_reminder_off(tmp_path: Path) -> None:
    """What would come within them is filed for their end."""
    now = datetime.now(UTC)  # noqa: TID251 - a clock on the wall
    quiet = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    rules = f'{reminding("1s")}timezone = "UTC"\nquiet = "{quiet}"\n'
    async with staged(tmp_path, rules=rules) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        request = await stage.request()

        async def filed() -> bool:
            at = await stage.bot.store.due_at(f"card:{request.id}")
            return at is not None and at > request.created_at + 3_600_000

        await eventually(stage, filed)
        await waiting_until(stage, request.created_at + 2_000)
        assert reminders(stage) == []
