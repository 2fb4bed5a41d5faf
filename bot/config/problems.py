"""Mistakes in a configuration: all of them, each with its line or key and what is allowed."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

CLOSE = 70
"""Of 100: how alike two words must be to be worth suggesting."""

Key = tuple[str | int, ...]
"""Where something stands: `("rule", 2, "when", "tags")`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake: where (the key), and what is wrong with what is allowed."""

    key: Key
    text: str

    def sentence(self, line: int | None) -> str:
        """Return it as one line for people."""
        place = f"line {line}: " if line else ""
        return f"{place}{dotted(self.key)}: {self.text}" if self.key else f"{place}{self.text}"


class ConfigProblems(Exception):
    """The configuration cannot be used; `sentences` names every mistake in it.

    `lacking` are the variables of secrets that are not there, or are none.
    """

    def __init__(self, sentences: Iterable[str], lacking: Iterable[str] = ()) -> None:
        self.sentences = tuple(sentences)
        self.lacking = frozenset(lacking)
        super().__init__("\n".join(self.sentences))


def dotted(key: Key) -> str:
    """Return a key as people write it: `rule[2].when.tags`, entries counted from 1."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def listed(words: Iterable[str]) -> str:
    """Return words for a sentence, sorted."""
    return ", ".join(sorted(words)) or "none"


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """Return a did-you-mean, or the list of what is allowed."""
    names = sorted(allowed)
    close = process.extractOne(word, names, scorer=fuzz.ratio, score_cutoff=CLOSE)
    return f"did you mean {close[0]}?" if close else f"allowed: {listed(names)}"
