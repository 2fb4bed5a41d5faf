"""Pictures: PNG of a fixed size on their own paper, drawn with our own font, and told in words."""

import struct
import sys
import zlib

import pytest

from bot import charts
from bot.model.samples import GIB, MINUTE, Metric, Sample, Window, graph_of

NOW = 1_764_000_000
SAMPLES = tuple(
    Sample(
        at=NOW - MINUTE * n,
        values={} if 10 < n < 20 else {"mem": GIB * (1 + n / 60), "maxmem": 4 * GIB},
    )
    for n in range(60)
)
GRAPH = graph_of("web-01 (CT 101)", Metric.MEMORY, Window.HOUR, SAMPLES)


def pixels(png: bytes) -> list[bytes]:
    """Return the rows of an RGBA picture, unfiltered as far as its first row tells its colours."""
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw = zlib.decompress(data)
    row = charts.WIDTH * 4 + 1
    return [raw[n : n + row] for n in range(0, len(raw), row)]


def test_a_picture_is_a_png_of_the_size_that_slack_shows_well() -> None:
    """Width and height stand in its header."""
    png = charts.png(GRAPH, "Europe/Paris")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (charts.WIDTH, charts.HEIGHT)


def test_it_brings_its_own_white_paper() -> None:
    """Not transparent: a dark client shows the same picture."""
    first = pixels(charts.png(GRAPH, "UTC"))[0]
    assert first[1:5] == b"\xff\xff\xff\xff"


def test_letters_are_drawn_without_fonts_of_the_system() -> None:
    """Another heading gives another picture: the container image has no fonts."""
    other = graph_of("db1 (CT 104)", Metric.MEMORY, Window.HOUR, SAMPLES)
    assert charts.png(other, "UTC") != charts.png(GRAPH, "UTC")


def test_times_are_those_of_the_reader() -> None:
    """Another zone moves the marks."""
    assert charts.png(GRAPH, "Asia/Kolkata") != charts.png(GRAPH, "UTC")


@pytest.mark.parametrize("window", list(Window))
@pytest.mark.parametrize("metric", list(Metric))
def test_every_picture_can_be_drawn(metric: Metric, window: Window) -> None:
    """Also of a single sample, and of figures that are all zero."""
    values = dict.fromkeys(
        ("cpu", "mem", "maxmem", "diskread", "diskwrite", "netin", "netout"), 0.0
    )
    graph = graph_of("x", metric, window, [Sample(at=NOW, values=values)])
    assert charts.png(graph, "UTC").startswith(b"\x89PNG")


def test_a_name_is_no_markup() -> None:
    """Names from Proxmox stand in the picture as they are."""
    graph = graph_of("<b>&\"'\x00", Metric.MEMORY, Window.HOUR, SAMPLES)
    assert charts.png(graph, "UTC").startswith(b"\x89PNG")


def test_nothing_to_draw_is_said() -> None:
    """No empty picture is made."""
    empty = graph_of("web-01", Metric.MEMORY, Window.HOUR, ())
    with pytest.raises(ValueError, match="web-01: memory, last hour: there is nothing to draw"):
        charts.png(empty, "UTC")


def test_the_picture_in_words() -> None:
    """For who cannot see it: figures, the limit, and that something is missing."""
    assert charts.description(GRAPH) == (
        "web-01 (CT 101): memory, last hour. In use: typically 1.6 GiB, at most 2 GiB, 1 GiB now. "
        "Limit: 4 GiB now. Samples are missing in 1 place."
    )


def test_drawing_leaves_the_imports_of_everybody_alone() -> None:
    """The library's own finder is gone again."""
    charts.png(GRAPH, "UTC")
    assert all(hasattr(finder, "find_spec") for finder in sys.meta_path)
