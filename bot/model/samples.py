"""Usage over time: what Proxmox keeps of guests and nodes, and what a picture of it shows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

GIB = 1 << 30
MIB = 1 << 20
MINUTE, HOUR, DAY = 60, 3600, 86_400


class Window(StrEnum):
    """How far back a picture looks; the words are Proxmox's own (`timeframe`)."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Metric(StrEnum):
    """What a picture is about."""

    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"
    NET = "net"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The figures of one moment (s since the epoch), by Proxmox's names; a missing one is not in it.

    Memory and sizes in bytes, `cpu` and `iowait` as fractions, rates in bytes per second.
    """

    at: int
    values: Mapping[str, float]


Point = tuple[int, float | None]
"""A moment (s since the epoch) and its figure; None interrupts the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a graph, oldest point first; a `limit` is what the others are measured against."""

    name: str
    points: tuple[Point, ...]
    limit: bool = False

    @property
    def known(self) -> tuple[float, ...]:
        """Return the figures that are there, oldest first."""
        return tuple(value for _, value in self.points if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """One picture as a value: figures in `unit` (`GiB`, `%`, `MiB/s`). Without lines there is nothing."""

    subject: str
    metric: Metric
    window: Window
    unit: str
    lines: tuple[Line, ...]
    gaps: int = 0


WIDEST_STEP = {
    Window.HOUR: MINUTE,
    Window.DAY: 30 * MINUTE,
    Window.WEEK: 3 * HOUR,
    Window.MONTH: 12 * HOUR,
    Window.YEAR: 7 * DAY,
}
"""The coarser of two grids: PVE 8 keeps 70 points of these, PVE 9 far finer ones, and after an upgrade
one answer holds both (FACTS §10)."""

SOURCES: Mapping[Metric, Sequence[tuple[str, str, bool]]] = {
    Metric.CPU: (("cpu", "CPU", False), ("iowait", "waiting for I/O", False)),
    Metric.MEMORY: (
        ("mem", "in use", False),
        ("memused", "in use", False),
        ("arcsize", "ZFS ARC", False),
        ("maxmem", "limit", True),
        ("memtotal", "installed", True),
    ),
    Metric.DISK: (
        ("diskread", "read", False),
        ("diskwrite", "written", False),
        ("rootused", "root file system, in use", False),
        ("roottotal", "root file system, size", True),
    ),
    Metric.NET: (("netin", "received", False), ("netout", "sent", False)),
}
"""What each picture draws: (Proxmox's name, ours, whether it is a limit); what is not there is left out."""

RATES = frozenset({"diskread", "diskwrite", "netin", "netout"})
FRACTIONS = frozenset({"cpu", "iowait"})
RATE_UNITS = ((1 << 30, "GiB/s"), (1 << 20, "MiB/s"), (1 << 10, "KiB/s"))


def graph_of(subject: str, metric: Metric, window: Window, samples: Sequence[Sample]) -> Graph:
    """Return the picture of these samples (any order): scaled, with its gaps."""
    ordered = sorted(samples, key=lambda sample: sample.at)
    there = [s for s in SOURCES[metric] if any(s[0] in sample.values for sample in ordered)]
    scale, unit = _unit([key for key, _, _ in there], ordered)
    lines = tuple(
        Line(name=name, points=_points(key, ordered, scale, window), limit=limit)
        for key, name, limit in there
    )
    drawn = next((line for line in lines if not line.limit), None)
    gaps = sum(value is None for _, value in drawn.points) if drawn else 0
    return Graph(subject=subject, metric=metric, window=window, unit=unit, lines=lines, gaps=gaps)


def _unit(keys: Sequence[str], samples: Sequence[Sample]) -> tuple[float, str]:
    """Return the factor that figures are multiplied by, and the unit they then have."""
    if set(keys) & FRACTIONS:
        return 100.0, "%"
    if not set(keys) & RATES:
        return 1 / GIB, "GiB"
    most = max((s.values.get(key, 0.0) for s in samples for key in keys), default=0.0)
    size, unit = next((each for each in RATE_UNITS if most >= each[0]), RATE_UNITS[-1])
    return 1 / size, unit


def _points(key: str, samples: Sequence[Sample], scale: float, window: Window) -> tuple[Point, ...]:
    """Return a line's points: one None for each gap, none before the first figure or after the last.

    A gap is a moment without the figure, or more than the widest step without any moment. Where two
    grids overlap a coarse moment without it stands between fine ones that have it: that is no gap.
    """
    points: list[Point] = []
    missing: int | None = None
    last = 0
    for sample in samples:
        value = sample.values.get(key)
        if value is None:
            missing = sample.at if missing is None else missing
            continue
        distance = sample.at - last
        hole = distance > WIDEST_STEP[window] * 1.5 or (missing and distance > MINUTE * 1.5)
        if points and hole:
            points.append((missing or last + distance // 2, None))
        points.append((sample.at, value * scale))
        missing, last = None, sample.at
    return tuple(points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was used: the median and the largest of averages, `step` seconds each."""

    typical: float
    peak: float
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a guest used over the last week, as far as Proxmox kept it: memory in MiB, CPU in percent.

    `since` is the moment (s since the epoch) of the oldest figure.
    """

    since: int
    memory: Use | None
    cpu: Use | None


def evidence_of(samples: Sequence[Sample]) -> Evidence | None:
    """Return peak and typical use over the last seven days of these samples (any order); None: unknown.

    PVE 8 answers with nearly nine days where a week is asked for.
    """
    newest = max((sample.at for sample in samples), default=0)
    week = sorted((s for s in samples if s.at > newest - 7 * DAY), key=lambda sample: sample.at)
    memory, cpu = _use(week, "mem", 1 / MIB), _use(week, "cpu", 100.0)
    if memory is None and cpu is None:
        return None
    since = next(s.at for s in week if {"mem", "cpu"} & s.values.keys())
    return Evidence(since=since, memory=memory, cpu=cpu)


def _use(samples: Sequence[Sample], key: str, scale: float) -> Use | None:
    """Return what was used of it; None where no sample (oldest first) has the figure."""
    there = [sample for sample in samples if key in sample.values]
    found = sorted(sample.values[key] * scale for sample in there)
    if not found:
        return None
    apart = sorted(after.at - before.at for before, after in pairwise(there))
    step = apart[len(apart) // 2] if apart else 0
    return Use(typical=found[len(found) // 2], peak=found[-1], step=step)


def typical_and_peak(line: Line) -> tuple[float, float] | None:
    """Return the median and the largest figure of a line; None where there is none."""
    known = sorted(line.known)
    return (known[len(known) // 2], known[-1]) if known else None
