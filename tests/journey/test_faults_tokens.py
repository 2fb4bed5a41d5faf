"""A token that is revoked, on either side: stop, keep what is recorded, raise the alarm, go on alone."""

from pathlib import Path

from bot.model.request import State
from tests.journey.acts import eventually
from tests.journey.reading import missing
from tests.journey.stage import Stage, soon, staged


async def in_force(stage: Stage) -> bool:
    """Return whether web-01 has got its memory."""
    return stage.memory(101) == 3072


async def test_a_revoked_proxmox_token_stops_everything_and_loses_nothing(tmp_path: Path) -> None:
    """Asks and votes are told why; what was approved waits, and goes on when the token works again."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", f"request web-01 memory=+1G at {soon()}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        tokens = stage.pve.world.access.tokens
        kept = {name: tokens.pop(name) for name in list(tokens)}
        told = await stage.told("ana", "request db-01 memory=+1G")
        assert "Proxmox does not accept my token" in told
        assert "goes on by itself once an operator has mended the token" in told
        assert (await stage.request()).state is State.APPROVED
        assert stage.memory(101) == 2048
        tokens.update(kept)
        await stage.result("ana", "web-01 has 3 GiB (was 2)", seconds=40)
        assert [c.method for c in stage.pve.calls if c.method != "GET"] == ["PUT"]


async def test_a_revoked_slack_token_stops_no_work_and_loses_no_word(tmp_path: Path) -> None:
    """Readiness says so; what is approved runs; card and result follow once the token works again."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", f"request web-01 memory=+1G at {soon()}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        stage.slack.revoke_token()
        assert "token_revoked" in (await missing(stage))["slack"]
        await eventually(stage, lambda: in_force(stage))
        assert stage.slack.direct_messages("ana") == []
        stage.slack.restore_token()
        assert await missing(stage) == {}
        await stage.result("ana", "web-01 has 3 GiB (was 2)", seconds=40)
        await stage.card_says("Read back")
        assert len(stage.slack.direct_messages("ana")) == 1
