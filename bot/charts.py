"""Graphs as pictures: PNG, readable on a phone, on light and dark, without fonts of the system. Pure."""

import sys
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import font_source_sans_pro
import resvg_py

from bot.model.quantity import number
from bot.model.samples import DAY, HOUR, MINUTE, Graph, Line, Window, typical_and_peak
from bot.model.times import zone

WIDTH, HEIGHT = 1200, 660
"""Slack shows pictures 360 to 720 wide: letters of 26 to 32 here stay readable there."""

FONT = "Source Sans Pro"
PAPER, INK, FAINT = "#ffffff", "#1d1c1d", "#9a9a9a"
"""A picture brings its own paper, so that it reads the same in a light and in a dark client."""

COLOURS = ("#1264a3", "#b3541e", "#5b6770")
"""Apart for colour-blind readers and in grey; limits are dashed as well."""

MOST_FIGURES = 6
"""Figures beside a picture: more do not fit with letters of that size."""

EVERY = {
    Window.HOUR: 15 * MINUTE,
    Window.DAY: 6 * HOUR,
    Window.WEEK: DAY,
    Window.MONTH: 7 * DAY,
    Window.YEAR: 61 * DAY,
}
"""How far the marked times are from one another."""

TIMES = {
    Window.HOUR: "%H:%M",
    Window.DAY: "%H:%M",
    Window.WEEK: "%a %-d",
    Window.MONTH: "%-d %b",
    Window.YEAR: "%b %y",
}
WORDS = {"cpu": "CPU", "memory": "memory", "disk": "disk", "net": "network"}
LAST = {window: f"last {window.value}" for window in Window}


def title(graph: Graph) -> str:
    """Return the heading: `web-01 (CT 101): memory, last day`."""
    subject = "".join(c for c in graph.subject if c.isprintable())
    return f"{subject}: {WORDS[graph.metric.value]}, {LAST[graph.window]}"


def description(graph: Graph) -> str:
    """Return what the picture shows, for who cannot see it."""
    said = [f"{title(graph)}."]
    for line in graph.lines:
        found = typical_and_peak(line)
        if found is None:
            continue
        typical, peak = (f"{number(figure)} {graph.unit}" for figure in found)
        end = f"{number(line.known[-1])} {graph.unit}"
        words = f"{end} now" if line.limit else f"typically {typical}, at most {peak}, {end} now"
        said.append(f"{line.name[:1].upper()}{line.name[1:]}: {words}.")
    if graph.gaps:
        said.append(f"Samples are missing in {graph.gaps} place{'s' * (graph.gaps != 1)}.")
    return " ".join(said)


def png(graph: Graph, timezone: str) -> bytes:
    """Draw it, with times in that IANA time zone. ValueError for a graph without any figure."""
    moments = [at for line in graph.lines for at, _ in line.points]
    if not moments:
        raise ValueError(f"{title(graph)}: there is nothing to draw")
    chart = _chart(graph, min(moments), max(moments), timezone)
    for line in graph.lines:
        chart.add(line.name, list(line.points), stroke_style=_stroke(line))
    drawn = resvg_py.svg_to_bytes(
        svg_string=chart.render(is_unicode=True),
        skip_system_fonts=True,
        font_files=[_font()],
        font_family=FONT,
        sans_serif_family=FONT,
    )
    return bytes(drawn)


@cache
def _font() -> str:
    package = Path(font_source_sans_pro.__file__).parent
    return str(package / "files" / "SourceSansPro-Regular.ttf")


def _stroke(line: Line) -> dict[str, object]:
    return {"dasharray": "14, 10"} if line.limit else {"linejoin": "round"}


@cache
def _pygal() -> Any:
    """Import pygal, when the first picture is drawn, without what it does to everybody's imports.

    It adds a finder of its own plug-ins to `sys.meta_path` that lacks `find_spec`, which others call.
    """
    with catch_warnings():
        simplefilter("ignore", ImportWarning)
        import pygal  # noqa: PLC0415 - 80 ms that only who asks for a picture waits for

        sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, pygal.PluginImportFixer)]
    return pygal


def _chart(graph: Graph, first: int, last: int, timezone: str) -> Any:
    here = zone(timezone)

    def clock(at: float) -> str:
        return datetime.fromtimestamp(at, tz=here).strftime(TIMES[graph.window])

    top = max((max(line.known) for line in graph.lines if line.known), default=0.0)
    return _pygal().XY(
        style=_style(),
        width=WIDTH,
        height=HEIGHT,
        title=title(graph),
        x_title=_zone_word(here.tzname(datetime.fromtimestamp(last, tz=UTC)) or timezone),
        range=(0, top * 1.05 or 1.0),
        x_labels=_ticks(first, last, EVERY[graph.window], here),
        x_value_formatter=clock,
        value_formatter=lambda figure: f"{number(figure)} {graph.unit}",
        allow_interruptions=True,
        show_dots=False,
        max_scale=MOST_FIGURES,
        legend_at_bottom=True,
        truncate_legend=-1,
        margin=28,
        js=(),
    )


def _ticks(first: int, last: int, every: int, here: tzinfo) -> list[int]:
    """Return round moments of that zone within the picture."""
    ahead = datetime.fromtimestamp(last, tz=here).utcoffset()
    offset = int(ahead.total_seconds()) if ahead else 0
    start = (first + offset + every - 1) // every * every - offset
    return list(range(start, last + 1, every))


def _zone_word(zone_name: str) -> str:
    return f"times in {zone_name}"


@cache
def _style() -> Any:
    return _pygal().style.Style(
        background=PAPER,
        plot_background=PAPER,
        foreground=INK,
        foreground_strong=INK,
        foreground_subtle=FAINT,
        stroke_width="4",
        stroke_opacity="1",
        colors=COLOURS,
        font_family=FONT,
        title_font_size=32,
        label_font_size=26,
        major_label_font_size=26,
        legend_font_size=28,
        guide_stroke_color=FAINT,
        major_guide_stroke_color=FAINT,
    )
