"""The audit's chain as it is stored, and whether a link belongs after the one before it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as stored: its position, the hash before, its own, and its text."""

    position: str
    previous: str
    hash: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How far a chain was followed: entries, the last one's position and hash, and what is wrong.

    `start` is the `previous` of the first entry, which only an earlier head can confirm. `passed`
    says whether the hash that was looked for (`sought`) came by.
    """

    sought: str = ""
    entries: int = 0
    start: str = ""
    position: str = "0"
    head: str | None = None
    passed: bool = False
    broken: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """The last check of the chain: when (ms), its head then, and where it was broken (empty: nowhere)."""

    at: int
    head: str
    broken: str


END = "end"
"""Where a chain is broken whose last entries are missing."""


def ended(checked: Checked, head: str) -> Checked:
    """Return the judgement of a chain followed to its end, by the head that the store keeps of it.

    A head without any entry is no empty chain: trimming always leaves the last one.
    """
    if checked.broken or (checked.head or "") == head:
        return checked
    last = f"the last one there, at {checked.position}, is not" if checked.entries else "none is"
    return replace(checked, broken=END, wrong=f"is missing: {last} the store's head")


def followed(checked: Checked, links: Iterable[Link]) -> Checked:
    """Follow the chain through further links, up to the first that does not belong."""
    for link in links:
        if checked.broken:
            break
        wrong = _wrong(link, checked)
        if wrong:
            return replace(checked, broken=link.position, wrong=wrong)
        first = checked.head is None
        start = link.previous if first else checked.start
        checked = replace(
            checked,
            entries=checked.entries + 1,
            start=start,
            position=link.position,
            head=link.hash,
            passed=checked.passed or checked.sought in {start, link.hash},
        )
    return checked


def _wrong(link: Link, checked: Checked) -> str:
    """Return what is wrong with a link, as the end of a sentence; empty if it belongs."""
    if checked.head is not None and link.previous != checked.head:
        return (
            f"does not follow the one before it, at {checked.position}: one was taken out or put in"
        )
    text = (link.previous + link.text).encode()
    own = hashlib.sha1(text).hexdigest()  # noqa: S324 - the server's scripts have no other hash
    return (
        ""
        if own == link.hash
        else "was changed after it was written: its text does not give its hash"
    )
