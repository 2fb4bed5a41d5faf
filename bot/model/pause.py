"""Pauses: a person's word that nothing new is begun, in one cluster or anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Whether a cluster (empty: everything) is paused, and who said so last; versioned.

    Lifted it stays, so that its version tells a claim that something happened in between.
    """

    cluster: str = ""
    stands: bool = False
    by: Person | None = None
    at: int = 0
    why: str = ""
    version: int = 0


def standing(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Return those that stand, in the given order."""
    return tuple(pause for pause in pauses if pause.stands)
