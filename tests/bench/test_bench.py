"""The counts of the benchmark hold in every run of the tests; times are for `make bench`."""

from tests.bench.calls import calls
from tests.bench.fleet import fleet


async def test_a_change_asks_proxmox_no_more_than_its_bar() -> None:
    """A memory increase on a container takes eight calls to plan and eight to carry out, at most."""
    part = await calls()
    assert [f.what for f in part.figures if f.met is False] == []


async def test_readers_at_once_share_one_reading_of_the_cluster() -> None:
    """However many people list a fleet at once, Proxmox is asked once."""
    part = await fleet()
    assert [f.what for f in part.figures if f.met is False and f.unit == "calls"] == []
