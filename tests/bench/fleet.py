"""Lists over 10,000 guests, from one reading of the cluster that everybody shares."""

import asyncio
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, Part
from tests.journey.stage import staged

BAR_MS = 300
READERS = 16


async def fleet() -> Part:
    """Let people list at once: first without a picture, then with one."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), scenario="fleet", mode="http") as stage:
            ask = stage.ask
            began = time.perf_counter()
            await asyncio.gather(*(ask("ana", "list") for _ in range(READERS)))
            cold = (time.perf_counter() - began) * 1000
            read = sum(call.path == "/cluster/resources" for call in stage.pve.calls)
            figures += [
                Figure(what=f"readings for {READERS} readers", value=read, unit="calls", bar=1),
                Figure(what=f"{READERS} readers at once, with that reading", value=cold, unit="ms"),
            ]
            for text in ("list", "headroom"):
                began = time.perf_counter()
                await ask("ana", text)
                took = (time.perf_counter() - began) * 1000
                figures.append(Figure(what=f"`/pve {text}`", value=took, unit="ms", bar=BAR_MS))
    how = "10,000 guests on 100 nodes; signed HTTP on loopback, from the command to the answer."
    return Part(title="Lists on a fleet", how=how, figures=tuple(figures))
