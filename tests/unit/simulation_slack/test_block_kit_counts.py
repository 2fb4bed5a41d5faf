"""Lengths and counts of Block Kit: accepted at the limit, refused one beyond it."""

from collections.abc import Callable

import pytest

from bot.simulation.slack.blockkit import problems_of_blocks, problems_of_view
from tests.unit.simulation_slack.building import (
    DIVIDER,
    Json,
    actions,
    button,
    card,
    choice,
    confirmed,
    container,
    context,
    data_table,
    field,
    grouped,
    header,
    home,
    image,
    modal,
    mrkdwn,
    option,
    plain,
    section,
    select,
    table,
    video,
)

ELEMENT = "/blocks/0/elements/0"
Build = Callable[[int], list[Json]]

# what, how to build blocks of size n, the largest n, where the refusal points
MOST: list[tuple[str, Build, int, str]] = [
    ("blocks of a message", lambda n: [DIVIDER] * n, 50, "/blocks"),
    ("block_id", lambda n: [section(block_id="x" * n)], 255, "/blocks/0/block_id"),
    ("action_id", lambda n: [actions(button(action_id="x" * n))], 255, f"{ELEMENT}/action_id"),
    ("header", lambda n: [header(n)], 150, "/blocks/0/text/text"),
    ("section", lambda n: [section(text=mrkdwn(n))], 3000, "/blocks/0/text/text"),
    ("fields", lambda n: [section(fields=[plain(1)] * n)], 10, "/blocks/0/fields"),
    ("field", lambda n: [section(fields=[mrkdwn(n)])], 2000, "/blocks/0/fields/0/text"),
    ("context", lambda n: [context(n)], 10, "/blocks/0/elements"),
    ("actions", lambda n: [actions(*[button()] * n)], 25, "/blocks/0/elements"),
    ("button", lambda n: [actions(button(n))], 75, f"{ELEMENT}/text/text"),
    ("button value", lambda n: [actions(button(value="x" * n))], 2000, f"{ELEMENT}/value"),
    ("button url", lambda n: [actions(button(url="x" * n))], 3000, f"{ELEMENT}/url"),
    (
        "accessibility label",
        lambda n: [actions(button(accessibility_label="x" * n))],
        75,
        f"{ELEMENT}/accessibility_label",
    ),
    ("confirm title", lambda n: [confirmed(title=plain(n))], 100, f"{ELEMENT}/confirm/title/text"),
    ("confirm text", lambda n: [confirmed(text=plain(n))], 300, f"{ELEMENT}/confirm/text/text"),
    ("confirm yes", lambda n: [confirmed(confirm=plain(n))], 30, f"{ELEMENT}/confirm/confirm/text"),
    ("confirm no", lambda n: [confirmed(deny=plain(n))], 30, f"{ELEMENT}/confirm/deny/text"),
    ("options", lambda n: [actions(choice("static_select", n))], 100, f"{ELEMENT}/options"),
    ("groups", lambda n: [grouped(1, n)], 100, f"{ELEMENT}/option_groups"),
    ("group label", lambda n: [grouped(n)], 75, f"{ELEMENT}/option_groups/0/label/text"),
    ("overflow", lambda n: [actions(choice("overflow", n))], 5, f"{ELEMENT}/options"),
    ("checkboxes", lambda n: [actions(choice("checkboxes", n))], 10, f"{ELEMENT}/options"),
    ("radio buttons", lambda n: [actions(choice("radio_buttons", n))], 10, f"{ELEMENT}/options"),
    ("option", lambda n: [select(option(text=plain(n)))], 75, f"{ELEMENT}/options/0/text/text"),
    ("option value", lambda n: [select(option(value="x" * n))], 150, f"{ELEMENT}/options/0/value"),
    (
        "option description",
        lambda n: [select(option(description=plain(n)))],
        75,
        f"{ELEMENT}/options/0/description/text",
    ),
    (
        "placeholder",
        lambda n: [select(option(), placeholder=plain(n))],
        150,
        f"{ELEMENT}/placeholder/text",
    ),
    ("label", lambda n: [field() | {"label": plain(n)}], 2000, "/blocks/0/label/text"),
    ("hint", lambda n: [field() | {"hint": plain(n)}], 2000, "/blocks/0/hint/text"),
    ("min_length", lambda n: [field(min_length=n)], 3000, "/blocks/0/element/min_length"),
    ("max_length", lambda n: [field(max_length=n)], 3000, "/blocks/0/element/max_length"),
    ("files", lambda n: [field("file_input", max_files=n)], 10, "/blocks/0/element/max_files"),
    ("image text", lambda n: [image(alt_text="x" * n)], 2000, "/blocks/0/alt_text"),
    ("image title", lambda n: [image(title=plain(n))], 2000, "/blocks/0/title/text"),
    ("image url", lambda n: [image(image_url="x" * n)], 3000, "/blocks/0/image_url"),
    (
        "markdown in all",
        lambda n: [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * n}],
        6000,
        "/blocks",
    ),
    ("table rows", lambda n: [table(n)], 100, "/blocks/0/rows"),
    ("table cells", lambda n: [table(1, n)], 20, "/blocks/0/rows/0"),
    ("table characters", lambda n: [table(10, 10, n)], 100, "/blocks/0/rows"),
    (
        "table columns",
        lambda n: [table(1, column_settings=[None] * n)],
        20,
        "/blocks/0/column_settings",
    ),
    ("tables", lambda n: [table(1)] * n, 1, "/blocks"),
    ("data table rows", lambda n: [data_table(n)], 201, "/blocks/0/rows"),
    ("data table page", lambda n: [data_table(2, page_size=n)], 100, "/blocks/0/page_size"),
    ("charts", lambda n: [{"type": "data_visualization"}] * n, 2, "/blocks"),
    ("video title", lambda n: [video(n)], 199, "/blocks/0/title/text"),
    ("card title", lambda n: [card(title=mrkdwn(n))], 150, "/blocks/0/title/text"),
    ("card body", lambda n: [card(body=mrkdwn(n))], 200, "/blocks/0/body/text"),
    ("card buttons", lambda n: [card(actions=[button()] * n)], 3, "/blocks/0/actions"),
    (
        "carousel",
        lambda n: [{"type": "carousel", "elements": [card()] * n}],
        10,
        "/blocks/0/elements",
    ),
    ("container", lambda n: [container(*[DIVIDER] * n)], 10, "/blocks/0/child_blocks"),
]

LEAST: list[tuple[str, Build, str]] = [
    ("section", lambda n: [section(text=mrkdwn(n))], "/blocks/0/text/text"),
    ("fields", lambda n: [section(fields=[plain(1)] * n)], "/blocks/0/fields"),
    ("context", lambda n: [context(n)], "/blocks/0/elements"),
    ("actions", lambda n: [actions(*[button()] * n)], "/blocks/0/elements"),
    ("options", lambda n: [actions(choice("static_select", n))], f"{ELEMENT}/options"),
    ("max_length", lambda n: [field(max_length=n)], "/blocks/0/element/max_length"),
    ("table rows", lambda n: [table(n)], "/blocks/0/rows"),
    ("table cell", lambda n: [table(1, 1, n)], "/blocks/0/rows/0/0/text"),
]

MODAL_MOST: list[tuple[str, Callable[[int], Json], int, str]] = [
    ("blocks", lambda n: modal(*[DIVIDER] * n), 100, "/view/blocks"),
    ("home blocks", lambda n: home(*[DIVIDER] * n), 100, "/view/blocks"),
    ("title", lambda n: modal(DIVIDER, title=plain(n)), 24, "/view/title/text"),
    ("submit", lambda n: modal(DIVIDER, submit=plain(n)), 24, "/view/submit/text"),
    ("close", lambda n: modal(DIVIDER, close=plain(n)), 24, "/view/close/text"),
    ("callback_id", lambda n: modal(DIVIDER, callback_id="x" * n), 255, "/view/callback_id"),
    ("external_id", lambda n: modal(DIVIDER, external_id="x" * n), 255, "/view/external_id"),
    (
        "private_metadata",
        lambda n: modal(DIVIDER, private_metadata="x" * n),
        3000,
        "/view/private_metadata",
    ),
    (
        "alert",
        lambda n: modal({"type": "alert", "text": plain(n)}),
        200,
        "/view/blocks/0/text/text",
    ),
]


@pytest.mark.parametrize(("build", "most", "at"), [c[1:] for c in MOST], ids=[c[0] for c in MOST])
def test_at_most(build: Build, most: int, at: str) -> None:
    """The limit itself is accepted; one more is refused where it stands."""
    assert problems_of_blocks(build(most)) == []
    assert at in [problem.pointer for problem in problems_of_blocks(build(most + 1))]


@pytest.mark.parametrize(("build", "at"), [c[1:] for c in LEAST], ids=[c[0] for c in LEAST])
def test_at_least_one(build: Build, at: str) -> None:
    """One is accepted; none is refused where it is missing."""
    assert problems_of_blocks(build(1)) == []
    assert at in [problem.pointer for problem in problems_of_blocks(build(0))]


@pytest.mark.parametrize(
    ("build", "most", "at"), [c[1:] for c in MODAL_MOST], ids=[c[0] for c in MODAL_MOST]
)
def test_at_most_in_a_view(build: Callable[[int], Json], most: int, at: str) -> None:
    """The limit itself is accepted; one more is refused where it stands."""
    assert problems_of_view(build(most)) == []
    assert at in [problem.pointer for problem in problems_of_view(build(most + 1))]
