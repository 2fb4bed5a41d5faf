"""What people type, what pings, and how text reads."""

import pytest

from bot.simulation.slack.estate import default_directory
from bot.simulation.slack.markup import escape_typed, pings_in_blocks, pings_in_text
from bot.simulation.slack.reading import Reader
from tests.unit.simulation_slack.building import Json

TYPED = [
    ("approve @bob", "approve <@U0BOB|bob>"),
    ("in #web", "in <#C0WEB|web>"),
    ("in #prod-db", "in <#C0PRODDB|>"),
    ("ask @web", "ask <!subteam^S0WEB|@web>"),
    ("@here", "<!here>"),
    ("@nobody #nowhere", "@nobody #nowhere"),
    ("see https://x/?a=1&b=2", "see <https://x/?a=1&amp;b=2>"),
    ("a < b & c", "a &lt; b &amp; c"),
]

READ = [
    ("<@U0ANA> in <#C0WEB|web>", "@Ana in #web"),
    ("<!subteam^S0OPSGROUP> <!here>", "@ops @here"),
    ("<https://x|the page> <mailto:a@b.c|a@b.c>", "the page (https://x) a@b.c (mailto:a@b.c)"),
    ("<https://x>", "https://x"),
    ("<!date^1795500000^{date_short} {time}|later>", "Nov 24, 2026 07:00"),
    ("<!date^soon^{time}|later>", "later"),
    ("*bold* _it_ ~no~ a*b*c", "bold it no a*b*c"),
    ("`*code*` and snake_case_name", "`*code*` and snake_case_name"),
    ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
]

BLOCKS: list[tuple[Json, list[tuple[str, str]]]] = [
    (
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> a"}},
        [("<!channel>", "/blocks/0/text")],
    ),
    ({"type": "section", "text": {"type": "plain_text", "text": "<!channel>"}}, []),
    ({"type": "section", "text": {"type": "mrkdwn", "text": "&lt;!channel&gt;"}}, []),
    (
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "broadcast", "range": "here"},
                        {"type": "text", "text": "<!channel>"},
                        {"type": "user", "user_id": "U0BOB"},
                    ],
                }
            ],
        },
        [
            ("<!here>", "/blocks/0/elements/0/elements/0"),
            ("<@U0BOB>", "/blocks/0/elements/0/elements/2"),
        ],
    ),
]


@pytest.mark.parametrize(("typed", "sent"), TYPED)
def test_typed_names_become_ids(typed: str, sent: str) -> None:
    """`should_escape` turns names and links into control sequences, and encodes the rest."""
    assert escape_typed(typed, default_directory()) == sent


@pytest.mark.parametrize(("text", "read"), READ)
def test_markup_reads_as_people_read_it(text: str, read: str) -> None:
    """Ids become names, dates are local, emphasis loses its marks, entities are decoded."""
    assert Reader(default_directory()).mrkdwn(text) == read


def test_dates_are_in_the_readers_zone() -> None:
    """The same moment is another hour elsewhere."""
    text = "<!date^1795500000^{time}|later>"

    assert Reader(default_directory(), "America/New_York").mrkdwn(text) == "01:00"


@pytest.mark.parametrize(("block", "pings"), BLOCKS)
def test_pings_are_found_where_slack_makes_them(block: Json, pings: list[tuple[str, str]]) -> None:
    """Mrkdwn and rich text notify; plain text and encoded text do not."""
    assert list(pings_in_blocks([block])) == pings


def test_pings_in_a_text() -> None:
    """Users, groups and broadcasts notify; channels and links do not."""
    text = "<@U0BOB|bob> <!subteam^S0WEB|@web> <!everyone> <#C0WEB|web> <https://x>"

    assert pings_in_text(text) == ["<@U0BOB>", "<!subteam^S0WEB>", "<!everyone>"]
