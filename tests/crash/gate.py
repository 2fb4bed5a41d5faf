"""The gate that everything the bot does to the outside passes: here it is killed, at one point."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Point(NamedTuple):
    """The nth time that something is done to the outside, before its effect or after it."""

    what: str
    nth: int
    after: bool

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'} {self.what} #{self.nth}"


@dataclass(slots=True)
class Gate:
    """Counts what passes and kills at `point`; without one it only counts (the dry run).

    `known_after` are the sorts of effect of which only the answer tells that there was one.
    """

    kill: Callable[[], object]
    point: Point | None = None
    counts: Counter[str] = field(default_factory=Counter)
    known_after: set[str] = field(default_factory=set)
    killed: bool = False

    def arrive(self, what: str) -> int:
        """Count one effect about to happen, and return which of its sort it is."""
        self.counts[what] += 1
        return self.counts[what]

    def dies(self, what: str, nth: int, *, after: bool) -> bool:
        """Kill the bot if this is the point; then nothing of this goes any further."""
        if self.killed or self.point != Point(what, nth, after):
            return False
        self.killed = True
        self.kill()
        return True

    def dies_after(self, what: str) -> bool:
        """Count an effect that only its answer told of; kill the bot if this is the point."""
        self.known_after.add(what)
        return self.dies(what, self.arrive(what), after=True)

    def points(self) -> list[Point]:
        """Return every point that the dry run passed."""
        return [
            Point(what, nth + 1, after)
            for what, count in sorted(self.counts.items())
            for nth in range(count)
            for after in (False, True)
            if after or what not in self.known_after
        ]
