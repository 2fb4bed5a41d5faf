"""Builds blocks of a given size, as short as their names."""

from typing import Any

Json = dict[str, Any]
DIVIDER: Json = {"type": "divider"}


def plain(length: int, **fields: Any) -> Json:
    """Build a plain_text of some length."""
    return {"type": "plain_text", "text": "x" * length, **fields}


def mrkdwn(length: int, **fields: Any) -> Json:
    """Build a mrkdwn of some length."""
    return {"type": "mrkdwn", "text": "x" * length, **fields}


def section(**fields: Any) -> Json:
    """Build a section with a text unless told otherwise."""
    return {"type": "section", "text": mrkdwn(1), **fields}


def header(length: int) -> Json:
    """Build a header of some length."""
    return {"type": "header", "text": plain(length)}


def context(count: int) -> Json:
    """Build a context of some texts."""
    return {"type": "context", "elements": [mrkdwn(1)] * count}


def actions(*elements: Json, **fields: Any) -> Json:
    """Build an actions block."""
    return {"type": "actions", "elements": list(elements), **fields}


def button(length: int = 1, **fields: Any) -> Json:
    """Build a button."""
    return {"type": "button", "text": plain(length), **fields}


def confirmed(**fields: Any) -> Json:
    """Build a button with a confirm dialog."""
    return actions(button(confirm={"text": mrkdwn(1), **fields}))


def option(number: int = 1, **fields: Any) -> Json:
    """Build an option."""
    return {"text": plain(1), "value": str(number), **fields}


def choice(kind: str, count: int, **fields: Any) -> Json:
    """Build an element with some options."""
    return {"type": kind, "options": [option(n) for n in range(count)], **fields}


def select(*options: Json, **fields: Any) -> Json:
    """Build actions with one select of these options."""
    return actions({"type": "static_select", "options": list(options), **fields})


def grouped(label: int, groups: int = 1) -> Json:
    """Build actions with a select of groups."""
    group = {"label": plain(label), "options": [option()]}
    return actions({"type": "static_select", "option_groups": [group] * groups})


def field(kind: str = "plain_text_input", **fields: Any) -> Json:
    """Build an input block around an element."""
    return {"type": "input", "label": plain(1), "element": {"type": kind, **fields}}


def image(**fields: Any) -> Json:
    """Build an image block."""
    return {"type": "image", "alt_text": "a", "image_url": "https://x", **fields}


def video(title: int) -> Json:
    """Build a video."""
    urls = {"thumbnail_url": "https://x", "video_url": "https://x"}
    return {"type": "video", "alt_text": "a", "title": plain(title), **urls}


def rows(count: int, cells: int = 1, length: int = 1) -> list[list[Json]]:
    """Build rows of a table."""
    return [[{"type": "raw_text", "text": "x" * length}] * cells for _ in range(count)]


def table(count: int, cells: int = 1, length: int = 1, **fields: Any) -> Json:
    """Build a table of some size."""
    return {"type": "table", "rows": rows(count, cells, length), **fields}


def data_table(count: int, **fields: Any) -> Json:
    """Build a data table of some size."""
    return {"type": "data_table", "caption": "c", "rows": rows(count), **fields}


def card(**fields: Any) -> Json:
    """Build a card."""
    return {"type": "card", "title": mrkdwn(1), **fields}


def container(*blocks: Json) -> Json:
    """Build a container."""
    return {"type": "container", "title": plain(1), "child_blocks": list(blocks)}


def modal(*blocks: Json, **fields: Any) -> Json:
    """Build a modal."""
    return {"type": "modal", "title": plain(1), "blocks": list(blocks), **fields}


def home(*blocks: Json, **fields: Any) -> Json:
    """Build a Home tab."""
    return {"type": "home", "blocks": list(blocks), **fields}
