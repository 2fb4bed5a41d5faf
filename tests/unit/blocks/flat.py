"""Messages and views as a reader sees them: plain lines, buttons in brackets."""

import re
from typing import Any

from handlers.blocks import Message

Json = dict[str, Any]


def words(text: str) -> str:
    """Return markup as it reads: mentions as @ID, dates by their fallback, entities decoded."""
    seen = re.sub(r"<!date\^[^|]*\|([^>]*)>", r"\1", text)
    seen = re.sub(r"<@(\w+)>", r"@\1", seen).replace("```", "").strip("\n")
    return seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _element(element: Json) -> str:
    kind = element["type"]
    if kind == "button":
        return f"[{words(element['text']['text'])}]"
    if kind in {"plain_text", "mrkdwn"}:
        return words(element["text"])
    if kind == "plain_text_input":
        return f"__{element.get('initial_value', '')}__"
    if "initial_option" in element:
        return f"({words(element['initial_option']['text']['text'])})"
    return f"({kind})"


def block_lines(block: Json) -> list[str]:
    """Return one block as lines."""
    if block["type"] == "input":
        return [f"{words(block['label']['text'])}: {_element(block['element'])}"]
    if block["type"] in {"section", "header"}:
        lines = words(block["text"]["text"]).split("\n")
        return [*lines, _element(block["accessory"])] if "accessory" in block else lines
    gap = " " if block["type"] == "actions" else " | "
    return [gap.join(_element(e) for e in block.get("elements", []))]


def flat(shown: Message | Json) -> str:
    """Return a message or a view as text."""
    blocks = shown.blocks if isinstance(shown, Message) else shown["blocks"]
    return "\n".join(line.rstrip() for block in blocks for line in block_lines(block))


def buttons(blocks: list[Json]) -> list[Json]:
    """Return all buttons of rows and sections, in order."""
    rows = [e for b in blocks for e in b.get("elements", []) if e["type"] == "button"]
    beside = [b["accessory"] for b in blocks if "accessory" in b]
    return [*rows, *beside]


def labels(shown: Message | Json) -> list[str]:
    """Return the words on the buttons."""
    blocks = shown.blocks if isinstance(shown, Message) else shown["blocks"]
    return [words(b["text"]["text"]) for b in buttons(blocks)]
