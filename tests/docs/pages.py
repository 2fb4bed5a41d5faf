"""The parts of the docs that are made from the code, and where they stand.

`python -m tests.docs.pages` writes them anew.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from bot.model import errors
from bot.model.diagram import mermaid
from bot.model.errors import Fault
from bot.model.refusal import Reason
from bot.operations import OPERATIONS
from handlers.blocks.problem import PROBLEMS
from handlers.grammar import commands_page

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.rglob("*.md")),
)
"""Every page that people read."""


def state_diagram() -> str:
    """Return the state machine as a block of Mermaid."""
    return f"```mermaid\n{mermaid()}```"


def fault_tree() -> str:
    """Return the tree of faults as the module draws it."""
    drawn = inspect.getdoc(errors) or ""
    lines = [line for line in drawn.splitlines() if line.startswith("    ")]
    return "\n".join(["```text", *(line[4:] for line in lines), "```"])


def faults(kind: type[Fault] = Fault) -> Iterator[type[Fault]]:
    """Return every fault class of the tree, wherever it is defined."""
    yield kind
    for below in kind.__subclasses__():
        yield from faults(below)


def said(reason: Reason) -> str:
    """Return the whole sentence of a refusal, with its gaps as the table has them."""
    words = PROBLEMS[reason]
    wrong = words.wrong
    if not words.lead and not wrong.startswith("{"):
        wrong = wrong[:1].upper() + wrong[1:]
    stop = "" if wrong.endswith((".", "?", "!", "…")) else "."
    return f"{words.lead}{wrong}{stop} {words.works}".strip()


def reasons_table() -> str:
    """Return a table of every reason with its sentence."""
    rows = [f"| `{reason.name}` | {_cell(said(reason))} |" for reason in Reason]
    return "\n".join(["| reason | what people read |", "| --- | --- |", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def commands() -> str:
    """Return the whole page of commands."""
    return commands_page(OPERATIONS).rstrip("\n") + "\n"


BLOCKS = {
    ("states.md", "diagram"): state_diagram,
    ("errors.md", "faults"): fault_tree,
    ("errors.md", "reasons"): reasons_table,
}
"""What stands between `<!-- made: NAME -->` and `<!-- end -->` of a page."""


def block(page: str, name: str) -> str:
    """Return what a page holds between the marks of that name."""
    text = (DOCS / page).read_text()
    found = re.search(rf"<!-- made: {name} -->\n\n(.*?)\n\n<!-- end -->", text, re.DOTALL)
    return found[1] if found else ""


def write() -> None:
    """Write every made part anew."""
    (DOCS / "commands.md").write_text(commands())
    for (page, name), make in BLOCKS.items():
        path = DOCS / page
        marks = (f"<!-- made: {name} -->\n\n", "\n\n<!-- end -->")
        before, _, rest = path.read_text().partition(marks[0])
        _, _, after = rest.partition(marks[1])
        path.write_text(f"{before}{marks[0]}{make()}{marks[1]}{after}")


if __name__ == "__main__":
    write()
