"""What is due, and what is to be looked at now, as the bot sees it."""

from typing import Protocol


class DueSet(Protocol):
    """Members (`request:ID`, `intake:DELIVERY`, …) by time, and calls. Methods raise `StoreFault`s."""

    async def due(self, until: int, limit: int) -> tuple[str, ...]:
        """Return members whose time has come, earliest first."""
        ...

    async def backlog(self, limit: int) -> tuple[tuple[str, int], ...]:
        """Return the earliest members with their due times (ms), whether due yet or not."""
        ...

    async def put_due(self, member: str, at: int) -> None:
        """File a due time (ms); an earlier one that is there already stays."""
        ...

    async def call(self, member: str, at: int) -> None:
        """File a due time as `put_due` does, and call a worker to look at the member now."""
        ...

    async def called(self, seconds: float) -> tuple[str, ...]:
        """Wait so long for calls, and take them: no other worker gets them."""
        ...

    async def postpone(self, member: str, at: int, was_due_before: int) -> bool:
        """Move a member on, if its time has still come at `was_due_before`; False if it moved."""
        ...

    async def due_at(self, member: str) -> int | None:
        """Return when a member is due; None if it is not filed."""
        ...

    async def move_due(self, member: str, seen: int | None, to: int | None) -> bool:
        """File a member anew (None: remove it) if it is due as it was seen; False if it moved.

        What was filed since `seen` was read (before the record was) is never lost.
        """
        ...

    async def drop_due(self, member: str) -> None:
        """Remove a member from the due-set."""
        ...
