"""Pauses: a person's word that nothing new is begun, or an incident's hold on a node under pressure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.model.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A node on which an open incident lets only its own requests begin: since when (ms), and why."""

    node: str
    incident: str
    handle: str
    at: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Whether a cluster (empty: everything) is paused, who said so last, what is held; versioned.

    Lifted it stays, so that its version tells a claim that something happened in between.
    """

    cluster: str = ""
    stands: bool = False
    by: Person | None = None
    at: int = 0
    why: str = ""
    holds: tuple[Hold, ...] = ()
    version: int = 0


def standing(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Return those that stand, in the given order."""
    return tuple(pause for pause in pauses if pause.stands)


def in_force(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Return those that stand or hold a node, in the given order."""
    return tuple(pause for pause in pauses if pause.stands or pause.holds)


def against(pauses: Iterable[Pause], node: str, incident: str) -> tuple[Pause, ...]:
    """Return those that keep a request on that node from beginning, each with only the holds that do.

    `incident` is the one that the request came from: what holds the node lets it begin.
    """

    def kept_by(pause: Pause) -> tuple[Hold, ...]:
        there = tuple(hold for hold in pause.holds if hold.node == node)
        return () if any(hold.incident == incident for hold in there) else there

    return in_force(replace(pause, holds=kept_by(pause)) for pause in pauses)
