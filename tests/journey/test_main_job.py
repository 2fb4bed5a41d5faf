"""The main job: ask in Slack, approve with a button, carried out on Proxmox and read back."""

from pathlib import Path

import pytest

from tests.journey.stage import staged


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_container_gets_memory_after_another_persons_approval(
    tmp_path: Path, mode: str
) -> None:
    """The approver sees room and promises before the button; the result is read back, once."""
    async with staged(tmp_path, mode=mode) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+2G scratch space")
        assert "web-01 (CT 101, pve1) memory 2 → 4 GiB" in card
        assert "18 → 20" in card
        assert stage.memory(101) == 2048
        assert "asked for" in await stage.answer_to_press("ana", "Approve")
        await stage.press("bob", "Approve")
        assert "web-01 has 4 GiB (was 2)" in await stage.card_says("Read back")
        assert "approved by @Bob" in await stage.result("ana", "Read back")
        assert stage.memory(101) == 4096
        assert len(stage.slack.direct_messages("ana")) == 1
        history = await stage.bot.store.audit_of((await stage.request()).id)
        people = {link.entry.actor.user_id for link in history}
        assert {"U0ANA", "U0BOB"} <= people
