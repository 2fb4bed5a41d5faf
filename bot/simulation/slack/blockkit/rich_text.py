"""Rich text: sections, lists, quotes and preformatted text, and their pieces."""

from bot.simulation.slack.blockkit.rules import (
    ByType,
    Choice,
    Flag,
    Items,
    Number,
    Rule,
    Shape,
    Text,
    typed,
)

STYLED: dict[str, Rule] = {
    "style": Shape({n: Flag() for n in ("bold", "italic", "strike", "code", "underline")})
}
BORDER: dict[str, Rule] = {"border": Choice((0, 1))}

PIECES: dict[str, Rule] = {
    "text": typed("text", {"text": Text(1), **STYLED}, "text"),
    "link": typed("link", {"url": Text(1), "text": Text(), "unsafe": Flag(), **STYLED}, "url"),
    "emoji": typed("emoji", {"name": Text(1), "unicode": Text(), "url": Text(), **STYLED}, "name"),
    "user": typed("user", {"user_id": Text(1), **STYLED}, "user_id"),
    "usergroup": typed("usergroup", {"usergroup_id": Text(1), **STYLED}, "usergroup_id"),
    "team": typed("team", {"team_id": Text(1), **STYLED}, "team_id"),
    "channel": typed("channel", {"channel_id": Text(1), **STYLED}, "channel_id"),
    "color": typed("color", {"value": Text(1), **STYLED}, "value"),
    "broadcast": typed(
        "broadcast", {"range": Choice(("here", "channel", "everyone")), **STYLED}, "range"
    ),
    "date": typed(
        "date",
        {
            "timestamp": Number(),
            "format": Text(1),
            "url": Text(),
            "fallback": Text(),
            **STYLED,
        },
        "timestamp",
        "format",
    ),
}
ANY_PIECE = Items(ByType(PIECES))
SECTION = typed("rich_text_section", {"elements": ANY_PIECE}, "elements")

PARTS: dict[str, Rule] = {
    "rich_text_section": SECTION,
    "rich_text_quote": typed("rich_text_quote", {"elements": ANY_PIECE, **BORDER}, "elements"),
    "rich_text_preformatted": typed(
        "rich_text_preformatted",
        {
            "elements": Items(ByType({name: PIECES[name] for name in ("text", "link")})),
            **BORDER,
        },
        "elements",
    ),
    "rich_text_list": typed(
        "rich_text_list",
        {
            "elements": Items(SECTION),
            "style": Choice(("bullet", "ordered")),
            "indent": Number(0),
            **BORDER,
        },
        "elements",
        "style",
    ),
}

RICH_TEXT = typed(
    "rich_text", {"block_id": Text(0, 255), "elements": Items(ByType(PARTS))}, "elements"
)
