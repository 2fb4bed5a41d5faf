"""The crash matrix: `python -m tests.crash.matrix [WORD…]`, one line per operation and kind."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.crash.gate import Point
from tests.crash.run import Ended, run
from tests.crash.stories import Story, stories

AT_ONCE = 3


async def line_of(
    story: Story, folder: Path, points: list[Point] | None = None, few: int = 0
) -> tuple[str, list[str]]:
    """Kill at every point (or at `few`, evenly spread); return the figures and what was wrong."""
    calm = await run(folder / "calm", story)
    if calm.wrong:
        return f"{story}: without a crash: {'; '.join(calm.wrong)}", calm.wrong
    points = points or calm.points
    points = points[:: max(1, len(points) // few)] if few else points
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, point: Point) -> Ended:
        async with gate:
            return await run(folder / str(number), story, point)

    ended = await asyncio.gather(*(one(n, p) for n, p in enumerate(points)))
    for each in ended:
        if each.effects != calm.effects:
            each.wrong.append(f"effects {each.effects}, not {calm.effects}")
    wrong = [f"{story}, killed {e.point}: {'; '.join(e.wrong)}" for e in ended if e.wrong]
    killed = sum(e.killed for e in ended)
    good = sum(not e.wrong and e.killed for e in ended)
    unsure = sum(e.uncertain and not e.wrong for e in ended)
    return (
        f"{story}: points {len(points)}, killed {killed}, exactly once {good}, "
        f"uncertain then reconciled {unsure}, wrong {len(wrong)}"
    ), wrong


async def main(words: list[str], few: int) -> int:
    """Print the matrix; return 1 if anything was wrong."""
    failed = 0
    for story in stories():
        if words and not any(word in str(story) for word in words):
            continue
        with tempfile.TemporaryDirectory(prefix="crash-") as folder:
            line, wrong = await line_of(story, Path(folder), few=few)
        sys.stdout.write("\n    ".join([line, *wrong]) + "\n")
        sys.stdout.flush()
        failed |= bool(wrong)
    return failed


if __name__ == "__main__":
    few = next((int(a[6:]) for a in sys.argv if a.startswith("--few=")), 0)
    sys.exit(asyncio.run(main([a for a in sys.argv[1:] if not a.startswith("--")], few)))
