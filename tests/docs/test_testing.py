"""The page about proofs names tests that exist, and each invariant once."""

import re
from pathlib import Path

from tests.docs.pages import DOCS

ROOT = Path(__file__).resolve().parents[2]
STORY = re.compile(r"^\| [^|]+ \| `([^`:]+)::(\w+)` \|$", re.MULTILINE)
ROW = re.compile(r"^\| ([0-9-]+) \| [^|]+ \| `([^`:]+)::(\w+)` \|$", re.MULTILINE)


def test_every_named_test_exists() -> None:
    """Each row of the tables of invariants and of stories leads to a test."""
    page = (DOCS / "testing.md").read_text()
    rows, stories = ROW.findall(page), STORY.findall(page)
    assert rows
    assert stories
    missing = [
        f"{path}::{name}"
        for path, name in (*(row[1:] for row in rows), *stories)
        if f"def {name}(" not in (ROOT / path).read_text()
    ]
    assert missing == []


def test_each_invariant_of_model_and_store_has_its_row() -> None:
    """1 to 25 and 30 to 36 stand in the table, each once."""
    spans = [row[0].partition("-") for row in ROW.findall((DOCS / "testing.md").read_text())]
    numbers = [n for a, _, b in spans for n in range(int(a), int(b or a) + 1)]
    assert numbers == [*range(1, 26), *range(30, 37)]
