"""What one vote, one sweep and one list cost beside many open requests, and how that grows."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from bot.jobs import Sweep
from bot.model.audit import AuditEntry
from bot.model.guest import GuestRef
from bot.model.request import ChangeRequest
from bot.model.save import Save
from tests.bench.figures import Figure, Part, p50
from tests.journey.stage import RULES, Stage, staged

COUNTS = (10, 1_000, 10_000)
TIMES = 5
TWO = RULES.replace("approvals = 1", "approvals = 2")
"""Two approvals: the measured vote leaves its request waiting."""


async def many(counts: tuple[int, ...] = COUNTS) -> Part:
    """Measure beside so many open requests of others."""
    figures: list[Figure] = []
    first: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), rules=TWO) as stage:
            there = 1
            await stage.new_card("ana", "request db-01 memory=+64M")
            pattern = await stage.request()
            for count in counts:
                await _fill(stage, pattern, there, count)
                there = count
                for what, took in (await _costs(stage)).items():
                    first.setdefault(what, took)
                    figures.append(Figure(what=f"{what}, {count:,} open", value=took, unit="ms"))
    figures += [
        Figure(
            what=f"{what}: {counts[-1] // counts[0]:,} times as many cost",
            value=_last(figures, what) / took,
            unit="times as much",
        )
        for what, took in first.items()
    ]
    how = (
        f"Median of {TIMES}. Requests of many people on many guests, put into the store directly; a vote "
        "is from the press to the answer, a list from the command to the answer, a sweep one look at the "
        "due-set; bot, store and simulators on one machine."
    )
    return Part(title="Many open requests", how=how, figures=tuple(figures))


def _last(figures: list[Figure], what: str) -> float:
    return next(f.value for f in reversed(figures) if f.what.startswith(f"{what}, "))


async def _fill(stage: Stage, pattern: ChangeRequest, start: int, count: int) -> None:
    """Put requests like this one into the store until there are so many."""
    for batch in range(start, count, 50):
        await asyncio.gather(
            *(_put(stage, pattern, n) for n in range(batch, min(batch + 50, count)))
        )


async def _put(stage: Stage, pattern: ChangeRequest, number: int) -> None:
    ref = GuestRef(cluster="home", kind=pattern.plan.target.ref.kind, vmid=100_000 + number)
    target = replace(pattern.plan.target, ref=ref)
    request = replace(
        pattern,
        id=f"{number:032x}",
        handle=f"R-{number:08d}",
        requester=replace(pattern.requester, user_id=f"U{number % 100:03d}"),
        plan=replace(pattern.plan, target=target),
        version=1,
    )
    entry = AuditEntry(
        at=request.created_at,
        actor=request.requester,
        what="submit",
        request_id=request.id,
        handle=request.handle,
        accepted=True,
    )
    await stage.bot.store.save(
        Save(request=request, audit=entry, due={f"request:{request.id}": request.expires_at})
    )


async def _costs(stage: Stage) -> dict[str, float]:
    """Measure one of each, some times."""
    sweep = Sweep(
        store=stage.bot.store, wake=stage.bot.parts.wake.wake, clock=stage.bot.parts.clock
    )
    return {
        "list": await _median(lambda: _listed(stage)),
        "sweep": await _median(lambda: _swept(sweep)),
        "vote": await _median(lambda: _voted(stage)),
    }


async def _median(act: Callable[[], Awaitable[float]]) -> float:
    return p50([await act() for _ in range(TIMES)])


async def _listed(stage: Stage) -> float:
    began = time.perf_counter()
    await stage.ask("bob", "requests open")
    return (time.perf_counter() - began) * 1000


async def _swept(sweep: Sweep) -> float:
    began = time.perf_counter()
    await sweep.once()
    return (time.perf_counter() - began) * 1000


async def _voted(stage: Stage) -> float:
    """Ask for something new, then measure one vote of two on it."""
    memory = 2_100 + (await stage.bot.store.now()) % 1_000
    await stage.new_card("ana", f"request web-01 memory={memory}M")
    began = time.perf_counter()
    await stage.answer_to_press("bob", "Approve")
    return (time.perf_counter() - began) * 1000
