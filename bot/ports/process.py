"""What a process needs of its own surroundings: time, and the engine."""

from typing import Protocol


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


class WakeSoon(Wake, Protocol):
    """The same for who must not wait: an acknowledgement."""

    def soon(self, member: str) -> None:
        """Wake without waiting until the engine knows; what is due is looked at in any case."""
        ...
