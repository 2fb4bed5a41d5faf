"""Measure bots and workers as processes of their own on the fleet, and print tables for docs/scaling.md."""

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bot.clock import SystemClock
from bot.jobs import SWEEP_SECONDS, Sweep
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.store import RedisStore
from tests.bench.figures import Figure, Part
from tests.journey.stage import Stage, staged

ANYBODY = """
[[rule]]
name = "memory by anybody"
when = { operations = ["memory"] }
approvals = 0
"""
WATCH_SECONDS = 10
REQUESTS = 40
PATIENCE = 60
PEOPLE = ("ana", "bob", "cyr", "dora")


def resident(pid: int) -> float:
    """Return the memory (MiB) that a process has in RAM."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


@asynccontextmanager
async def process(stage: Stage, config: Path, role: str) -> AsyncIterator[int]:
    """Run one process of the bot as the service does; give its id."""
    slack = stage.slack
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "PROXMOX_TOKEN_HOME": stage.pve.token,
    }
    command = (sys.executable, "-m", "bot", "run", "--config", str(config), "--role", role)
    with (config.parent / "log").open("ab") as log:
        child = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield child.pid
    finally:
        child.terminate()
        await child.wait()


async def timed(what: Callable[[], Awaitable[object]]) -> float:
    """Return how long it took, in ms."""
    began = time.perf_counter()
    await what()
    return (time.perf_counter() - began) * 1000


async def reads(stage: Stage, pid: int) -> list[Figure]:
    """Measure what people read, and what it asks of Proxmox and of the process."""
    before = resident(pid)
    first = await timed(lambda: stage.told("ana", "nodes"))
    after = resident(pid)
    figures = [
        Figure(what="memory of a process, before", value=before, unit="MiB"),
        Figure(what="the same with the picture of the fleet", value=after, unit="MiB"),
        Figure(what="the first answer, with the picture's reading", value=first, unit="ms"),
    ]
    for text in ("list", "list db", "headroom", "nodes", "show web-00000"):
        took = [await timed(partial(stage.told, "ana", text)) for _ in range(5)]
        figures.append(Figure(what=f"`/pve {text}`", value=sorted(took)[2], unit="ms"))
    clock, seen = SystemClock(), len(stage.pve.calls)
    end, asked = clock.now() + WATCH_SECONDS * 1000, 0
    while clock.now() < end:
        await stage.told("ana", "nodes")
        asked += 1
    calls = sum(c.path == "/cluster/resources" for c in stage.pve.calls[seen:])
    per_ten = 10 * calls / WATCH_SECONDS
    figures.append(
        Figure(what=f"readings of the cluster in 10 s, {asked} asks", value=per_ten, unit="calls")
    )
    return figures


def refused(stage: Stage) -> int:
    """Return how often people were told that nothing was recorded."""
    said = [stage.says(m) for name in PEOPLE for m in stage.slack.ephemerals_for(name)]
    return sum(text.startswith("Not recorded") for text in said)


async def requests(stage: Stage, store: RedisStore, first: int, how: str) -> list[Figure]:
    """Measure how many requests a second go all the way, from the ask to the end of their work."""
    names = sorted(g.name for g in stage.pve.world.guests.values() if g.kind == "lxc" and g.running)
    before, not_recorded = len(await store.recent_requests(1000)), refused(stage)
    began = time.perf_counter()
    for number, name in enumerate(names[first : first + REQUESTS]):
        await stage.ask(PEOPLE[number % 4], f"request {name} memory=+16M", "#general")
    clock = SystemClock()
    while True:
        new = (await store.recent_requests(1000))[: -before or None]
        no = refused(stage) - not_recorded
        if len(new) + no == REQUESTS and all(r.state.final for r in new):
            break
        if time.perf_counter() - began > PATIENCE:
            raise SystemExit(f"after {PATIENCE} s: {Counter(r.state.value for r in new)}, {no} not")
        await clock.wait(0.1)
    rate = len(new) / (time.perf_counter() - began)
    return [
        Figure(what=f"whole requests, {how}", value=rate, unit="a second"),
        Figure(what=f"of {REQUESTS}, told to try again", value=no, unit=""),
    ]


async def sweeps(store: RedisStore) -> list[Figure]:
    """Measure one look at the due-set: with nothing due, and with a whole batch."""
    woken: list[str] = []

    async def wake(member: str) -> None:
        woken.append(member)

    sweep = Sweep(store=store, wake=wake, clock=SystemClock())
    idle = await timed(sweep.once)
    for number in range(100):
        await store.put_due(f"home:none-{number}", await store.now() - 1)
    full = await timed(sweep.once)
    for number in range(100):
        await store.drop_due(f"home:none-{number}")
    every = SWEEP_SECONDS * 1000
    return [
        Figure(what=f"a sweep with nothing due (every {every:.0f} ms)", value=idle, unit="ms"),
        Figure(what="a sweep with 100 due", value=full, unit="ms"),
    ]


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "headroom.toml"
        async with staged(Path(folder), scenario="fleet", rules=ANYBODY, role="bot") as stage:
            await stage.stop_bot()
            store = RedisStore(connect(await embedded.ensure(stage.settings.store.folder)))
            figures = await sweeps(store)
            async with process(stage, config, "all") as pid:
                await stage.slack.connected(1, seconds=30)
                figures += await reads(stage, pid)
                figures += await requests(stage, store, 0, "one process")
            await stage.slack.connected(0, seconds=30)
            async with (
                process(stage, config, "bot"),
                process(stage, config, "bot"),
                process(stage, config, "worker"),
                process(stage, config, "worker"),
            ):
                await stage.slack.connected(2, seconds=30)
                await stage.told("ana", "nodes")
                figures += await requests(stage, store, REQUESTS, "two bots and two workers")
            await store.close()
        print(Part(title="Fleet", how="10,000 guests.", figures=tuple(figures)).page())  # noqa: T201 - its output


if __name__ == "__main__":
    asyncio.run(main())
