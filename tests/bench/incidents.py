"""What an incident costs in calls to Slack: to open one, and to keep fifty cards live."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.model.terms import MINUTE, Terms
from bot.simulation.slack.calls import slow
from bot.simulation.slack.limits import PER_MINUTE
from bot.simulation.slack.methods.table import METHODS
from tests.bench.figures import Figure, Part
from tests.journey.acts import eventually
from tests.journey.incidents import INCIDENTS, NOT_THE_API, channel_of
from tests.journey.reading import typed
from tests.journey.stage import QUICK, RULES, Stage, staged

ANSWERS_AFTER = 0.1
"""How long (s) each call to Slack takes while one incident is opened."""

COUNT, AT_ONCE, MINUTES = 50, 5, 5
SCALE = 60
"""A minute of live cards is played in a second."""

LIVE = replace(QUICK, live_every=Terms().live_every // SCALE, live_each=Terms().live_each // SCALE)


async def incidents() -> Part:
    """Measure both."""
    figures = [*await _opened(), *await _live()]
    how = (
        "On the simulated Slack. To open: about three guests, from the command to the pinned card, each "
        f"call answered after {1000 * ANSWERS_AFTER:.0f} ms. Live: {COUNT} open incidents for {MINUTES} "
        f"minutes, each played in a second; the bar is Slack's own for `chat.update`."
    )
    return Part(title="Incidents", how=how, figures=tuple(figures))


async def _opened() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), rules=RULES + INCIDENTS) as stage:
            await typed(stage, "ana", "whoami")  # who is in which group is known for a minute
            before = len(stage.slack.calls)
            took = stage.slack.on_call("*", slow(ANSWERS_AFTER), times=None)
            began = stage.slack.clock.now()
            await stage.ask("ana", 'incident open "checkout is slow" sev2 web-01 db-01 mail')
            await stage.until(lambda: _pinned(stage))
            seconds = stage.slack.clock.now() - began
            took.remove()
            calls = [stage.slack.calls[n].method for n in range(before, len(stage.slack.calls))]
    made = len([method for method in calls if method not in NOT_THE_API])
    return [
        Figure(what="to open one", value=made, unit="calls", bar=12),
        Figure(what="to open one", value=seconds, unit="s", bar=3),
    ]


def _pinned(stage: Stage) -> bool:
    name = channel_of(stage)
    return bool(name and stage.slack.directory.channel(name).pins)


async def _live() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), rules=RULES + INCIDENTS, terms=LIVE) as stage:
            for first in range(0, COUNT, AT_ONCE):
                asks = [f"incident open number {first + n} sev3" for n in range(AT_ONCE)]
                await asyncio.gather(*(typed(stage, "ana", ask) for ask in asks))
            began = stage.slack.clock.now()
            ends = began + MINUTES * MINUTE / 1000 / SCALE

            async def over() -> bool:
                return stage.slack.clock.now() >= ends

            await eventually(stage, over)
            edits = [call.at for call in stage.slack.calls.of("chat.update") if call.at >= began]
    tier = METHODS["chat.update"].tier
    bar = PER_MINUTE[int(tier)]
    return [
        Figure(
            what=f"{COUNT} live cards, the busiest minute",
            value=busiest(edits, MINUTE / 1000 / SCALE),
            unit="edits",
            bar=bar,
        ),
        Figure(
            what=f"{COUNT} live cards, a minute on average",
            value=len(edits) / MINUTES,
            unit="edits",
            bar=1,
            at_least=True,
        ),
    ]


def busiest(moments: Sequence[float], window: float) -> int:
    """Return how many of these moments (s, rising) lie within the fullest window of that length."""
    return max((sum(at <= m < at + window for m in moments) for at in moments), default=0)
