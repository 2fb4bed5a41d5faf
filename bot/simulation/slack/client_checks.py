"""What Slack's client itself refuses to submit, without asking the app."""

import re

from bot.simulation.slack.inputs import HOLDERS, is_empty
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.views import View

REQUIRED = "Please complete this required field."
WHOLE = re.compile(r"-?\d+")
DECIMAL = re.compile(r"-?\d+(\.\d+)?")


def refused_inputs(view: View) -> dict[str, str]:
    """Name by block_id what is wrong with the inputs of a modal; the words are ours."""
    found = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        state = view.values[block["block_id"]][block["element"]["action_id"]]
        problem = _problem(block, state)
        if problem is not None:
            found[block["block_id"]] = problem
    return found


def _problem(block: Json, state: Json) -> str | None:
    element = block["element"]
    if is_empty(state):
        return None if block.get("optional") else REQUIRED
    value = state[HOLDERS[state["type"]][0]]
    if element["type"] == "number_input":
        return _number_problem(element, value)
    if element["type"] == "plain_text_input":
        return _length_problem(element, value)
    return None


def _number_problem(element: Json, value: str) -> str | None:
    form = DECIMAL if element["is_decimal_allowed"] else WHOLE
    if not form.fullmatch(value):
        return "Please enter a number." if element["is_decimal_allowed"] else "Whole numbers only."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"At least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"At most {element['max_value']}."
    return None


def _length_problem(element: Json, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"At least {element['min_length']} characters."
    if len(value) > element.get("max_length", len(value)):
        return f"At most {element['max_length']} characters."
    return None
