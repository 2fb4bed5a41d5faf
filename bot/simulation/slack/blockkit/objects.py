"""Objects that blocks and elements are made of: texts, options, dialogs."""

from typing import Any

from bot.simulation.slack.blockkit.rules import (
    ByType,
    Choice,
    Flag,
    Items,
    Problem,
    Problems,
    Rule,
    Shape,
    Text,
    exactly_one,
    typed,
)

URL = Text(1, 3000)
ACTION_ID = Text(1, 255)
STYLE = Choice(("primary", "danger"))


def plain(most: int, least: int = 1) -> Shape:
    """A plain_text of bounded length; the only one with `emoji`."""
    return typed("plain_text", {"text": Text(least, most), "emoji": Flag()}, "text")


def mrkdwn(most: int, least: int = 1) -> Shape:
    """A mrkdwn of bounded length; the only one with `verbatim`."""
    return typed("mrkdwn", {"text": Text(least, most), "verbatim": Flag()}, "text")


def text(most: int, least: int = 1) -> ByType:
    """A text object of either kind."""
    return ByType({"plain_text": plain(most, least), "mrkdwn": mrkdwn(most, least)})


def option(label: Rule, *, url: bool = False) -> Shape:
    """An option: label and description of 75, value of 150; `url` in overflow menus only.

    Slack's documentation requires `value`, its TypeScript types do not; the stricter one holds.
    """
    fields: dict[str, Rule] = {"text": label, "value": Text(1, 150), "description": plain(75)}
    return Shape(fields | ({"url": URL} if url else {}), frozenset({"text", "value"}))


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(text(75))
URL_OPTION = option(plain(75), url=True)

OPTION_GROUP = Shape(
    {"label": plain(75), "options": Items(PLAIN_OPTION, 1, 100)}, frozenset({"label", "options"})
)

CONFIRM = Shape(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": STYLE,
    },
    frozenset({"text"}),
)

DISPATCH_CONFIG = Shape(
    {"trigger_actions_on": Items(Choice(("on_enter_pressed", "on_character_entered")), 1, 2)}
)

CONVERSATION_FILTER = Shape(
    {
        "include": Items(Choice(("im", "mpim", "private", "public")), 1),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    }
)

SLACK_FILE = Shape({"id": Text(1), "url": URL}, checks=(exactly_one("id", "url"),))

IMAGE = typed(
    "image",
    {"alt_text": Text(1, 2000), "image_url": URL, "slack_file": SLACK_FILE},
    "alt_text",
    checks=(exactly_one("image_url", "slack_file"),),
)


def _known(option: Any) -> tuple[str, str]:
    return (str(option.get("value")), str(option.get("text", {}).get("text")))


def initial_among_options(value: Any, at: str) -> Problems:
    """Require that what is chosen at first is one of the options."""
    try:
        grouped = [o for group in value.get("option_groups", []) for o in group["options"]]
        options = {_known(o) for o in [*value.get("options", []), *grouped]}
        first = value.get("initial_options", [])
        chosen = [value["initial_option"]] if "initial_option" in value else first
        strange = [o for o in chosen if _known(o) not in options]
    except (AttributeError, KeyError, TypeError):
        return  # shapes this broken are reported by the rules of the fields
    if strange:
        name = "initial_option" if "initial_option" in value else "initial_options"
        yield Problem(f"{at}/{name}", "must match one of the options")
