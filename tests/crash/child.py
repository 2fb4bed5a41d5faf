"""The process that is killed: a whole bot, nothing else."""

import asyncio
from pathlib import Path

from bot.config import load
from bot.model.terms import Terms
from bot.wiring import running
from tests.journey.stage import WORDS

QUICK = Terms(
    follow_every=200,
    reconcile_every=300,
    poll_task=50,
    inventory_lag=300,
    send_within=1_500,
    settle=400,
    redeliver=1_000,
)
"""The same rules, shorter waits."""


def serve(config: Path, environment: dict[str, str]) -> None:
    """Run the bot until it is killed."""
    asyncio.run(_serve(config, environment))


async def _serve(config: Path, environment: dict[str, str]) -> None:
    async with running(load(config, environment, words=WORDS), terms=QUICK):
        await asyncio.Event().wait()
