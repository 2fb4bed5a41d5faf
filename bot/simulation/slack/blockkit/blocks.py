"""Blocks and their limits."""

from typing import Any

from bot.simulation.slack.blockkit.elements import (
    ELEMENTS,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from bot.simulation.slack.blockkit.objects import IMAGE, SLACK_FILE, URL, mrkdwn, plain, text
from bot.simulation.slack.blockkit.rich_text import RICH_TEXT
from bot.simulation.slack.blockkit.rules import (
    ByType,
    Check,
    Choice,
    Flag,
    Items,
    Number,
    Open,
    Problem,
    Problems,
    Rule,
    Shape,
    Text,
    at_least_one,
    exactly_one,
    typed,
)

NAMED: dict[str, Rule] = {"block_id": Text(0, 255)}
TABLE_CHARACTERS = 10_000
DATA_TABLE_CHARACTERS = 20_000

CELL = ByType(
    {
        "raw_text": typed("raw_text", {"text": Text(1)}, "text"),
        "raw_number": typed(
            "raw_number", {"text": Text(1), "value": Number(whole=False)}, "text", "value"
        ),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = Shape({"align": Choice(("left", "center", "right")), "is_wrapped": Flag()})


def characters(value: Any) -> int:
    """Count the characters of all texts in a table."""
    if isinstance(value, list):
        return sum(map(characters, value))
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(characters(item) for item in value.values() if isinstance(item, list))
    return 0


def at_most_characters(limit: int) -> Check:
    """Bound the characters of all rows together."""

    def check(value: Any, at: str) -> Problems:
        if characters(value.get("rows")) > limit:
            yield Problem(f"{at}/rows", f"must have less than {limit + 1} characters in all")

    return check


def _equal_width(value: Any, at: str) -> Problems:
    rows = value.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield Problem(f"{at}/rows", "rows must be of equal width")


TASK = typed(
    "task_card",
    {
        **NAMED,
        "task_id": Text(1),
        "title": Text(1),
        "status": Choice(("pending", "in_progress", "complete", "error")),
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": Items(typed("url", {"url": URL, "text": Text(1)}, "url", "text")),
    },
    "task_id",
    "title",
    "status",
)
CARD = typed(
    "card",
    {
        **NAMED,
        "icon": IMAGE,
        "title": mrkdwn(150),
        "subtitle": mrkdwn(150),
        "body": mrkdwn(200),
        "hero_image": IMAGE,
        "actions": Items(ELEMENTS["button"], 1, 3),
    },
    checks=(at_least_one("hero_image", "title", "actions", "body"),),
)

BLOCKS: dict[str, Rule] = {
    "header": typed("header", {**NAMED, "text": plain(150)}, "text"),
    "section": typed(
        "section",
        {
            **NAMED,
            "text": text(3000),
            "fields": Items(text(2000), 1, 10),
            "accessory": IN_SECTION,
            "expand": Flag(),
        },
        checks=(at_least_one("text", "fields"),),
    ),
    "context": typed(
        "context",
        {
            **NAMED,
            "elements": Items(
                ByType({"plain_text": plain(3000), "mrkdwn": mrkdwn(3000), "image": IMAGE}), 1, 10
            ),
        },
        "elements",
    ),
    "actions": typed("actions", {**NAMED, "elements": Items(IN_ACTIONS, 1, 25)}, "elements"),
    "input": typed(
        "input",
        {
            **NAMED,
            "label": plain(2000),
            "hint": plain(2000),
            "element": IN_INPUT,
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
        "label",
        "element",
    ),
    "image": typed(
        "image",
        {
            **NAMED,
            "alt_text": Text(1, 2000),
            "image_url": URL,
            "slack_file": SLACK_FILE,
            "title": plain(2000),
        },
        "alt_text",
        checks=(exactly_one("image_url", "slack_file"),),
    ),
    "divider": typed("divider", NAMED),
    "markdown": typed("markdown", {**NAMED, "text": Text(1, 12_000)}, "text"),
    "rich_text": RICH_TEXT,
    "table": typed(
        "table",
        {
            **NAMED,
            "rows": Items(Items(CELL, 1, 20), 1, 100),
            "column_settings": Items(COLUMN, 0, 20, nullable=True),
        },
        "rows",
        checks=(at_most_characters(TABLE_CHARACTERS),),
    ),
    "data_table": typed(
        "data_table",
        {
            **NAMED,
            "caption": Text(1),
            "rows": Items(Items(CELL, 1, 20), 2, 201),
            "page_size": Number(1, 100),
            "row_header_column_index": Number(0),
        },
        "caption",
        "rows",
        checks=(_equal_width, at_most_characters(DATA_TABLE_CHARACTERS)),
    ),
    "data_visualization": Open({**NAMED, "title": Text(0, 50)}),
    "video": typed(
        "video",
        {
            **NAMED,
            "alt_text": Text(1),
            "title": plain(199),
            "title_url": Text(pattern="https://.*"),
            "author_name": Text(0, 49),
            "description": plain(3000),
            "provider_icon_url": Text(1),
            "provider_name": Text(1),
            "thumbnail_url": Text(1),
            "video_url": Text(pattern="https://.*"),
        },
        "alt_text",
        "title",
        "thumbnail_url",
        "video_url",
    ),
    "card": CARD,
    "carousel": typed("carousel", {**NAMED, "elements": Items(CARD, 1, 10)}, "elements"),
    "alert": typed(
        "alert",
        {
            **NAMED,
            "text": text(200),
            "level": Choice(("default", "info", "warning", "error", "success")),
        },
        "text",
    ),
    "context_actions": typed(
        "context_actions", {**NAMED, "elements": Items(IN_CONTEXT_ACTIONS, 1, 5)}, "elements"
    ),
    "task_card": TASK,
    "plan": typed("plan", {**NAMED, "title": Text(1), "tasks": Items(TASK)}, "title"),
}

IN_CONTAINER = (
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
)
BLOCKS["container"] = typed(
    "container",
    {
        **NAMED,
        "title": plain(150),
        "rich_text_title": RICH_TEXT,
        "subtitle": text(3000),
        "icon": IMAGE,
        "width": Choice(("narrow", "standard", "wide", "full")),
        "default_collapsed": Flag(),
        "has_header_divider": Flag(),
        "is_collapsible": Flag(),
        "child_blocks": Items(ByType({kind: BLOCKS[kind] for kind in IN_CONTAINER}), 1, 10),
    },
    "child_blocks",
    checks=(exactly_one("title", "rich_text_title"),),
)
