"""The crash matrix: `python -m tests.crash.matrix [WORD…]`, one line per operation and kind.

`--few=N` kills at N points of each, `--store` kills the store with the bot, `--leases` leaves the dead
bot's leases to lapse by themselves.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.ended import Ended
from tests.crash.gate import Point
from tests.crash.run import Crash, run
from tests.crash.stories import Story, stories

AT_ONCE = 5
TRIES = 3
"""How often a point is gone for: how many looks and edits a run makes varies by a few."""


@dataclass(slots=True)
class Line:
    """What came of one story: its points and what was wrong."""

    story: Story
    crash: Crash
    ended: list[Ended] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def judge(self, calm: Ended) -> None:
        """Compare each run with the calm one; a kind of write at which no run died is wrong."""
        died = Counter(e.point.what for e in self.ended if e.killed and e.point)
        for each in self.ended:
            point = each.point
            each.compare(calm)
            self.wrong += [f"{self.story}, killed {point}: {why}" for why in each.wrong]
            if point is None or each.killed:
                continue
            why = f"{point} was not reached in {TRIES} runs: the last had {each.passed} of them"
            (self.notes if died[point.what] else self.wrong).append(f"{self.story}, {why}")

    def __str__(self) -> str:
        good = [e for e in self.ended if e.killed and not e.wrong]
        return (
            f"{self.story}, {self.crash}: points {len(self.ended)}, "
            f"killed {sum(e.killed for e in self.ended)}, exactly once {len(good)}, "
            f"of them uncertain then reconciled {sum(e.uncertain for e in good)}, "
            f"wrong {len(self.wrong)}, longest {max(e.seconds for e in self.ended):.0f} s"
        )


async def line_of(story: Story, *, crash: Crash = Crash.BOT, few: int = 0, turn: int = 0) -> Line:
    """Kill at every point; or at `few`, evenly spread over the first of each kind, always reached.

    With each `turn` they are others, so that a few of every story are of all kinds.
    The folder is short: sockets lie in it.
    """
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        calm = await run(Path(folder) / "calm", story)
        if calm.wrong:
            wrong = [f"{story}, without a crash: {why}" for why in calm.wrong]
            return Line(story, crash, [calm], wrong)
        return await line_at(story, Path(folder), calm, _some(calm.points, few, turn), crash)


def _some(points: list[Point], few: int, turn: int) -> list[Point]:
    first = [point for point in points if point.nth == 1]
    places = [(2 * n + 1) * len(first) // (2 * few) + turn for n in range(few)]
    return [first[place % len(first)] for place in places] if few else points


async def line_at(
    story: Story, folder: Path, calm: Ended, points: list[Point], crash: Crash
) -> Line:
    """Kill at these points, each in a run of its own."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, point: Point) -> Ended:
        async with gate:
            for attempt in range(TRIES):
                found = await run(folder / f"{crash.name}-{number}-{attempt}", story, point, crash)
                if found.killed or found.wrong:
                    break
            return found

    ended = await asyncio.gather(*(one(n, p) for n, p in enumerate(points)))
    line = Line(story, crash, list(ended))
    line.judge(calm)
    return line


async def main(words: list[str], few: int, crash: Crash) -> int:
    """Print the matrix; return 1 if anything was wrong."""
    failed, sums = 0, Counter[str]()
    for turn, story in enumerate(stories()):
        if words and not any(word in str(story) for word in words):
            continue
        line = await line_of(story, few=few, crash=crash, turn=turn)
        sys.stdout.write("\n    ".join([str(line), *line.wrong, *line.notes]) + "\n")
        sys.stdout.flush()
        failed |= bool(line.wrong)
        sums["points"] += len(line.ended)
        sums["killed"] += sum(e.killed for e in line.ended)
        sums["uncertain"] += sum(e.uncertain for e in line.ended)
        sums["wrong"] += len(line.wrong)
    sys.stdout.write(f"{crash}: {dict(sums)}\n")
    return failed


def _crash(options: list[str]) -> Crash:
    if "--store" in options:
        return Crash.STORE
    return Crash.LEASES if "--leases" in options else Crash.BOT


if __name__ == "__main__":
    few = next((int(a[6:]) for a in sys.argv if a.startswith("--few=")), 0)
    words = [a for a in sys.argv[1:] if not a.startswith("--")]
    sys.exit(asyncio.run(main(words, few, _crash(sys.argv))))
