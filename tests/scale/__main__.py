"""Measure bots and workers as processes of their own on the fleet, and print tables for docs/scaling.md."""

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
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
PATIENCE = 180
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
    return sum(text.startswith(("Not recorded", "Nothing done")) for text in said)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used, in seconds."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


async def requests(stage: Stage, store: RedisStore, first: int) -> tuple[int, int, float]:
    """Ask for so many changes at once; return how many were carried out, how many not, and the seconds."""
    names = sorted(g.name for g in stage.pve.world.guests.values() if g.kind == "lxc" and g.running)
    before, not_recorded = len(await store.recent_requests(1000)), refused(stage)
    began = time.perf_counter()
    asks = (
        stage.ask(PEOPLE[number % 4], f"request {name} memory=+16M", "#general")
        for number, name in enumerate(names[first : first + REQUESTS])
    )
    await asyncio.gather(*asks)
    clock = SystemClock()
    while True:
        new = (await store.recent_requests(1000))[: -before or None]
        no = refused(stage) - not_recorded
        took = time.perf_counter() - began
        if len(new) + no == REQUESTS and all(r.state.final for r in new):
            return len(new), no, took
        if took > PATIENCE:
            raise SystemExit(f"after {PATIENCE} s: {Counter(r.state.value for r in new)}, {no} not")
        await clock.wait(0.5)


async def shared(
    stage: Stage, store: RedisStore, first: int, parts: dict[str, list[int]]
) -> list[Figure]:
    """Measure whole requests, and the CPU time that each part takes for one, whatever else runs.

    `parts` are processes by what they are.
    """
    used = {part: sum(map(cpu_seconds, pids)) for part, pids in parts.items()}
    done, no, took = await requests(stage, store, first)
    how = f"{len(parts['bots'])} whole bots"
    shares = [
        Figure(
            what=f"{how}: CPU for one request, {part}",
            value=1000 * (sum(map(cpu_seconds, pids)) - used[part]) / done,
            unit="ms",
        )
        for part, pids in parts.items()
    ]
    return [
        Figure(what=f"{how}: {REQUESTS} requests at once, whole", value=done / took, unit="/s"),
        Figure(what=f"{how}: told that nothing was done", value=no, unit=""),
        *shares,
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


async def _several(
    stage: Stage, store: RedisStore, config: Path, first: int, count: int
) -> list[Figure]:
    """Measure whole requests with so many whole bots."""
    await stage.slack.connected(0, seconds=30)
    server = int((stage.settings.store.folder / "store" / "valkey.pid").read_text())
    async with AsyncExitStack() as stack:
        bots = [
            await stack.enter_async_context(process(stage, config, "all")) for _ in range(count)
        ]
        await stage.slack.connected(count, seconds=30)
        for _ in range(count):
            await stage.told("ana", "nodes")
        parts = {"bots": bots, "store": [server], "simulators and driver": [os.getpid()]}
        return await shared(stage, store, first, parts)


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
            for turn, count in enumerate((1, 2, 4)):
                figures += await _several(stage, store, config, turn * REQUESTS, count)
            await store.close()
        print(Part(title="Fleet", how="10,000 guests.", figures=tuple(figures)).page())  # noqa: T201 - its output


if __name__ == "__main__":
    asyncio.run(main())
