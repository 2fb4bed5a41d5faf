"""Views and the inputs in them; every input has a steady id, so that what is typed stays."""

from bot.model.guest import GuestFacts
from handlers.blocks.kit import METADATA, Block, clean, plain_text, pointer_text
from handlers.blocks.words import ref_word

VALUE = "value"
"""The action_id of every input: with a steady block_id, typed values stay on an update."""

TYPED = 200


def view(title: str, blocks: list[Block], *, callback: str = "", metadata: str = "") -> Block:
    """Build a modal view; blocks beyond a hundred are left out."""
    built: Block = {
        "type": "modal",
        "title": plain_text(title, 24),
        "close": plain_text("Close", 24),
        "blocks": blocks[:100],
    }
    if callback:
        built["callback_id"] = callback
    if metadata:
        built["private_metadata"] = pointer_text(metadata, METADATA)
    return built


def form_view(title: str, send: str, blocks: list[Block], *, callback: str, metadata: str) -> Block:
    """Build a modal view that is submitted."""
    built = view(title, blocks, callback=callback, metadata=metadata)
    return {**built, "submit": plain_text(send, 24), "close": plain_text("Cancel", 24)}


def field(block_id: str, label: str, element: Block, *, optional: bool = True) -> Block:
    """Build an input block with a steady id."""
    return {
        "type": "input",
        "block_id": pointer_text(clean(block_id), 255),
        "label": plain_text(label, 150),
        "element": element,
        "optional": optional,
    }


def text_input(
    initial: str, placeholder: str = "", *, lines: bool = False, most: int = TYPED
) -> Block:
    """Build a text input; the initial value is not escaped, for people edit it."""
    built: Block = {"type": "plain_text_input", "action_id": VALUE, "max_length": most}
    if lines:
        built["multiline"] = True
    if placeholder:
        built["placeholder"] = plain_text(placeholder, 150)
    if kept := clean(initial, lines=lines)[: most // 2]:
        built["initial_value"] = kept
    return built


def option_of(text: str, value: str) -> Block:
    """Build one option of a choice."""
    return {"text": plain_text(text, 75), "value": pointer_text(value, 150) or "–"}


def guest_picker(facts: GuestFacts | None = None) -> Block:
    """Build the search for a guest; what it offers is asked for as people type."""
    element: Block = {
        "type": "external_select",
        "action_id": "form.guest",
        "min_query_length": 0,
        "placeholder": plain_text("Type a part of its name or its number", 150),
    }
    if facts is not None:
        label = f"{clean(facts.name) or '(no name)'} ({ref_word(facts.ref)})"
        element["initial_option"] = option_of(label, facts.ref.key)
    return field("guest", "Guest", element, optional=False)
