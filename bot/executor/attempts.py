"""Attempts that came to nothing: how many there were, and how long a lock has been in the way. Pure."""

from bot.model.request import JournalEntry, Progress

LOCKED = "locked: "
"""Begins the text of an attempt that met the guest's lock."""

HOTPLUG = "hotplug problem - "
"""Stands in the error of a task that plugged or unplugged less than was asked (PVE/QemuServer.pm)."""

NOT_SHOWN = "accepted, but it does not show"
"""The text of an attempt that nothing refused and nothing shows; it may still come."""

LACKING = "lacking: "
"""Begins the text of an attempt that our rights did not allow: `lacking: PRIVILEGE on PATH`."""

UNTRIED = ("is locked (", "can't lock file", "checksum mismatch", "detected modified configuration")
"""Task errors of checks that come before any work (FACTS §2): the step may be tried again."""


def came_to_nothing(journal: tuple[JournalEntry, ...], step: str, *, undo: bool) -> int:
    """Count a step's attempts without effect; a lock that was waited for is none of them."""
    undone = [e for e in journal if e.progress is Progress.UNDONE]
    mine = [e for e in undone if (e.step, e.undo) == (step, undo)]
    return sum(not e.text.startswith(LOCKED) for e in mine)


def locked_since(journal: tuple[JournalEntry, ...]) -> int | None:
    """Return when the latest attempts began that all met a lock (ms); None if the last did not."""
    since = None
    for entry in reversed(journal):
        if entry.progress is not Progress.UNDONE or not entry.text.startswith(LOCKED):
            break
        since = entry.at
    return since
