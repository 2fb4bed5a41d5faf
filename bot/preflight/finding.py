"""What a look at something found: fine, to be warned of, or in the way; with what mends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

HIDDEN = "(hidden)"
SHORTEST_SECRET = 6
"""What is shorter is no secret, and could be a part of any word."""


class Level(StrEnum):
    """How bad it is; the value is how a line begins."""

    FINE = "ok"
    WARNING = "warning"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. `about` is what was looked at, `mend` the commands or settings that mend it."""

    level: Level
    about: str
    text: str
    mend: tuple[str, ...] = ()


def fine(about: str, text: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(level=Level.FINE, about=about, text=text)


def warning(about: str, text: str, *mend: str) -> Finding:
    """Return a finding that people should know of; the service would run."""
    return Finding(level=Level.WARNING, about=about, text=text, mend=mend)


def problem(about: str, text: str, *mend: str) -> Finding:
    """Return a finding that has to be mended."""
    return Finding(level=Level.PROBLEM, about=about, text=text, mend=mend)


def counted(number: int, what: str) -> str:
    """Return a number of things in words: `1 rule`, `2 rules`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def in_the_way(findings: Iterable[Finding]) -> int:
    """Return how many problems there are."""
    return sum(finding.level is Level.PROBLEM for finding in findings)


def lines(findings: Iterable[Finding], secrets: Iterable[str] = ()) -> list[str]:
    """Return the report, a line for each finding and one for each way to mend it.

    None of the secrets stands in it, whatever a library wrote into its error.
    """
    found = []
    for finding in findings:
        found.append(f"{finding.level.value:<8} {finding.about}: {finding.text}")
        found += [f"{'':8}   -> {mend}" for mend in finding.mend]
    return [without(secrets, line) for line in found]


def without(secrets: Iterable[str], text: str) -> str:
    """Return the text with every secret replaced."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    return text
