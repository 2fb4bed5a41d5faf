"""Figures beside their bars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing measured; `bar` is what it has to be at most (None: told for comparison only)."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Return whether the figure keeps its bar; None if it has none."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def row(self) -> str:
        """Return the figure as a row of a table."""
        bound = "at least" if self.at_least else "at most"
        bar = "" if self.bar is None else f"{bound} {self.bar:g} {self.unit}".rstrip()
        verdict = {None: "", True: "met", False: "**not met**"}[self.met]
        return f"| {self.what} | {_number(self.value)} {self.unit} | {bar} | {verdict} |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the page: how it was measured, and what came out."""

    title: str
    how: str
    figures: tuple[Figure, ...]

    def page(self) -> str:
        """Return the part as Markdown."""
        head = ("| what | measured | bar | |", "| --- | --- | --- | --- |")
        table = "\n".join([*head, *(figure.row() for figure in self.figures)])
        return f"## {self.title}\n\n{self.how}\n\n{table}\n"


def p50(values: Iterable[float]) -> float:
    """Return the median."""
    return median(values)


def p99(values: Sequence[float]) -> float:
    """Return the value that 99 of 100 do not pass."""
    return quantiles(values, n=100, method="inclusive")[98]


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
