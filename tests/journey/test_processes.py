"""Two bots and four workers, each a process of its own: some are killed, each thing happens once."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from signal import SIGKILL

import pytest

from tests.journey.serving import serving, started
from tests.journey.test_replicas import ALONE, DEVELOPERS, PEOPLE, changes, handed_over

ANEW = 90
"""Seconds: what the killed had in hand goes on once their leases lapse, a node's slot after 60."""


@pytest.mark.timeout(300)
async def test_a_burst_goes_on_when_a_bot_and_two_workers_are_killed(tmp_path: Path) -> None:
    """Twelve changes, each once, and a result of each; what is asked afterwards is heard."""
    async with (
        serving(tmp_path, "--role", "bot", scenario="trio", rules=ALONE) as (stage, bot),
        started(stage, tmp_path, "--role", "bot"),
        AsyncExitStack() as life,
    ):
        stage.slack.sockets.in_turn = True
        workers = [
            await life.enter_async_context(started(stage, tmp_path, "--role", "worker"))
            for _ in range(4)
        ]
        asks = [
            stage.ask(PEOPLE[n % 4], f"request dev-{name} memory=+64M", "#general")
            for n, name in enumerate(DEVELOPERS)
        ]
        assert all(reply.acknowledged for reply in await asyncio.gather(*asks))
        assert handed_over(stage) == [6, 6]
        await stage.until(lambda: changes(stage), seconds=ANEW)
        for killed in (bot, *workers[:2]):
            assert (await killed.ends(SIGKILL))[0] == -SIGKILL

        def told() -> bool:
            said = [stage.says(m) for name in PEOPLE for m in stage.slack.direct_messages(name)]
            done = " ".join(text for text in said if "Read back" in text or "in force" in text)
            return all(f"dev-{name} " in done for name in DEVELOPERS)

        await stage.until(told, seconds=ANEW)
        assert sorted(changes(stage).values()) == [1] * len(DEVELOPERS)
        assert "dev-ana" in await stage.told("ana", "show dev-ana", "#general")
