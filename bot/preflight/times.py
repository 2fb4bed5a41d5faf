"""Clocks that do not agree: deadlines go by the store's, task lists by the nodes'."""

from email.utils import parsedate_to_datetime

from bot.preflight.finding import Finding, warning

MOST_MS = 5_000
"""More is worth a word; Slack's signatures allow five minutes (FACTS §1)."""

MEND = "timedatectl set-ntp true   # on {where}; chronyc tracking or timedatectl says how far it is off"


def skewed(
    about: str, whose: str, at_ms: int, here_ms: int, *, ours: bool = False
) -> list[Finding]:
    """Return a warning if a clock is more than 5 s before or behind this host's.

    `ours`: the other one is beyond doubt, and ours beyond its owner's reach.
    """
    ahead = at_ms - here_ms
    if abs(ahead) <= MOST_MS:
        return []
    side = "ahead of" if ahead > 0 else "behind"
    text = f"the clock of {whose} is {abs(ahead) / 1000:.0f} s {side} this host's"
    where = "this host" if ours else f"{whose} and on this host, whichever is wrong"
    return [warning(about, text, MEND.format(where=where))]


def of_header(date: str) -> int | None:
    """Return the moment (ms) of a `Date` header; None if it tells none."""
    try:
        return int(parsedate_to_datetime(date).timestamp() * 1000)
    except ValueError:
        return None
