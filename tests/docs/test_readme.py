"""The README is short, and what it names exists."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT
from tests.journey.stage import staged

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
FILE = re.compile(r"(?:bot|handlers|tests|docs|config)/[\w/.-]*\w/?")


def road() -> str:
    """Return the diagram of the road."""
    return README.partition("## The road")[2].partition("```text")[2].partition("```")[0]


def test_the_readme_is_under_150_lines() -> None:
    """Who wants more finds it linked."""
    assert len(README.splitlines()) < 150


def test_every_arrow_of_the_road_names_a_file_that_exists() -> None:
    """An arrow is a line that goes down or one that goes aside."""
    lines = road().splitlines()
    down = [lines[i - 1] for i, line in enumerate(lines) if "▼" in line]
    arrows = [*down, *(line for line in lines if "──►" in line or "◄──" in line)]
    assert len(arrows) > 10
    for arrow in arrows:
        assert FILE.findall(arrow), arrow


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    """Paths in code and in diagrams; `…` and capitals stand for names to fill in."""
    text = page.read_text()
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    named = {path for span in code for path in FILE.findall(span)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    """In code spans, and as commands at the start of a line."""
    named = re.findall(r"(?:^ *|`)make ([a-z]+)\b(?!,)", page.read_text(), re.MULTILINE)
    assert set(named) - TARGETS == set()


def test_the_two_commands_of_the_first_minute_are_there() -> None:
    """And the Makefile has them."""
    assert {"demo", "test"} <= set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)) & TARGETS


def test_every_page_of_the_docs_can_be_reached_from_the_readme() -> None:
    """Directly, or through the list of decisions."""
    listed = README + (DOCS / "decisions" / "README.md").read_text()
    pages = [page for page in PAGES if page.suffix == ".md" and page.name != "README.md"]
    assert [page.name for page in pages if page.name not in listed] == []


def words(card: str) -> list[str]:
    """Return a card's words in order, without what differs each time: its number and times."""
    plain = re.sub(r"R-[0-9A-Z]{4}", "R-XXXX", card.replace("```", ""))
    return re.sub(r"open until .*", "open until", plain).split()


async def test_the_card_is_the_one_that_people_see(tmp_path: Path) -> None:
    """The README's card is compared with a real one, word by word."""
    shown = README.partition("## A card")[2].partition("```text\n")[2].partition("```")[0]
    async with staged(tmp_path) as stage:
        ask = "request web-01 memory=+2G scratch space for the release"
        card = await stage.new_card("ana", ask)
    assert words(card) == words(shown)
