"""An independent checker of what Slack accepts (its limits, its escaping), written from the facts."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

CONTROL = re.compile(r"<@[UW][A-Z0-9]+>|<#[CDG][A-Z0-9]+>|<!date\^\d+\^[^|<>]*\|[^|<>]+>")
ENTITY = re.compile(r"&(amp|lt|gt);")
INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
TEXT_KEYS = {"type", "text", "emoji", "verbatim"}
BLOCK_KEYS: dict[str, set[str]] = {
    "section": {"type", "block_id", "text", "accessory"},
    "context": {"type", "block_id", "elements"},
    "actions": {"type", "block_id", "elements"},
    "divider": {"type", "block_id"},
    "header": {"type", "block_id", "text"},
    "input": {"type", "block_id", "label", "element", "optional", "dispatch_action"},
}
IN_INPUT = {
    "plain_text_input",
    "external_select",
    "static_select",
    "radio_buttons",
    "checkboxes",
    "datetimepicker",
}


def size(text: str) -> int:
    """Return the length that Slack counts at most: in units of sixteen bits."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text_problems(where: str, text: Any, low: int, high: int, kind: str = "") -> Iterator[str]:
    """List what is wrong with a text object."""
    if not isinstance(text, dict) or text.get("type") not in {"plain_text", "mrkdwn"}:
        yield f"{where}: no text object: {text!r}"
        return
    if set(text) - TEXT_KEYS:
        yield f"{where}: unknown keys {set(text) - TEXT_KEYS}"
    if kind and text["type"] != kind:
        yield f"{where}: must be {kind}"
    if not low <= size(text["text"]) <= high:
        yield f"{where}: {size(text['text'])} characters, not {low} to {high}"
    yield from escape_problems(where, text["text"], markup=text["type"] == "mrkdwn")


def escape_problems(where: str, text: str, *, markup: bool) -> Iterator[str]:
    """List what is not escaped, is invisible, or opens formatting and does not close it."""
    rest = CONTROL.sub("", text) if markup else text
    if "<" in rest or ">" in rest:
        yield f"{where}: not escaped: {text!r}"
    if "&" in ENTITY.sub("", rest):
        yield f"{where}: a bare ampersand: {text!r}"
    if INVISIBLE.search(text):
        yield f"{where}: invisible characters: {text!r}"
    if markup and text.count("`") % 2:
        yield f"{where}: an open code span: {text!r}"


def _button(where: str, element: Json) -> Iterator[str]:
    yield from text_problems(f"{where}.text", element["text"], 1, 75, "plain_text")
    if size(element["value"]) > 2000:
        yield f"{where}: value too long"
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield f"{where}: style {element['style']}"
    if ask := element.get("confirm"):
        for key, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            yield from text_problems(f"{where}.confirm.{key}", ask[key], 1, most)


def _options(where: str, element: Json, most: int) -> Iterator[str]:
    options = element["options"]
    if not 1 <= len(options) <= most:
        yield f"{where}: {len(options)} options"
    for option in options:
        yield from _option(where, option)
    initial = [element["initial_option"]] if "initial_option" in element else []
    for option in [*initial, *element.get("initial_options", [])]:
        if option not in options:
            yield f"{where}: initial option is none of them"


def _option(where: str, option: Json) -> Iterator[str]:
    yield from text_problems(f"{where}.option", option["text"], 1, 75, "plain_text")
    if not 1 <= size(option["value"]) <= 150:
        yield f"{where}: option value of {size(option['value'])}"


def _text_input(where: str, element: Json) -> Iterator[str]:
    if size(element.get("initial_value", "")) > element["max_length"]:
        yield f"{where}: initial value too long"


def _external(where: str, element: Json) -> Iterator[str]:
    if "initial_option" in element:
        yield from _option(where, element["initial_option"])


def _picker(where: str, element: Json) -> Iterator[str]:
    if len(str(element.get("initial_date_time", 1_000_000_000))) != 10:
        yield f"{where}: not a ten-digit time"


ELEMENTS: dict[str, Callable[[str, Json], Iterator[str]]] = {
    "button": _button,
    "plain_text_input": _text_input,
    "external_select": _external,
    "static_select": lambda where, e: _options(where, e, 100),
    "radio_buttons": lambda where, e: _options(where, e, 10),
    "checkboxes": lambda where, e: _options(where, e, 10),
    "datetimepicker": _picker,
}


def _element(where: str, element: Json) -> Iterator[str]:
    if not 1 <= size(element.get("action_id", "")) <= 255:
        yield f"{where}: action_id"
    if "placeholder" in element:
        yield from text_problems(f"{where}.placeholder", element["placeholder"], 1, 150)
    yield from ELEMENTS[element["type"]](where, element)


def block_problems(where: str, block: Json) -> Iterator[str]:
    """List what is wrong with one block."""
    kind = block["type"]
    if unknown := set(block) - BLOCK_KEYS[kind]:
        yield f"{where}: unknown keys {unknown}"
    if size(block.get("block_id", "")) > 255:
        yield f"{where}: block_id too long"
    yield from BLOCKS[kind](where, block)


def _section(where: str, block: Json) -> Iterator[str]:
    yield from text_problems(f"{where}.text", block["text"], 1, 3000)
    if "accessory" in block:
        yield from _element(f"{where}.accessory", block["accessory"])


def _context(where: str, block: Json) -> Iterator[str]:
    yield from _several(where, block["elements"], 10)
    for n, each in enumerate(block["elements"]):
        yield from text_problems(f"{where}[{n}]", each, 1, 3000)


def _actions(where: str, block: Json) -> Iterator[str]:
    yield from _several(where, block["elements"], 25)
    ids = [e["action_id"] for e in block["elements"]]
    if len(set(ids)) != len(ids):
        yield f"{where}: action_ids {ids}"
    if sum(e.get("style") == "primary" for e in block["elements"]) > 1:
        yield f"{where}: two primary buttons"
    for n, each in enumerate(block["elements"]):
        yield from _element(f"{where}[{n}]", each)


def _input(where: str, block: Json) -> Iterator[str]:
    yield from text_problems(f"{where}.label", block["label"], 1, 2000, "plain_text")
    if block["element"]["type"] not in IN_INPUT:
        yield f"{where}: {block['element']['type']} is no input"
    yield from _element(f"{where}.element", block["element"])


BLOCKS: dict[str, Callable[[str, Json], Iterator[str]]] = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": lambda _where, _block: iter(()),
    "header": lambda w, b: text_problems(w, b["text"], 1, 150, "plain_text"),
}


def _several(where: str, elements: list[Json], most: int) -> Iterator[str]:
    if not 1 <= len(elements) <= most:
        yield f"{where}: {len(elements)} elements"


def _blocks(blocks: list[Json], most: int) -> Iterator[str]:
    if not 1 <= len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    if len(set(ids)) != len(ids):
        yield f"block_ids {ids}"
    for n, block in enumerate(blocks):
        yield from block_problems(f"/{n}({block['type']})", block)


def message_problems(text: str, blocks: list[Json]) -> list[str]:
    """List what is wrong with a message; empty when Slack takes it."""
    json.dumps([text, blocks], ensure_ascii=False).encode()
    found = [] if 1 <= size(text) <= 4000 else [f"text of {size(text)}"]
    found += escape_problems("text", text, markup=True)
    found += [f"{b['type']} in a message" for b in blocks if b["type"] == "input"]
    return found + list(_blocks(blocks, 50))


def view_problems(view: Json) -> list[str]:
    """List what is wrong with a modal view; empty when Slack takes it."""
    json.dumps(view, ensure_ascii=False).encode()
    found = list(text_problems("title", view["title"], 1, 24, "plain_text"))
    inputs = any(b["type"] == "input" for b in view["blocks"])
    if inputs and "submit" not in view:
        found.append("inputs without submit")
    for key in ("submit", "close"):
        if key in view:
            found += text_problems(key, view[key], 1, 24, "plain_text")
    if size(view.get("private_metadata", "")) > 3000 or size(view.get("callback_id", "")) > 255:
        found.append("metadata or callback_id too long")
    return found + list(_blocks(view["blocks"], 100))
