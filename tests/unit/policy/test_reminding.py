"""Reminders of what waits: later and later, not within quiet hours, before the end, not for ever."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.config.units import hours
from bot.policy import Hours, Reminding
from bot.policy.hours import after_all

HOUR = 3_600_000
DAY = 24 * HOUR
NIGHT = hours("20:00-08:00")
WEEKEND = hours("sat,sun 00:00-24:00")


def at(text: str) -> int:
    """Return a moment in UTC, ms."""
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


def test_each_comes_after_twice_as_long() -> None:
    """Four, eight and sixteen hours apart, as many as are wanted."""
    settings = Reminding(after_ms=4 * HOUR, times=3)
    assert settings.moments(0, 30 * DAY) == (4 * HOUR, 12 * HOUR, 28 * HOUR)
    assert Reminding(times=0).moments(0, 30 * DAY) == ()


def test_none_comes_at_or_after_the_end() -> None:
    """What has expired needs no approval."""
    settings = Reminding(after_ms=4 * HOUR, times=3)
    assert settings.moments(0, 12 * HOUR) == (4 * HOUR,)
    assert settings.moments(0, 12 * HOUR + 1) == (4 * HOUR, 12 * HOUR)


def test_what_would_come_at_night_comes_in_the_morning() -> None:
    """Friday evening's comes on Monday where weekends are quiet, too; on the clocks of the zone."""
    settings = Reminding(after_ms=4 * HOUR, times=1, quiet=(NIGHT,), timezone="Europe/Paris")
    assert settings.moments(at("2026-11-26T17:00:00"), 2**52) == (at("2026-11-27T07:00:00"),)
    quiet = (NIGHT, WEEKEND)
    settings = Reminding(after_ms=4 * HOUR, times=1, quiet=quiet, timezone="Europe/Paris")
    assert settings.moments(at("2026-11-27T17:00:00"), 2**52) == (at("2026-11-30T07:00:00"),)


def test_where_every_hour_is_quiet_nobody_is_reminded() -> None:
    """Nothing loops for ever."""
    quiet = (hours("00:00-12:00"), hours("12:00-24:00"))
    assert Reminding(quiet=quiet).moments(0, 2**52) == ()


def test_clocks_that_go_back_or_forward_end_a_night_once() -> None:
    """The hour that comes twice, and the one that never comes, in Paris."""
    twice = hours("01:00-02:30")
    for moment in ("2026-10-25T00:15:00", "2026-10-25T01:15:00"):
        over = after_all((twice,), at(moment), "Europe/Paris")
        assert over in {at("2026-10-25T00:30:00"), at("2026-10-25T01:30:00")}
    never = after_all((twice,), at("2026-03-29T00:30:00"), "Europe/Paris")
    assert never == at("2026-03-29T01:00:00") or never == at("2026-03-29T01:30:00")


minutes = st.integers(min_value=0, max_value=1439)
ranges = st.lists(
    st.builds(
        lambda start, end, days: Hours(start=start, end=end, days=tuple(sorted(days))),
        minutes,
        minutes,
        st.sets(st.integers(0, 6), min_size=1),
    ).filter(lambda h: h.start != h.end),
    max_size=3,
)
zones = st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"])


@given(
    since=st.integers(0, 4 * 366 * DAY),
    life=st.integers(0, 60 * DAY),
    after=st.integers(1, 10 * DAY),
    times=st.integers(0, 10),
    quiet=ranges,
    timezone=zones,
)
def test_whatever_is_configured(
    since: int, life: int, after: int, times: int, quiet: list[Hours], timezone: str
) -> None:
    """Bounded, growing apart, never quiet, never late; and the same whenever it is asked."""
    settings = Reminding(after_ms=after, times=times, quiet=tuple(quiet), timezone=timezone)
    found = settings.moments(since, since + life)
    assert len(found) <= times
    for number, (before, moment) in enumerate(zip((since, *found), found, strict=False)):
        assert moment - before >= after * 2**number
        assert moment < since + life
        assert not any(hours_.hold(moment, timezone) for hours_ in quiet)
    assert found == settings.moments(since, since + life)
