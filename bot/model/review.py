"""Reviews: what nobody had to approve is looked at afterwards, by somebody else."""

from dataclasses import dataclass

from bot.model.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The review of one request, ms by the store's clock; open until each of `groups` has looked at it.

    `groups` are those that have not; `version` is the one it was read at; `by` looked at it last.
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

    @property
    def open(self) -> bool:
        """Return whether somebody has yet to look at it."""
        return bool(self.groups)
