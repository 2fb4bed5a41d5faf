"""The stage with the bot as a process of its own, as the service runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.journey.stage import Stage, staged
from tests.service import Service, service


@asynccontextmanager
async def serving(folder: Path, *words: str, **stage: Any) -> AsyncIterator[tuple[Stage, Service]]:
    """Set the stage with the service as a process of its own."""
    async with staged(folder, **stage) as there:
        await there.stop_bot()
        async with started(there, folder, *words) as first:
            yield there, first


@asynccontextmanager
async def started(stage: Stage, folder: Path, *words: str) -> AsyncIterator[Service]:
    """Start the service, or another beside it."""
    there = len(stage.slack.sockets.connections)
    async with service(folder / "headroom.toml", stage.environment, *words) as running:
        await stage.slack.connected(there if "worker" in words else there + 1)
        yield running
