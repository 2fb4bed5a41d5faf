"""Several connections in Socket Mode: one may go, and nothing that people do gets lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.simulation.slack.sockets import Connection
from tests.journey.stage import Stage, staged

SOCKETS = 3


@asynccontextmanager
async def connected_thrice(folder: Path) -> AsyncIterator[Stage]:
    """Set the stage with a bot that holds three connections, used in turn."""
    async with staged(folder) as stage:
        await stage.stop_bot()
        slack = replace(stage.settings.slack, sockets=SOCKETS)
        stage.settings = replace(stage.settings, slack=slack)
        await stage.start_bot()
        stage.slack.sockets.in_turn = True
        yield stage


def replaced(stage: Stage, before: set[Connection]) -> bool:
    """Return whether one of the connections of before is another one now."""
    now = set(stage.slack.sockets.connections)
    return len(now) == SOCKETS and len(now - before) == 1


async def test_one_connection_drops_and_nothing_is_lost(tmp_path: Path) -> None:
    """Six asks right after the cut are taken by the two that are left; the third comes back."""
    async with connected_thrice(tmp_path) as stage:
        assert len(stage.slack.sockets.connections) == SOCKETS
        await stage.slack.drop_sockets(1)
        asks = [stage.ask("ana", "show web-01") for _ in range(6)]
        replies = await asyncio.gather(*asks)
        assert all(reply.acknowledged for reply in replies)
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Read back")
        await stage.slack.connected(SOCKETS, seconds=20)
        assert stage.slack.late_acks == 0


async def test_slack_replaces_one_connection_after_the_other(tmp_path: Path) -> None:
    """Told to reconnect, each comes back while the others take what people do."""
    async with connected_thrice(tmp_path) as stage:
        for _ in range(SOCKETS):
            before = set(stage.slack.sockets.connections)
            await stage.slack.disconnect("refresh_requested", 1)
            assert (await stage.ask("ana", "show web-01")).acknowledged
            await stage.until(partial(replaced, stage, before))
        await stage.new_card("ana", "request web-01 memory=+1G")
