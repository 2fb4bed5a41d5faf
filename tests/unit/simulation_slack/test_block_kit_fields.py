"""Our Block Kit table knows the fields that Slack's own type declarations know."""

from typing import Any

import pytest

from bot.simulation.slack.blockkit.blocks import BLOCKS, CELL
from bot.simulation.slack.blockkit.elements import ELEMENTS
from bot.simulation.slack.blockkit.objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    IMAGE,
    PLAIN_OPTION,
    URL_OPTION,
    mrkdwn,
    plain,
)
from bot.simulation.slack.blockkit.rich_text import PARTS, PIECES
from bot.simulation.slack.blockkit.rules import Open, Rule, Shape
from bot.simulation.slack.blockkit.surfaces import VIEWS
from tests.unit.simulation_slack.shared import shared_json

SCHEMA = "slack/data/blockkit/block-kit.types.schema.json"

# The declarations say `file`; apps may not send it. They know no charts yet.
NOT_IN_OURS = {"file"}


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    """Load the declarations, or skip."""
    definitions: dict[str, Any] = shared_json(SCHEMA)["definitions"]
    return definitions


def by_type(definitions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Merge the variants of every declared object that has a fixed type."""
    found: dict[str, dict[str, Any]] = {}
    for name, definition in definitions.items():
        if name.endswith("Strict"):
            continue
        for variant in definition.get("anyOf", [definition]):
            kind = variant.get("properties", {}).get("type", {}).get("const")
            if kind is None or (kind == "image" and name == "ImageBlock"):
                continue
            merged = found.setdefault(kind, {"fields": set(), "required": None})
            merged["fields"] |= set(variant["properties"])
            required = set(variant.get("required", []))
            before = merged["required"]
            merged["required"] = required if before is None else before & required
    return found


def ours() -> dict[str, Rule]:
    """Give our table's objects by type."""
    blocks = {kind: rule for kind, rule in BLOCKS.items() if kind != "image"}
    texts: dict[str, Rule] = {"plain_text": plain(1), "mrkdwn": mrkdwn(1), "image": IMAGE}
    return {**blocks, **ELEMENTS, **PIECES, **PARTS, **CELL.shapes, **VIEWS, **texts}


def test_every_declared_type_is_in_the_table(declared: dict[str, Any]) -> None:
    """No block, element or object that Slack declares is unknown to us."""
    # `url` is a source inside a task card, checked there
    assert set() == set(by_type(declared)) - set(ours()) - NOT_IN_OURS - {"url"}


@pytest.mark.parametrize("kind", sorted(k for k, r in ours().items() if not isinstance(r, Open)))
def test_the_fields_agree(kind: str, declared: dict[str, Any]) -> None:
    """The fields of a type, and which of them are required, are those that Slack declares."""
    rule = ours()[kind]
    assert isinstance(rule, Shape)
    told = by_type(declared)[kind]
    assert told["fields"] == set(rule.fields)
    assert told["required"] == set(rule.required)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("ConfirmationDialog", CONFIRM),
        ("DispatchActionConfig", DISPATCH_CONFIG),
        ("PlainTextOption", URL_OPTION),
    ],
)
def test_the_fields_of_objects_agree(name: str, shape: Shape, declared: dict[str, Any]) -> None:
    """Objects without a type have the declared fields."""
    assert set(declared[name]["properties"]) == set(shape.fields)


def test_the_filter_of_conversations_agrees(declared: dict[str, Any]) -> None:
    """The filter of conversation selects has the declared fields."""
    told = declared["ConversationsSelect"]["properties"]["filter"]["properties"]
    assert set(told) == set(CONVERSATION_FILTER.fields)


def test_options_need_a_value_though_the_declarations_do_not_say_so(
    declared: dict[str, Any],
) -> None:
    """Where documentation and declarations differ, the stricter one holds."""
    assert declared["PlainTextOption"]["required"] == ["text"]
    assert {"text", "value"} == PLAIN_OPTION.required
