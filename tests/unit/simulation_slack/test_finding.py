"""What a person points at is found by its name or by what it shows."""

import pytest

from bot.simulation.slack.finding import Impossible, holder_in, pressable
from bot.simulation.slack.messages import Message
from tests.unit.simulation_slack.building import Json, actions, button, choice, field, plain

APPROVE = button(action_id="approve", value="R-1") | {"text": {"type": "plain_text", "text": "Yes"}}
OTHER = APPROVE | {"action_id": "approve-2", "value": "R-2"}
MENU = choice("overflow", 2, action_id="more")


def message(*blocks: Json) -> Message:
    """Build a message."""
    named = tuple({"block_id": str(n), **block} for n, block in enumerate(blocks))
    return Message(channel="C0WEB", ts="1.2", user="U0HEADROOM", blocks=named)


@pytest.mark.parametrize("what", ["approve", "Yes"])
def test_a_button_by_name_or_face(what: str) -> None:
    """The first that fits."""
    place, option = pressable(message(actions(APPROVE, OTHER)), what, None)

    assert (place.action_id, option) == ("approve", None)


def test_a_value_tells_twins_apart() -> None:
    """Two buttons that look alike are told apart by their value."""
    place, _ = pressable(message(actions(APPROVE, OTHER)), "Yes", "R-2")

    assert place.action_id == "approve-2"


def test_an_entry_of_a_menu() -> None:
    """An overflow is pressed by the entry that is chosen."""
    place, option = pressable(message(actions(MENU)), "x", "1")

    assert place.action_id == "more"
    assert option == MENU["options"][1]


@pytest.mark.parametrize("what", ["0", "why", "Reason"])
def test_a_field_by_block_name_or_label(what: str) -> None:
    """Any of its three names."""
    reason = {"type": "plain_text", "text": "Reason"}
    place = holder_in(message(field(action_id="why") | {"label": reason}), what)

    assert (place.block_id, place.action_id) == ("0", "why")


def test_a_field_that_is_not_there_names_those_that_are() -> None:
    """The error helps to fix the test."""
    with pytest.raises(Impossible, match="there are 0"):
        holder_in(message(field(action_id="why") | {"label": plain(1)}), "size")
