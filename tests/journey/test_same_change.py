"""The same change, asked for by two people at the same moment."""

import asyncio
from pathlib import Path

from tests.journey.stage import staged


async def test_two_people_at_once_make_one_request(tmp_path: Path) -> None:
    """One ask is recorded; the other is told that it is open already."""
    async with staged(tmp_path) as stage:
        text = "request web-01 memory=+1G"
        await asyncio.gather(stage.ask("ana", text), stage.ask("bob", text))

        def answers() -> list[str]:
            told = [*stage.slack.ephemerals_for("ana"), *stage.slack.ephemerals_for("bob")]
            return [s for s in map(stage.says, told) if "I am looking" not in s]

        await stage.until(lambda: len(answers()) == 2)
        assert len(await stage.bot.store.recent_requests(9)) == 1
        assert len([s for s in answers() if "Recorded as" in s]) == 1
