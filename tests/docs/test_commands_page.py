"""The commands page holds every verb, field and later verb, and is good Markdown."""

import re

from handlers.grammar import commands_page
from handlers.grammar.later import LATER
from handlers.grammar.verbs import fixed_verbs
from tests.unit.grammar.table import OPERATIONS

PAGE = commands_page(OPERATIONS)


def test_every_verb_has_a_section() -> None:
    """Fixed verbs and operations alike, each once."""
    sections = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    verbs = [*fixed_verbs(), *(one.verb for one in OPERATIONS.values() if one.verb)]
    assert sorted([*verbs, "Amounts", "Later"]) == sorted(sections)


def test_every_field_says_how_amounts_are_written() -> None:
    """One row for each field."""
    for operation in OPERATIONS.values():
        for field in operation.fields:
            assert f"| `{field.name}` | {field.label} (" in PAGE


def test_every_later_verb_is_announced() -> None:
    """With what works today."""
    for verb, (about, instead) in LATER.items():
        assert f"| `{verb}` | {about}; today: {instead} |" in PAGE


def test_rows_have_two_cells() -> None:
    """Bars inside cells are escaped."""
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert {3} == {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
