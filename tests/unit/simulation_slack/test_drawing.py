"""Blocks drawn as lines."""

from bot.simulation.slack.drawing import Drawing
from bot.simulation.slack.estate import default_directory
from bot.simulation.slack.inputs import state_of, with_ids
from bot.simulation.slack.reading import Reader
from tests.unit.simulation_slack.building import DIVIDER, Json

READER = Reader(default_directory())


def plain(text: str) -> Json:
    """Build a plain_text."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """Build a mrkdwn."""
    return {"type": "mrkdwn", "text": text}


def rich(*parts: Json) -> Json:
    """Build a rich_text block."""
    return {"type": "rich_text", "elements": list(parts)}


def drawn(*blocks: Json) -> list[str]:
    """Draw blocks as a message shows them."""
    return Drawing(READER).blocks(with_ids(blocks, lambda: "id"))


def test_a_card() -> None:
    """Header, text, fields in two columns, small print and buttons, top to bottom."""
    fields = [mrkdwn("*Memory*\n8 → 10 GiB"), mrkdwn("*Cores*\n4 → 6")]
    buttons = [
        {"type": "button", "text": plain("Approve")},
        {"type": "overflow", "options": [{"text": plain("More"), "value": "1"}]},
    ]

    assert drawn(
        {"type": "header", "text": plain("Request")},
        {"type": "section", "text": mrkdwn("<@U0ANA> asks"), "fields": fields},
        DIVIDER,
        {"type": "context", "elements": [mrkdwn("_rule_"), plain("R-1")]},
        {"type": "actions", "elements": buttons},
    ) == [
        "REQUEST",
        "@Ana asks",
        "Memory       Cores",
        "8 → 10 GiB   4 → 6",
        "─" * 40,
        "rule · R-1",
        "[ Approve ]  [ … ]",
    ]


def test_a_table_is_aligned() -> None:
    """Every column is as wide as its widest cell."""
    rows = [[{"type": "raw_text", "text": text} for text in row] for row in ("ab", ("long", "c"))]

    assert drawn({"type": "table", "rows": rows}) == ["a      b", "long   c"]


def test_rich_text() -> None:
    """Sections, lists, quotes and code, each in its way; nothing is decoded in them."""
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "&amp; <raw> "},
            {"type": "user", "user_id": "U0BOB"},
            {"type": "link", "url": "https://x", "text": " here"},
        ],
    }
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}

    assert drawn(
        rich(
            section,
            {"type": "rich_text_list", "style": "ordered", "elements": [words, words]},
            {"type": "rich_text_quote", "elements": words["elements"]},
            {"type": "rich_text_preformatted", "elements": words["elements"]},
        )
    ) == ["&amp; <raw> @Bob here (https://x)", "1. one", "2. one", "> one", "    one"]


def test_inputs_show_their_state() -> None:
    """What was entered, what is suggested, what is ticked."""
    options = [{"text": plain(name), "value": name} for name in ("now", "later")]
    blocks = with_ids(
        [
            {
                "type": "input",
                "label": plain("When"),
                "element": {
                    "type": "radio_buttons",
                    "options": options,
                    "initial_option": options[0],
                },
            },
            {
                "type": "input",
                "optional": True,
                "label": plain("Who"),
                "element": {"type": "users_select", "initial_user": "U0BOB"},
            },
            {
                "type": "input",
                "label": plain("Why"),
                "hint": plain("In a sentence."),
                "element": {"type": "plain_text_input", "placeholder": plain("because")},
            },
        ],
        iter("abcdefgh").__next__,
    )

    assert Drawing(READER, values=state_of(blocks)).blocks(blocks) == [
        "When",
        "(•) now  ( ) later",
        "Who (optional)",
        "[ Bob ▾ ]",
        "Why",
        "[ (because)                ]",
        "In a sentence.",
    ]


def test_long_lines_are_broken() -> None:
    """A paragraph keeps to the width."""
    lines = Drawing(READER, width=20).blocks([{"type": "section", "text": mrkdwn("word " * 10)}])

    assert max(map(len, lines)) <= 20
    assert " ".join(lines).split() == ["word"] * 10
