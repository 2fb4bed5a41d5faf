"""Reviews: what nobody had to approve, or one person did alone, is looked at by somebody else."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The review of one request, ms by the store's clock; open until each of `groups` has looked at it.

    `groups` are those that have not; `version` is the one it was read at; `by` looked at it last.
    `broke`: who broke the glass, if somebody did; they cannot close it, nor can the requester.
    """

    request_id: str
    handle: str
    requester: Person
    groups: tuple[str, ...]
    opened_at: int
    remind_at: int
    reminded: int = 0
    by: Person | None = None
    at: int = 0
    version: int = 0
    broke: Person | None = None

    @property
    def open(self) -> bool:
        """Return whether somebody has yet to look at it."""
        return bool(self.groups)

    def waits_for(self, person: Person, groups: Iterable[str]) -> bool:
        """Return whether this person, of these groups, may close a part of it."""
        return person not in {self.requester, self.broke} and not set(groups).isdisjoint(
            self.groups
        )
