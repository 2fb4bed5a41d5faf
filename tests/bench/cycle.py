"""From the ask to the value in force, with tasks that take no time."""

import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, Part, p50
from tests.journey.stage import staged

BAR_MS = 500


async def cycle(rounds: int = 20) -> Part:
    """Ask, approve, and wait until the card says that the value was read back."""
    took: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder)) as stage:
            await stage.bot.parts.inventory.picture("home")
            await stage.bot.parts.inventory.scanned("home")
            for number in range(rounds):
                began = time.perf_counter()
                await stage.new_card("ana", f"request web-01 memory={2100 + number}M")
                await stage.press("bob", "Approve")
                await stage.card_says("Read back")
                took.append((time.perf_counter() - began) * 1000)
    figures = (
        Figure(what=f"median of {rounds}", value=p50(took), unit="ms", bar=BAR_MS),
        Figure(what=f"slowest of {rounds}", value=max(took), unit="ms"),
    )
    how = "Request, approval and read-back on the card; bot and both simulators in one process."
    return Part(title="Full cycle", how=how, figures=figures)
