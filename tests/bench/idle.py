"""How long a process takes until it serves, and what it holds then."""

import time

from tests.bench.figures import Figure, Part, p50
from tests.bench.process import started

ROUNDS = 3


async def idle() -> Part:
    """Start the service some times; look at its memory with a small host and with a fleet."""
    took: list[float] = []
    resident = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        async with started("-m", "bot", "run") as process:
            took.append(time.perf_counter() - began)
            await process.slack.person("ana").command("/pve list", channel="#web")
            resident = process.resident_mib
    async with started("-m", "bot", "run", scenario="fleet") as process:
        await process.slack.person("ana").command("/pve list", channel="#web")
        large = process.resident_mib
    figures = (
        Figure(what=f"until it serves, median of {ROUNDS}", value=p50(took), unit="s", bar=2),
        Figure(what="memory, seven guests", value=resident, unit="MiB", bar=120),
        Figure(what="memory, 10,000 guests", value=large, unit="MiB"),
    )
    how = (
        "`headroom run`, bot and worker in one process, with an embedded store that it starts; "
        "the simulators' own start is counted in. Memory (resident) after the first list."
    )
    return Part(title="A process", how=how, figures=figures)
