"""Messages, modals and Home tabs: which blocks, how many, and what holds across them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from bot.simulation.slack.blockkit.blocks import BLOCKS
from bot.simulation.slack.blockkit.objects import plain
from bot.simulation.slack.blockkit.rules import (
    ByType,
    Flag,
    Items,
    Problem,
    Problems,
    Rule,
    Shape,
    Text,
    typed,
)

MESSAGE_ONLY = frozenset(
    {"markdown", "table", "data_table", "data_visualization", "context_actions"}
)
MODAL_ONLY = frozenset({"alert"})
MARKDOWN_CHARACTERS = 12_000
CHARTS = 2
NESTED = ("accessory", "element", "elements", "actions", "child_blocks")

IN_MESSAGE = ByType({kind: rule for kind, rule in BLOCKS.items() if kind not in MODAL_ONLY})
IN_MODAL = ByType({kind: rule for kind, rule in BLOCKS.items() if kind not in MESSAGE_ONLY})
IN_HOME = ByType(
    {kind: rule for kind, rule in BLOCKS.items() if kind not in MESSAGE_ONLY | MODAL_ONLY}
)


def _submit_with_inputs(value: Any, at: str) -> Problems:
    blocks = value.get("blocks")
    kinds = [block.get("type") for block in _objects(blocks)]
    if "input" in kinds and "submit" not in value:
        yield Problem(at, "missing required field: submit (there are input blocks)")


VIEW: dict[str, Rule] = {
    "callback_id": Text(0, 255),
    "external_id": Text(0, 255),
    "private_metadata": Text(0, 3000),
}
MODAL = typed(
    "modal",
    {
        **VIEW,
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "blocks": Items(IN_MODAL, 1, 100),
    },
    "title",
    "blocks",
    checks=(_submit_with_inputs,),
)
HOME = typed("home", {**VIEW, "blocks": Items(IN_HOME, 1, 100)}, "blocks")
VIEWS: dict[str, Shape] = {"modal": MODAL, "home": HOME}


def problems_of_blocks(blocks: Any) -> list[Problem]:
    """List what Slack would refuse in the blocks of a message."""
    found = list(Items(IN_MESSAGE, 0, 50).check(blocks, "/blocks"))
    found += _unique(blocks, "/blocks")
    return found + list(_counts(_objects(blocks)))


def problems_of_view(view: Any) -> list[Problem]:
    """List what Slack would refuse in a view."""
    found = list(ByType(VIEWS).check(view, "/view"))
    if not isinstance(view, dict):
        return found
    blocks = view.get("blocks")
    found += _unique(blocks, "/view/blocks")
    if len(list(_focused(_objects(blocks)))) > 1:
        found.append(Problem("/view/blocks", "focus_on_load is allowed on one element only"))
    return found


def _objects(items: Any) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _counts(blocks: list[dict[str, Any]]) -> Problems:
    kinds = Counter(str(block.get("type")) for block in blocks)
    if kinds["table"] > 1:
        yield Problem("/blocks", "only one table is allowed", "only_one_table_allowed")
    if kinds["data_visualization"] > CHARTS:
        yield Problem("/blocks", f"no more than {CHARTS} charts allowed")
    length = sum(len(str(b.get("text", ""))) for b in blocks if b.get("type") == "markdown")
    if length > MARKDOWN_CHARACTERS:
        yield Problem(
            "/blocks", f"markdown must be less than {MARKDOWN_CHARACTERS + 1} characters in all"
        )


def _unique(blocks: Any, at: str) -> Problems:
    """Name block ids used twice, and action ids used twice within one block."""
    seen: set[str] = set()
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if not isinstance(block, dict):
            continue
        children = [(block, f"{at}/{index}")] + [
            (child, f"{at}/{index}/child_blocks/{n}")
            for n, child in enumerate(_objects(block.get("child_blocks")))
        ]
        for child, pointer in children:
            yield from _unique_in(child, pointer, seen)


def _unique_in(block: dict[str, Any], at: str, seen: set[str]) -> Problems:
    block_id = block.get("block_id")
    if isinstance(block_id, str) and block_id and block.get("type") != "markdown":
        if block_id in seen:
            yield Problem(f"{at}/block_id", f"duplicate block_id: {block_id}")
        seen.add(block_id)
    names = Counter(
        element["action_id"]
        for element in _objects(block.get("elements"))
        if isinstance(element.get("action_id"), str)
    )
    for name, count in names.items():
        if count > 1:
            yield Problem(f"{at}/elements", f"duplicate action_id: {name}")


def _focused(blocks: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Find the elements that want the focus."""
    for block in blocks:
        for name in NESTED:
            inner = block.get(name)
            elements = _objects(inner if isinstance(inner, list) else [inner])
            yield from (element for element in elements if element.get("focus_on_load") is True)
            if name == "child_blocks":
                yield from _focused(elements)
