"""What a process needs of its own surroundings: time, and the engine."""

from typing import Protocol

from bot.model.gate import Mark


class Clock(Protocol):
    """Time, waiting and randomness."""

    def now(self) -> int:
        """Return the present time of this host, ms since the epoch."""
        ...

    async def wait(self, seconds: float) -> None:
        """Wait; returns early on cancellation only."""
        ...

    def token(self, bits: int) -> str:
        """Return that many random bits as lower-case hex."""
        ...


class Wake(Protocol):
    """Ask the engine to look at something now."""

    async def wake(self, member: str) -> None:
        """Run the job for a due-set member (`request:ID`, `card:ID`, `intake:ID`, `end:ID`) now."""
        ...


class Heartbeat(Protocol):
    """What this host has seen of the store's audit, kept outside the store. Raises `StoreFault`s."""

    async def kept(self) -> Mark | None:
        """Return the newest entry that was seen; None before the first."""
        ...

    async def keep(self, mark: Mark, instead_of: Mark | None) -> None:
        """Keep an entry in the place of the one that was found in the store, or of an older one."""
        ...
