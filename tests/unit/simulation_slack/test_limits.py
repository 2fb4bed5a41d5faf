"""Rate limits by tier."""

import pytest

from bot.simulation.clock import Clock
from bot.simulation.slack.limits import PER_MINUTE, Limits


@pytest.mark.parametrize("tier", PER_MINUTE)
def test_a_tier_allows_its_calls_a_minute(tier: int) -> None:
    """The next one has to wait until the minute of the first is over."""
    clock = Clock()
    limits = Limits(clock)
    allowed = [limits.count("m", tier, "") for _ in range(PER_MINUTE[tier])]

    assert allowed == [None] * PER_MINUTE[tier]
    assert limits.count("m", tier, "") == 60
    clock.advance(60)
    assert limits.count("m", tier, "") is None


def test_methods_are_counted_apart() -> None:
    """One method over its limit leaves the others free."""
    limits = Limits(Clock())
    limits.count("a", 1, "")

    assert limits.count("a", 1, "") is not None
    assert limits.count("b", 1, "") is None
    assert (limits.used("a"), limits.exceeded["a"]) == (1, 1)
