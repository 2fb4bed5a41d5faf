"""Check blocks and views against the table."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What Slack refuses, and where (json-pointer)."""

    pointer: str
    message: str
    code: str = "invalid_blocks"

    def __str__(self) -> str:
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


def problems_of_blocks(blocks: Any) -> list[Problem]:
    """List what Slack would refuse in the blocks of a message."""
    return [] if isinstance(blocks, list) else [Problem("/blocks", "must be an array")]


def problems_of_view(view: Any) -> list[Problem]:
    """List what Slack would refuse in a view."""
    return [] if isinstance(view, dict) else [Problem("/view", "must be an object")]
