"""Clocks that do not agree: deadlines go by the store's, task lists by the nodes'."""

from bot.preflight.finding import Finding, warning

MOST_MS = 5_000
"""More is worth a word; Slack's signatures allow five minutes (FACTS §1)."""


def skewed(about: str, whose: str, at_ms: int, here_ms: int) -> list[Finding]:
    """Return a warning if a clock is more than 5 s before or behind this host's."""
    ahead = at_ms - here_ms
    if abs(ahead) <= MOST_MS:
        return []
    side = "ahead of" if ahead > 0 else "behind"
    text = f"the clock of {whose} is {abs(ahead) / 1000:.0f} s {side} this host's"
    return [warning(about, text, "run NTP (chrony) on both")]
