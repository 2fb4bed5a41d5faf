"""Elements that hold a value: where they stand, what they start with, what a person enters."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.simulation.slack.refusal import Json

# element type: (name in the state, name of the initial value, a list?)
HOLDERS: dict[str, tuple[str, str, bool]] = {
    "plain_text_input": ("value", "initial_value", False),
    "email_text_input": ("value", "initial_value", False),
    "url_text_input": ("value", "initial_value", False),
    "number_input": ("value", "initial_value", False),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "static_select": ("selected_option", "initial_option", False),
    "external_select": ("selected_option", "initial_option", False),
    "users_select": ("selected_user", "initial_user", False),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "channels_select": ("selected_channel", "initial_channel", False),
    "multi_static_select": ("selected_options", "initial_options", True),
    "multi_external_select": ("selected_options", "initial_options", True),
    "multi_users_select": ("selected_users", "initial_users", True),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True),
    "multi_channels_select": ("selected_channels", "initial_channels", True),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
    "checkboxes": ("selected_options", "initial_options", True),
    "radio_buttons": ("selected_option", "initial_option", False),
    "file_input": ("files", "initial_files", True),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """An interactive element and the block it stands in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """Name the block."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """Name the element."""
        return str(self.element["action_id"])


def placed(blocks: Iterable[Json]) -> Iterator[Placed]:
    """Walk over the interactive elements of blocks, in reading order."""
    for block in blocks:
        elements: list[Json] = []
        match block.get("type"):
            case "section" | "input":
                elements = [block[name] for name in ("accessory", "element") if name in block]
            case "actions" | "context_actions":
                elements = block.get("elements", [])
            case "card":
                elements = block.get("actions", [])
            case "container":
                yield from placed(block.get("child_blocks", []))
        yield from (Placed(block, element) for element in elements if "action_id" in element)


def with_ids(blocks: Iterable[Json], new_id: Callable[[], str]) -> list[Json]:
    """Give the blocks and elements that name themselves not an id, as Slack does."""
    return [_block_with_ids(block, new_id) for block in blocks]


def _block_with_ids(block: Json, new_id: Callable[[], str]) -> Json:
    given = {**block, "block_id": block.get("block_id") or new_id()}
    for name in ("accessory", "element"):
        if isinstance(given.get(name), dict) and given[name].get("type") != "image":
            given[name] = _element_with_id(given[name], new_id)
    for name in ("elements", "actions"):
        if given["type"] in {"actions", "context_actions", "card"} and name in given:
            given[name] = [_element_with_id(element, new_id) for element in given[name]]
    if given["type"] == "container":
        given["child_blocks"] = with_ids(given["child_blocks"], new_id)
    return given


def _element_with_id(element: Json, new_id: Callable[[], str]) -> Json:
    return {**element, "action_id": element.get("action_id") or new_id()}


def initial(element: Json) -> Json | None:
    """Give an element's state before anybody touched it; None if it holds no value."""
    holder = HOLDERS.get(element["type"])
    if holder is None:
        return None
    name, start, many = holder
    return {"type": element["type"], name: element.get(start, [] if many else None)}


def state_of(blocks: Iterable[Json], before: Json | None = None) -> Json:
    """Give the state of all elements, keeping what stood in `before` under the same ids."""
    values: Json = {}
    for place in placed(blocks):
        fresh = initial(place.element)
        if fresh is None:
            continue
        kept = (before or {}).get(place.block_id, {}).get(place.action_id)
        same = kept is not None and kept["type"] == fresh["type"]
        values.setdefault(place.block_id, {})[place.action_id] = kept if same else fresh
    return values


def options_of(element: Json) -> list[Json]:
    """List an element's own options, those in groups included."""
    grouped = [o for group in element.get("option_groups", []) for o in group["options"]]
    return [*element.get("options", []), *grouped]


def entry(
    element: Json, value: Any, options: list[Json], look_up: Callable[[str, str], str]
) -> Json:
    """Give an element's state after a person entered `value`.

    Options are chosen by value or by visible label; `look_up(kind, name)` turns names of people
    and channels into ids. LookupError names what could have been chosen.
    """
    kind = element["type"]
    name, _, many = HOLDERS[kind]

    def one(item: Any) -> Any:
        if name.startswith("selected_option"):
            return item if isinstance(item, dict) else _option(item, options)
        if name.startswith(("selected_user", "selected_conversation", "selected_channel")):
            return look_up("user" if "user" in name else "channel", str(item))
        return item if name in {"selected_date_time", "rich_text_value", "files"} else str(item)

    if many:
        items = value if isinstance(value, list | tuple) else [value]
        return {"type": kind, name: [one(item) for item in items if item is not None]}
    return {"type": kind, name: None if value is None or value == "" else one(value)}


def _option(wanted: Any, options: list[Json]) -> Json:
    for option in options:
        if str(wanted) in (option.get("value"), option["text"]["text"]):
            return option
    labels = ", ".join(repr(option["text"]["text"]) for option in options) or "none"
    raise LookupError(f"no option {wanted!r}; there are {labels}")


def is_empty(state: Json) -> bool:
    """Tell whether a state entry holds nothing."""
    name = HOLDERS[state["type"]][0]
    return state[name] is None or state[name] == []
