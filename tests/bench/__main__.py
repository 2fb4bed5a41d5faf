"""Measure everything and write docs/benchmarks.md."""

import asyncio
import os
import platform
from datetime import UTC, datetime

from tests.bench.acknowledge import acknowledge, burst
from tests.bench.calls import calls
from tests.bench.cycle import cycle
from tests.bench.figures import Part
from tests.bench.fleet import fleet
from tests.bench.idle import idle
from tests.bench.incidents import incidents
from tests.bench.many import many
from tests.docs.pages import DOCS


async def measured() -> list[Part]:
    """Measure part after part."""
    parts = (acknowledge, burst, cycle, fleet, calls, many, incidents, idle)
    return [await part() for part in parts]


def page(parts: list[Part]) -> str:
    """Return the page: where and when it was measured, then each part."""
    today = datetime.now(UTC).date()  # noqa: TID251 - the date on the page
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    where = f"{machine}, Python {platform.python_version()}"
    head = (
        "# What it costs\n\n"
        f"Written by `make bench` on {today}: {where}. Bars beside the figures; one run. "
        "Times say as much of the machine as of the bot: "
        "what the no-op took tells how fast it was just then.\n"
    )
    return "\n".join([head, *(part.page() for part in parts)])


if __name__ == "__main__":
    (DOCS / "benchmarks.md").write_text(page(asyncio.run(measured())))
