"""What may stand where in Block Kit, what is required, and what excludes each other."""

import pytest

from bot.simulation.slack.blockkit import problems_of_blocks, problems_of_view
from tests.unit.simulation_slack.building import (
    DIVIDER,
    Json,
    actions,
    button,
    card,
    confirmed,
    container,
    data_table,
    field,
    header,
    home,
    image,
    modal,
    mrkdwn,
    option,
    plain,
    rows,
    section,
    select,
    table,
)

ELEMENT = "/blocks/0/elements/0"
TASK = {"type": "task_card", "task_id": "1", "title": "t"}
GROUP = {"label": plain(1), "options": [option()]}
WHOLE = {"is_decimal_allowed": False}
FOCUS = field(focus_on_load=True)
SUBMIT = {"submit": plain(1)}

# what, a block that is accepted, one that is refused, where the refusal points
PAIRS: list[tuple[str, Json, Json, str]] = [
    ("header is plain", header(1), header(1) | {"text": mrkdwn(1)}, "/blocks/0/text/type"),
    ("section says something", section(), {"type": "section"}, "/blocks/0"),
    (
        "emoji in plain_text only",
        section(text=plain(1, emoji=True)),
        section(text=mrkdwn(1, emoji=True)),
        "/blocks/0/text",
    ),
    (
        "verbatim in mrkdwn only",
        section(text=mrkdwn(1, verbatim=True)),
        section(text=plain(1, verbatim=True)),
        "/blocks/0/text",
    ),
    ("unknown field", section(expand=True), section(colour="red"), "/blocks/0"),
    ("unknown block", DIVIDER, {"type": "banner"}, "/blocks/0/type"),
    ("block without type", DIVIDER, {"text": plain(1)}, "/blocks/0"),
    ("files are not for apps", DIVIDER, {"type": "file", "source": "remote"}, "/blocks/0/type"),
    ("alerts are for modals", DIVIDER, {"type": "alert", "text": plain(1)}, "/blocks/0/type"),
    (
        "no text input in a section",
        section(accessory=button()),
        section(accessory={"type": "plain_text_input"}),
        "/blocks/0/accessory/type",
    ),
    (
        "no date and time in a section",
        section(accessory={"type": "datepicker"}),
        section(accessory={"type": "datetimepicker"}),
        "/blocks/0/accessory/type",
    ),
    (
        "no text input in actions",
        actions({"type": "datetimepicker"}),
        actions({"type": "plain_text_input"}),
        f"{ELEMENT}/type",
    ),
    ("no button in input", field(), field() | {"element": button()}, "/blocks/0/element/type"),
    ("input has an element", field(), {"type": "input", "label": plain(1)}, "/blocks/0"),
    (
        "button style",
        actions(button(style="danger")),
        actions(button(style="default")),
        f"{ELEMENT}/style",
    ),
    (
        "confirm style",
        confirmed(style="danger"),
        confirmed(style="red"),
        f"{ELEMENT}/confirm/style",
    ),
    (
        "mrkdwn options in checkboxes only",
        actions({"type": "checkboxes", "options": [option(text=mrkdwn(1))]}),
        select(option(text=mrkdwn(1))),
        f"{ELEMENT}/options/0/text/type",
    ),
    (
        "option url in overflow only",
        actions({"type": "overflow", "options": [option(url="https://x")]}),
        select(option(url="https://x")),
        f"{ELEMENT}/options/0",
    ),
    (
        "options or groups, not both",
        select(option()),
        select(option(), option_groups=[GROUP]),
        ELEMENT,
    ),
    (
        "initial option is one of the options",
        select(option(1), initial_option=option(1)),
        select(option(1), initial_option=option(2)),
        f"{ELEMENT}/initial_option",
    ),
    (
        "date",
        actions({"type": "datepicker", "initial_date": "2026-11-23"}),
        actions({"type": "datepicker", "initial_date": "23.11.2026"}),
        f"{ELEMENT}/initial_date",
    ),
    (
        "time",
        actions({"type": "timepicker", "initial_time": "02:00"}),
        actions({"type": "timepicker", "initial_time": "2:00"}),
        f"{ELEMENT}/initial_time",
    ),
    (
        "date and time in seconds",
        actions({"type": "datetimepicker", "initial_date_time": 1531420618}),
        actions({"type": "datetimepicker", "initial_date_time": 1531420618000}),
        f"{ELEMENT}/initial_date_time",
    ),
    (
        "shortest is not above longest",
        field(min_length=2, max_length=2),
        field(min_length=3, max_length=2),
        "/blocks/0/element/min_length",
    ),
    (
        "numbers say whether decimals are allowed",
        field("number_input", **WHOLE),
        field("number_input"),
        "/blocks/0/element",
    ),
    (
        "bounds of numbers are strings",
        field("number_input", **WHOLE, min_value="1"),
        field("number_input", **WHOLE, min_value=1),
        "/blocks/0/element/min_value",
    ),
    ("image by url or file", image(), image(slack_file={"id": "F1"}), "/blocks/0"),
    (
        "rows of a data table are equally wide",
        data_table(2),
        data_table(2) | {"rows": [*rows(1, 1), *rows(1, 2)]},
        "/blocks/0/rows",
    ),
    ("card says something", card(), {"type": "card", "subtitle": mrkdwn(1)}, "/blocks/0"),
    (
        "containers hold some blocks only",
        container(DIVIDER),
        container({"type": "markdown", "text": "x"}),
        "/blocks/0/child_blocks/0/type",
    ),
    ("task status", TASK | {"status": "complete"}, TASK | {"status": "done"}, "/blocks/0/status"),
    (
        "pieces of rich text stand in sections",
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
        {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
        f"{ELEMENT}/type",
    ),
]

VIEW_PAIRS: list[tuple[str, Json, Json, str]] = [
    ("title", modal(DIVIDER), {"type": "modal", "blocks": [DIVIDER]}, "/view"),
    ("inputs need submit", modal(field(), **SUBMIT), modal(field()), "/view"),
    ("one focus", modal(FOCUS, **SUBMIT), modal(FOCUS, FOCUS, **SUBMIT), "/view/blocks"),
    ("no echo of a received view", modal(DIVIDER), modal(DIVIDER, hash="1.a"), "/view"),
    ("no table", modal(DIVIDER), modal(table(1)), "/view/blocks/0/type"),
    ("no title at home", home(DIVIDER), home(DIVIDER, title=plain(1)), "/view"),
]


@pytest.mark.parametrize(
    ("accepted", "refused", "at"), [c[1:] for c in PAIRS], ids=[c[0] for c in PAIRS]
)
def test_a_block_has_its_shape(accepted: Json, refused: Json, at: str) -> None:
    """The first is accepted; the second is refused where it goes wrong."""
    assert problems_of_blocks([accepted]) == []
    assert at in [problem.pointer for problem in problems_of_blocks([refused])]


@pytest.mark.parametrize(
    ("accepted", "refused", "at"), [c[1:] for c in VIEW_PAIRS], ids=[c[0] for c in VIEW_PAIRS]
)
def test_a_view_has_its_shape(accepted: Json, refused: Json, at: str) -> None:
    """The first is accepted; the second is refused where it goes wrong."""
    assert problems_of_view(accepted) == []
    assert at in [problem.pointer for problem in problems_of_view(refused)]


def test_block_ids_are_unique() -> None:
    """The second block of the same id is refused."""
    blocks = [section(block_id="a"), section(block_id="a")]

    assert [problem.pointer for problem in problems_of_blocks(blocks)] == ["/blocks/1/block_id"]


def test_action_ids_are_unique_within_their_block() -> None:
    """One action_id may stand in two blocks, but not twice in one."""
    one = actions(button(action_id="a"))

    assert problems_of_blocks([one, one]) == []
    both = actions(button(action_id="a"), button(action_id="a"))
    assert [problem.pointer for problem in problems_of_blocks([both])] == ["/blocks/0/elements"]


def test_two_tables_have_an_error_of_their_own() -> None:
    """Two tables are refused by Slack's special code."""
    found = problems_of_blocks([table(1), table(1)])

    assert [problem.code for problem in found] == ["only_one_table_allowed"]
