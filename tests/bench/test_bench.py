"""The counts of the benchmark hold in every run of the tests; times are for `make bench`."""

from tests.bench.calls import calls
from tests.bench.fleet import fleet
from tests.bench.incidents import busiest, incidents


async def test_a_change_asks_proxmox_no_more_than_its_bar() -> None:
    """A memory increase on a container takes eight calls to plan and eight to carry out, at most."""
    part = await calls()
    assert [f.what for f in part.figures if f.met is False] == []


async def test_readers_at_once_share_one_reading_of_the_cluster() -> None:
    """However many people list a fleet at once, Proxmox is asked once."""
    part = await fleet()
    assert [f.what for f in part.figures if f.met is False and f.unit == "calls"] == []


async def test_incidents_stay_within_slacks_budget() -> None:
    """Opening takes twelve calls and three seconds at most; fifty live cards stay under Slack's limit."""
    part = await incidents()
    assert [f.row() for f in part.figures if f.met is False] == []


def test_the_fullest_window_is_counted() -> None:
    """Wherever it begins; its end is not in it."""
    assert busiest([], 1.0) == 0
    assert busiest([0.0, 0.9, 1.0, 1.5, 4.0], 1.0) == 3
