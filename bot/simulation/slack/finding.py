"""Finds what a person points at: a button, a field, by its name or by what it shows."""

from typing import Any

from bot.simulation.slack.inputs import HOLDERS, Placed, placed
from bot.simulation.slack.messages import Message
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.views import View

Target = Message | View


class Impossible(Exception):
    """Slack's client offers no way to do this."""


def where_shown(target: Target) -> dict[str, Any]:
    """Say where something happened."""
    if isinstance(target, View):
        return {"view": target}
    return {"message": target, "channel": target.channel}


def face_of(place: Placed, option: Json | None) -> str:
    """Give what a button, or an entry of a menu, shows."""
    shown = option or place.element
    return str(shown.get("text", {}).get("text", place.action_id))


def label_of(state: Json, value: Any) -> str:
    """Give what a chosen value shows: the option's label, or the value itself."""
    option = state.get("selected_option")
    return str(option["text"]["text"] if option else value)


def pressable(target: Target, what: str, value: str | None) -> tuple[Placed, Json | None]:
    """Find a button by action_id or text, or an overflow by its entry."""
    faces = []
    for place in placed(target.blocks if isinstance(target, View) else target.shown):
        options = place.element.get("options", []) if place.element["type"] == "overflow" else []
        for option in options or [None]:
            shown = option or place.element
            text = shown.get("text")
            face = text.get("text") if isinstance(text, dict) else None
            faces.append(face or place.action_id)
            named = what == face or (option is None and what == place.action_id)
            if named and value in (None, shown.get("value")):
                return place, option
    raise Impossible(f"no button {what!r} here; there are {', '.join(faces) or 'none'}")


def holder_in(target: Target, what: str) -> Placed:
    """Find an element that holds a value, by block_id, action_id or label."""
    holders = [p for p in placed(target.blocks) if p.element["type"] in HOLDERS]
    for place in holders:
        label = place.block.get("label", {}).get("text")
        if what in (place.block_id, place.action_id, label):
            return place
    known = ", ".join(place.block_id for place in holders) or "none"
    raise Impossible(f"no field {what!r} here; there are {known}")
