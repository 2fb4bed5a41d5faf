"""Many people change what rests on the same figures, at the same moment."""

import asyncio
from pathlib import Path

from tests.journey.stage import staged

ALONE = """
[[rule]]
name = "memory by anybody"
when = { operations = ["memory"] }
approvals = 0
"""
MANY = 24


async def test_many_at_once_for_one_nodes_room_are_all_recorded(tmp_path: Path) -> None:
    """Each takes room on the same node, so that one is saved at a time: nobody is sent away."""
    async with staged(tmp_path, scenario="trio", rules=ALONE) as stage:
        node = stage.pve.world.named("dev-ana").node
        names = [f"small-{number}" for number in range(MANY)]
        for vmid, name in enumerate(names, 900):
            text = f"hostname: {name}\nmemory: 64\nswap: 0\ncores: 1\n"
            stage.pve.world.create(vmid, "lxc", node, text, running=True)
        asks = (stage.ask("ana", f"request {name} memory=+1M", "#general") for name in names)
        await asyncio.gather(*asks)

        def answers() -> list[str]:
            said = [stage.says(message) for message in stage.slack.ephemerals_for("ana")]
            return [text for text in said if "I am looking" not in text]

        await stage.until(lambda: len(answers()) == MANY, seconds=60)
        assert [text for text in answers() if text.startswith("Not recorded")] == []
        assert len(await stage.bot.store.recent_requests(2 * MANY)) == MANY
