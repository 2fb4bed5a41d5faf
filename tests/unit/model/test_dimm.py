"""The grid of pluggable memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.dimm import MOST_MIB, Grid

GRIDS = st.sampled_from([Grid(), Grid(static=1024, module=1024), Grid(static=4096, module=1024)])


@pytest.mark.parametrize(
    ("target", "given_mib"),
    [
        (1024, 1024),
        (4500, 4096),
        (4608, 4608),
        (17408, 17408),
        (17409, 17408),
        (18431, 17408),
        (18432, 18432),
        (20000, 19456),
        (50176, 50176),
        (52223, 50176),
        (115712, 115712),
        (246784, 246784),
    ],
)
def test_rounds_down_to_the_grid(target: int, given_mib: int) -> None:
    """Steps are 512 MiB up to 17408, 1024 up to 50176, 2048 up to 115712, 4096 up to 246784."""
    assert given_mib == Grid().floor(target)


def test_modules() -> None:
    """1 GiB is static; 32 modules of 512 MiB follow, then larger ones."""
    assert [Grid().modules(v) for v in (1024, 1025, 2048, 17408, 18432)] == [0, 1, 2, 32, 33]


def test_step() -> None:
    """The next module above a value has the size of its batch."""
    assert [Grid().step_at(v) for v in (1024, 17407, 17408, 50176)] == [512, 512, 1024, 2048]


@given(GRIDS, st.integers(min_value=0, max_value=2 * MOST_MIB))
def test_never_above_the_ask(grid: Grid, target: int) -> None:
    """The result is on the grid, never above the ask, and within a step of it."""
    on_grid = grid.floor(max(target, grid.static))
    assert on_grid <= max(target, grid.static)
    assert on_grid <= MOST_MIB
    assert grid.floor(on_grid) == on_grid
    if target < grid.most:
        assert max(target, grid.static) - on_grid < grid.step_at(on_grid)
