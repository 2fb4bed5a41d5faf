"""Rich text drawn as plain text lines."""

import textwrap
from itertools import count

from bot.simulation.slack.reading import Reader
from bot.simulation.slack.refusal import Json

WIDTH = 92
MARKS = {"rich_text_quote": "> ", "rich_text_preformatted": "    "}


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines, its own line breaks kept."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, width, break_long_words=False) or [""]
    return lines


def rich_text_lines(block: Json, reader: Reader, width: int) -> list[str]:
    """Draw a rich_text block."""
    return [line for part in block["elements"] for line in _part(part, reader, width)]


def _part(part: Json, reader: Reader, width: int) -> list[str]:
    if part["type"] == "rich_text_list":
        indent = "  " * part.get("indent", 0)
        marks = (f"{n}." if part["style"] == "ordered" else "•" for n in count(1))
        items = zip(marks, part["elements"], strict=False)
        return [f"{indent}{mark} {_pieces(item['elements'], reader)}" for mark, item in items]
    text = _pieces(part["elements"], reader).rstrip("\n")
    mark = MARKS.get(part["type"], "")
    preformatted = part["type"] == "rich_text_preformatted"
    lines = text.split("\n") if preformatted else wrapped(text, width - len(mark))
    return [mark + line for line in lines]


def _pieces(pieces: list[Json], reader: Reader) -> str:
    return "".join(_piece(piece, reader) for piece in pieces)


def _piece(piece: Json, reader: Reader) -> str:
    kind = piece["type"]
    if kind == "link" and piece.get("text"):
        return f"{piece['text']} ({piece['url']})"
    named = {
        "user": lambda: f"@{reader.name(piece['user_id'])}",
        "usergroup": lambda: f"@{reader.group(piece['usergroup_id'])}",
        "channel": lambda: reader.channel(piece["channel_id"]),
        "broadcast": lambda: f"@{piece['range']}",
        "date": lambda: reader.date(piece["timestamp"], piece["format"]),
        "emoji": lambda: f":{piece['name']}:",
        "link": lambda: str(piece["url"]),
    }
    return named[kind]() if kind in named else str(piece.get("text", piece.get("value", "")))
