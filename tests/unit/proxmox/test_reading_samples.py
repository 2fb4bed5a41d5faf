"""Rows of `rrddata`."""

from bot.model.samples import Sample
from bot.proxmox.reading.samples import samples


def test_missing_figures_are_left_out() -> None:
    """No key, null or no number: unknown, never zero."""
    rows = [{"time": 60, "cpu": 0.5, "mem": None, "disk": "x"}, {"time": "120", "mem": "7"}]
    assert samples(rows) == (
        Sample(at=60, values={"cpu": 0.5}),
        Sample(at=120, values={"mem": 7.0}),
    )


def test_a_row_of_nothing_but_its_time() -> None:
    """The newest often is one."""
    assert samples([{"time": 60}]) == (Sample(at=60, values={}),)


def test_what_is_no_sample() -> None:
    """A row without time, or an answer that is no list."""
    assert samples([{"cpu": 1}, "x", None]) == ()
    assert samples({"time": 1}) == ()
    assert samples(None) == ()
