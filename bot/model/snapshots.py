"""What the snapshot operations share: finding one, its change, what it looks like when done."""

from bot.model.guest import GuestFacts, Snapshot
from bot.model.intent import Ask
from bot.model.plan import Change, Effect, Expect, Where
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.unit import Unit

SECONDS = 1800
"""Snapshots of large or slow disks, and their removal, take minutes."""


def chosen(ask: Ask, guest: GuestFacts) -> Snapshot | Refusal:
    """Return the snapshot that the ask names."""
    name = ask.arguments.get("name", "").strip()
    names = tuple(s.name for s in guest.snapshots)
    found = next((s for s in guest.snapshots if s.name == name), None)
    return found or refuse(Reason.NO_SUCH_SNAPSHOT, name=name, snapshots=names)


def snapshot_change(before: str | None, after: str | None, word: str, *, final: bool) -> Change:
    """Return the change of a snapshot: made (before None), gone (after None), or gone back to."""
    return Change(
        field="snapshot",
        unit=Unit.TEXT,
        before=before,
        after=after,
        effect=Effect.LIVE,
        words=frozenset({word}),
        final=final,
    )


def present(name: str) -> Expect:
    """Return the expectation that the snapshot is there."""
    return Expect(where=Where.SNAPSHOT, key=name, value="present")


def absent(name: str) -> Expect:
    """Return the expectation that the snapshot is gone."""
    return Expect(where=Where.SNAPSHOT, key=name, value="absent")
