"""Samples become a graph: units, lines, and gaps where there is nothing."""

import math

import pytest

from bot.model.samples import (
    DAY,
    GIB,
    HOUR,
    MIB,
    MINUTE,
    Evidence,
    Graph,
    Line,
    Metric,
    Sample,
    Use,
    Window,
    evidence_of,
    graph_of,
    typical_and_peak,
)

NOW = 1_764_000_000


def every(step: int, count: int, **values: float) -> list[Sample]:
    """Return samples with the same figures, so many seconds apart, up to now."""
    return [Sample(at=NOW - step * n, values=values) for n in range(count)]


def made(metric: Metric, samples: list[Sample], window: Window = Window.DAY) -> Graph:
    """Return the graph of samples."""
    return graph_of("web-01", metric, window, samples)


def test_memory_is_in_gib_beside_its_limit() -> None:
    """Two lines, oldest point first, whatever the order of the samples."""
    graph = made(Metric.MEMORY, every(MINUTE, 3, mem=GIB, maxmem=2 * GIB, cpu=0.5))
    assert [(line.name, line.limit) for line in graph.lines] == [("in use", False), ("limit", True)]
    assert graph.lines[0].points == tuple((NOW - MINUTE * n, 1.0) for n in (2, 1, 0))
    assert (graph.unit, graph.gaps) == ("GiB", 0)


@pytest.mark.parametrize(
    ("rate", "unit", "figure"),
    [(500, "KiB/s", 500 / 1024), (3 << 20, "MiB/s", 3.0), (5 << 30, "GiB/s", 5.0)],
)
def test_rates_are_shown_in_the_unit_that_fits_the_largest(
    rate: float, unit: str, figure: float
) -> None:
    """Both lines share it."""
    graph = made(Metric.NET, every(MINUTE, 2, netin=rate, netout=1.0))
    assert (graph.unit, graph.lines[0].known[0]) == (unit, figure)


def test_cpu_is_a_percentage() -> None:
    """A node's waiting for I/O stands beside it."""
    graph = made(Metric.CPU, every(MINUTE, 2, cpu=0.25, iowait=0.01))
    assert [(line.name, line.known[0]) for line in graph.lines] == [
        ("CPU", 25.0),
        ("waiting for I/O", 1.0),
    ]


def test_missing_figures_are_one_gap_however_many_they_are() -> None:
    """The line is interrupted once, where the first is missing."""
    samples = [Sample(at=s.at, values={} if 3 <= n <= 7 else s.values) for n, s in _numbered(20)]
    graph = made(Metric.MEMORY, samples, Window.HOUR)
    assert graph.gaps == 1
    assert [at for at, value in graph.lines[0].points if value is None] == [NOW - 7 * MINUTE]
    assert len(graph.lines[0].known) == 15


def _numbered(count: int) -> list[tuple[int, Sample]]:
    return list(enumerate(every(MINUTE, count, mem=GIB)))


def test_the_newest_row_without_figures_is_no_gap() -> None:
    """It often holds nothing but its time (FACTS §10)."""
    samples = [Sample(at=NOW + MINUTE, values={}), *every(MINUTE, 5, mem=GIB)]
    graph = made(Metric.MEMORY, samples)
    assert graph.gaps == 0
    assert graph.lines[0].points[-1] == (NOW, 1.0)


def test_two_grids_in_one_answer_are_one_line() -> None:
    """After an upgrade coarse samples come before fine ones, and coarse empty rows between them."""
    fine = every(MINUTE, 600, mem=GIB)
    coarse = [Sample(at=NOW - 10 * HOUR - 1800 * n, values={"mem": GIB}) for n in range(1, 20)]
    empty = [Sample(at=NOW - 1800 * n - 7, values={}) for n in range(1, 10)]
    assert made(Metric.MEMORY, [*coarse, *fine, *empty]).gaps == 0


def test_a_hole_without_any_row_is_a_gap() -> None:
    """Longer than the coarser grid's step and a half."""
    late = [Sample(at=NOW - 5 * HOUR - MINUTE * n, values={"mem": GIB}) for n in range(5)]
    assert made(Metric.MEMORY, [*every(MINUTE, 5, mem=GIB), *late]).gaps == 1


@pytest.mark.parametrize("window", list(Window))
def test_the_grid_of_pve_8_has_no_gaps(window: Window) -> None:
    """Seventy points, up to a week apart."""
    steps = {
        Window.HOUR: MINUTE,
        Window.DAY: 1800,
        Window.WEEK: 3 * HOUR,
        Window.MONTH: 12 * HOUR,
        Window.YEAR: 7 * DAY,
    }
    assert made(Metric.MEMORY, every(steps[window], 70, mem=GIB), window).gaps == 0


def test_nothing_known_is_a_graph_without_lines() -> None:
    """A stopped guest's rows hold no figure."""
    assert made(Metric.MEMORY, every(MINUTE, 5)).lines == ()
    assert made(Metric.MEMORY, []).lines == ()


def test_what_is_typical_and_what_was_the_most() -> None:
    """The median, and the largest figure."""
    points = tuple((NOW + n, float(v)) for n, v in enumerate((1, 1, 1, 2, 9)))
    assert typical_and_peak(Line(name="x", points=points)) == (1.0, 9.0)
    assert typical_and_peak(Line(name="x", points=((NOW, None),))) is None


def test_figures_keep_their_shape() -> None:
    """A wave stays a wave: nothing is smoothed."""
    samples = [
        Sample(at=NOW + MINUTE * n, values={"mem": (2 + math.sin(n)) * GIB}) for n in range(50)
    ]
    line = made(Metric.MEMORY, samples).lines[0]
    assert line.known == pytest.approx([2 + math.sin(n) for n in range(50)])


def test_evidence_is_what_was_typical_and_what_was_the_most() -> None:
    """Memory in MiB, CPU in percent, of averages so many seconds each."""
    figures = [(1.0, 0.1), (1.0, 0.1), (3.0, 0.9), (2.0, 0.2), (1.0, 0.1)]
    samples = [
        Sample(at=NOW - 1800 * n, values={"mem": gib * GIB, "cpu": cpu})
        for n, (gib, cpu) in enumerate(figures)
    ]
    assert evidence_of(samples) == Evidence(
        since=NOW - 4 * 1800,
        memory=Use(typical=1024.0, peak=3072.0, step=1800),
        cpu=Use(typical=10.0, peak=90.0, step=1800),
    )


def test_evidence_is_of_seven_days_on_both_grids() -> None:
    """PVE 8 answers with nearly nine days, three hours apart: what is older does not count."""
    old = Sample(at=NOW - 8 * DAY, values={"mem": 64 * GIB})
    for step, count in ((3 * HOUR, 70), (HOUR // 2, 336)):
        found = evidence_of([old, *every(step, count, mem=2 * GIB), Sample(at=NOW + 1, values={})])
        assert found is not None
        assert found.memory == Use(typical=2048.0, peak=2048.0, step=step)
        assert found.since > NOW - 7 * DAY
        assert found.cpu is None


def test_without_a_figure_there_is_no_evidence() -> None:
    """A guest that never ran, an answer without rows; one figure alone is evidence of it."""
    assert evidence_of([]) is None
    assert evidence_of(every(HOUR, 9)) is None
    alone = evidence_of([Sample(at=NOW, values={"mem": 5.0 * MIB})])
    assert alone == Evidence(since=NOW, memory=Use(typical=5.0, peak=5.0, step=0), cpu=None)
