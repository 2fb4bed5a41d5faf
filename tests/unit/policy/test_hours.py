"""Rules by the hour: which moments lie within, and which moments count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.units import hours
from bot.model.intent import Timing
from bot.model.intent import When as Asked
from bot.model.policy import Decision
from bot.model.refusal import Refusal
from bot.policy import Circumstances, Hours, Rule, When
from tests.unit.policy.people import DAN, MORE_MEMORY, OPS, ROSTER, decide, plan, policy, rule

NIGHT = hours("20:00-08:00")
WEEKEND = hours("sat,sun 00:00-24:00")


def at(text: str) -> int:
    """Return a moment in UTC, ms."""
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


@pytest.mark.parametrize(
    ("written", "moment", "within"),
    [
        ("20:00-08:00", "2026-11-26T20:00:00", True),
        ("20:00-08:00", "2026-11-26T07:59:59", True),
        ("20:00-08:00", "2026-11-26T08:00:00", False),
        ("09:00-17:00", "2026-11-26T16:59:59", True),
        ("09:00-17:00", "2026-11-26T17:00:00", False),
        ("fri 20:00-08:00", "2026-11-28T03:00:00", True),  # Saturday: Friday's night
        ("fri 20:00-08:00", "2026-11-27T03:00:00", False),  # Friday: Thursday's night
        ("sat,sun 00:00-24:00", "2026-11-29T23:59:59", True),
        ("sat,sun 00:00-24:00", "2026-11-30T00:00:00", False),
        ("fri-mon 09:00-17:00", "2026-11-30T10:00:00", True),
        ("fri-mon 09:00-17:00", "2026-12-01T10:00:00", False),
    ],
)
def test_a_range_holds_its_start_and_not_its_end(
    written: str, moment: str, *, within: bool
) -> None:
    """Over midnight it belongs to the day on which it begins."""
    assert hours(written).hold(at(moment), "UTC") is within


def test_the_clock_of_the_zone_counts() -> None:
    """Also across the change to summer time: 20:00 in Paris is 19:00 or 18:00 UTC."""
    assert NIGHT.hold(at("2026-11-26T19:00:00"), "Europe/Paris")
    assert not NIGHT.hold(at("2026-11-26T18:59:00"), "Europe/Paris")
    assert NIGHT.hold(at("2026-07-26T18:00:00"), "Europe/Paris")


minutes = st.integers(min_value=0, max_value=1439)
moments = st.integers(min_value=0, max_value=4 * 366 * 1440)


@given(minutes, minutes, st.sets(st.integers(0, 6), min_size=1), moments)
def test_within_means_that_a_listed_day_began_it(
    start: int, end: int, days: set[int], minute: int
) -> None:
    """Compared with walking back from the moment to the last start, minute for minute of the week."""
    moment = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=minute)  # a Monday
    length = (end - start) % 1440 or 1440
    into = (moment.hour * 60 + moment.minute - start) % 1440
    began = moment - timedelta(minutes=into)
    expected = into < length and began.weekday() in days
    range_ = Hours(start=start, end=end, days=tuple(sorted(days)))
    assert range_.hold(int(moment.timestamp() * 1000), "UTC") is expected


def name(found: Decision | Refusal) -> str:
    """Return the rules of a decision, or the reason of a refusal."""
    return found.rule if isinstance(found, Decision) else found.reason.value


def by_night(now: str, *, decided: str = "", chosen: str = "", refuse: str = "") -> str:
    """Return what decides at that moment, with a rule for the night before all others."""
    night = Rule(name="night", when=When(hours=(NIGHT,)), refuse=refuse)
    when = Circumstances(now=at(now), decided_at=at(decided or now))
    asked = plan(MORE_MEMORY)
    if chosen:
        object.__setattr__(asked, "timing", Timing(when=Asked.AT, at_ms=at(chosen)))
    return name(decide(policy(night, rule("day", quorums=OPS)), ROSTER, DAN, asked, when))


DAY, LATE, NEXT = "2026-11-26T12:00:00", "2026-11-26T22:00:00", "2026-11-27T12:00:00"


def test_a_rule_that_allows_wants_both_the_decision_and_the_chosen_time_within() -> None:
    """By day nobody schedules into the night what only the night allows, nor the other way round."""
    assert by_night(LATE) == "night"
    assert by_night(DAY) == "day"
    assert by_night(DAY, chosen=LATE) == "day"
    assert by_night(LATE, chosen=NEXT) == "day"
    assert by_night(LATE, chosen="2026-11-27T02:00:00") == "night"


def test_what_was_decided_in_time_stays_so_when_a_worker_comes_later() -> None:
    """The hours of an approved request are those of its approval."""
    assert by_night(NEXT, decided=LATE) == "night"


def test_a_rule_that_refuses_looks_at_the_present_and_at_the_chosen_time() -> None:
    """A freeze stops what was decided before it, and what is to happen within it."""
    assert by_night(LATE, decided=DAY, refuse="Frozen.") == "policy refuses"
    assert by_night(DAY, chosen=LATE, refuse="Frozen.") == "policy refuses"
    assert by_night(DAY, refuse="Frozen.") == "day"
