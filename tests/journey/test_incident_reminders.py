"""A lead who says nothing is reminded: later and later, three times at most, not at night."""

from pathlib import Path

from tests.journey.incidents import INCIDENTS, opened, says, status_card
from tests.journey.reading import typed
from tests.journey.stage import RULES, Stage, flat, soon, staged
from tests.journey.test_reminders import waiting_until

EVERY_SECOND = f'{RULES}{INCIDENTS}updates = {{ sev2 = "1s" }}\n'


def reminders(stage: Stage, channel: str) -> list[str]:
    """Return the reminders in a channel, oldest first."""
    said = [flat(stage.says(m)) for m in stage.cards(channel)]
    return [text for text in said if "nothing new was said" in text]


async def test_three_times_each_after_twice_as_long(tmp_path: Path) -> None:
    """Whoever is here, then who leads; each promises the next but the last; then nothing more."""
    async with staged(tmp_path, rules=EVERY_SECOND) as stage:
        channel = await opened(stage)
        await stage.until(lambda: len(reminders(stage, channel)) == 1)
        assert reminders(stage, channel)[0].startswith(
            "Whoever is here: nothing new was said of I-"
        )
        await stage.until(lambda: len(reminders(stage, channel)) == 3)
        first, second, third = reminders(stage, channel)
        assert "I remind you again at" in first
        assert "I remind you again at" in second
        assert "I remind you again at" not in third
        (incident,) = await stage.bot.store.open_incidents()
        assert (incident.reminded, incident.remind_at) == (3, None)
        entries = await stage.bot.store.audit_of(incident.id)
        at = [e.entry.at for e in entries if e.entry.what == "incident remind"]
        assert at[1] - at[0] >= 1_900
        assert at[2] - at[1] >= 3_900


async def test_news_and_another_severity_begin_anew_and_the_end_ends_it(tmp_path: Path) -> None:
    """Of a severity without a time nobody is reminded."""
    async with staged(tmp_path, rules=EVERY_SECOND) as stage:
        channel = await opened(stage)
        await stage.press("bob", "Take the lead", status_card(stage, channel))
        await stage.until(lambda: reminders(stage, channel))
        assert reminders(stage, channel)[0].startswith("@Bob: nothing new was said")
        await typed(stage, "bob", "incident status identified the cache", channel)
        await stage.until(lambda: len(reminders(stage, channel)) >= 2)
        await typed(stage, "bob", "incident severity sev3", channel)
        (incident,) = await stage.bot.store.open_incidents()
        assert incident.remind_at is None
        await typed(stage, "bob", "incident severity sev2", channel)
        await typed(stage, "bob", "incident close done", channel)
        await says(stage, channel, "is closed")
        before = len(reminders(stage, channel))
        await waiting_until(stage, await stage.bot.store.now() + 1_500)
        assert len(reminders(stage, channel)) == before


async def test_put_off_it_comes_later(tmp_path: Path) -> None:
    """Snooze counts from the press, as the first time."""
    async with staged(tmp_path, rules=EVERY_SECOND) as stage:
        channel = await opened(stage)
        await stage.until(lambda: reminders(stage, channel))
        (due,) = [m for m in stage.cards(channel) if "nothing new was said" in stage.says(m)]
        pressed = await stage.bot.store.now()
        await stage.answer_to_press("ana", "Remind me later", due)
        (incident,) = await stage.bot.store.open_incidents()
        assert incident.reminded == 0
        assert (incident.remind_at or 0) >= pressed + 1_000
        await stage.until(lambda: len(reminders(stage, channel)) == 2)


async def test_within_quiet_hours_nobody_is_reminded(tmp_path: Path) -> None:
    """What would come at night comes at its end."""
    began, ends = soon(-3_600, "UTC")[:5], soon(7_200, "UTC")[:5]
    night = f'\n[requests]\nquiet = "{began}-{ends}"\ntimezone = "UTC"\n'
    async with staged(tmp_path, rules=EVERY_SECOND + night) as stage:
        channel = await opened(stage)
        (incident,) = await stage.bot.store.open_incidents()
        assert incident.remind_at is not None
        assert 6_000_000 < incident.remind_at - incident.created_at <= 7_200_000
        assert incident.remind_at % 60_000 == 0
        await waiting_until(stage, incident.created_at + 2_000)
        assert reminders(stage, channel) == []
