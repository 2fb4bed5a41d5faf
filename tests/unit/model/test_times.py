"""Durations and clock times, in the person's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.times import is_day, looks_like_time, parse_duration, parse_time

PARIS = "Europe/Paris"
HOUR = 3_600_000


def ms(text: str, timezone: str = PARIS) -> int:
    """Return the moment of a wall-clock time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone)).timestamp()) * 1000


MONDAY = ms("2026-11-23 14:00:00")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", 90_000),
        ("15m", 15 * 60_000),
        ("2h", 2 * HOUR),
        ("3d", 72 * HOUR),
        ("1w", 168 * HOUR),
        ("2y", 730 * 24 * HOUR),
        ("1h30m", 90 * 60_000),
        ("1h 30 min", 90 * 60_000),
        ("3 Days", 72 * HOUR),
        ("0s", 0),
        ("3", None),
        ("d", None),
        ("-3d", None),
        ("1.5h", None),
        ("3dd", None),
        ("3 months", None),
        ("", None),
    ],
)
def test_durations(text: str, duration: int | None) -> None:
    """Whole numbers with a unit, short or in full; anything else is none."""
    assert duration == parse_duration(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("02:00", "2026-11-24 02:00:00"),
        ("2:00", "2026-11-24 02:00:00"),
        ("02:00:30", "2026-11-24 02:00:30"),
        ("14:05", "2026-11-23 14:05:00"),
        ("14:00", "2026-11-24 14:00:00"),
        ("14h30", "2026-11-23 14:30:00"),
        ("2am", "2026-11-24 02:00:00"),
        ("12am", "2026-11-24 00:00:00"),
        ("12:30pm", "2026-11-24 12:30:00"),
        ("14:05 tomorrow", "2026-11-24 14:05:00"),
        ("Tomorrow 13:00", "2026-11-24 13:00:00"),
        ("today 13:00", "2026-11-23 13:00:00"),
        ("2026-11-24 02:00", "2026-11-24 02:00:00"),
        ("2026-11-24T02:00", "2026-11-24 02:00:00"),
        ("2025-01-01 02:00", "2025-01-01 02:00:00"),
        ("mon 18:00", "2026-11-23 18:00:00"),
        ("mon 12:00", "2026-11-30 12:00:00"),
        ("thurs 12:00", "2026-11-26 12:00:00"),
        ("12:00 Sunday", "2026-11-29 12:00:00"),
    ],
)
def test_times_mean_their_next_occurrence(text: str, meant: str) -> None:
    """Clock times and weekdays lie ahead; days that are named lie where they are."""
    assert ms(meant) == parse_time(text, now_ms=MONDAY, timezone=PARIS)


@pytest.mark.parametrize(
    "text",
    ["", "2", "25:00", "2:5", "2:60", "13pm", "0am", "friday", "2026-02-30 02:00", "2026-13-01 02:00",
     "mon", "02:00 03:00", "soon 02:00", "02:00 mon mon", "at 02:00", "\u0662:\u0660\u0660", "95%"],
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    """Anything else is None."""
    assert parse_time(text, now_ms=MONDAY, timezone=PARIS) is None


def test_the_zone_is_the_persons() -> None:
    """The same words are another moment elsewhere; an unknown zone counts as UTC."""
    tokyo = parse_time("02:00", now_ms=MONDAY, timezone="Asia/Tokyo")
    assert ms("2026-11-24 02:00:00", "Asia/Tokyo") == tokyo
    for unknown in ("Mars/Olympus", "", "../etc", "America"):
        utc = parse_time("02:00", now_ms=MONDAY, timezone=unknown)
        assert ms("2026-11-24 02:00:00", "UTC") == utc


def test_a_time_that_clocks_skip_moves_forward() -> None:
    """On the night that clocks go forward, 02:30 is 03:30."""
    before = ms("2026-03-28 14:00:00")
    assert ms("2026-03-29 03:30:00") == parse_time("02:30", now_ms=before, timezone=PARIS)


def test_a_time_that_comes_twice_is_the_next_of_both() -> None:
    """On the night that clocks go back, 02:30 comes twice: the first, then the second."""
    first = ms("2026-10-25 02:30:00")
    assert first == parse_time("02:30", now_ms=first - 1, timezone=PARIS)
    assert first + HOUR == parse_time("02:30", now_ms=first, timezone=PARIS)
    assert ms("2026-10-26 02:30:00") == parse_time("02:30", now_ms=first + HOUR, timezone=PARIS)


def test_days_and_shapes_are_told_apart() -> None:
    """A day alone is a day; a wrong time still looks like one; a word does neither."""
    assert [is_day(t) for t in ("Friday", "tomorrow", "2026-11-24", "we")] == [
        True,
        True,
        True,
        False,
    ]
    shaped = [looks_like_time(t) for t in ("25:00", "14h", "2026-13-01", "95%", "once")]
    assert shaped == [True, True, True, False, False]


@given(
    st.text() | st.from_regex(r"[0-9]{1,4}[-:h][0-9]{1,2}[-:]?[0-9]{0,2} ?(mon|tomorrow)?"),
    st.text(),
)
def test_no_text_raises(text: str, timezone: str) -> None:
    """Any text is a time or none, a duration or none."""
    at = parse_time(text, now_ms=MONDAY, timezone=timezone)
    assert at is None or isinstance(at, int)
    assert (parse_duration(text) or 0) >= 0
