"""A store that may evict records: nothing new is accepted, what is there can be read and ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.journey.acts import offered
from tests.journey.back import behind
from tests.journey.incidents import INCIDENTS
from tests.journey.incidents import opened as incident_opened
from tests.journey.reading import entries, form_says, open_form, pressed, typed
from tests.journey.stage import RULES, Stage, staged

UNSAFE = "Not recorded: my store does not keep records safely: the store may evict records"


@asynccontextmanager
async def evicting(stage: Stage) -> AsyncIterator[None]:
    """Let the store evict for a while, as one does that somebody else configured."""
    async with behind(stage) as redis:
        await redis.config_set("maxmemory-policy", "allkeys-lru")
        try:
            yield
        finally:
            await redis.config_set("maxmemory-policy", "noeviction")


@pytest.mark.parametrize("ask", ["request db-01 memory=+1G", "reboot db-01"])
async def test_an_ask_is_refused_and_audited(tmp_path: Path, ask: str) -> None:
    """Whether somebody has to approve it or not; reads go on, and so do asks once it is mended."""
    async with staged(tmp_path) as stage:
        async with evicting(stage):
            said = await typed(stage, "ana", ask)
            assert UNSAFE in said
            assert "An operator sets it right; until then I accept nothing." in said
            assert await stage.bot.store.recent_requests(9) == ()
            assert stage.cards() == []
            assert "may evict records" in await typed(stage, "ana", "status")
            assert "db-01" in await typed(stage, "ana", "show db-01")
        (kept,) = [link.entry for link in await stage.bot.store.newest_audit(9)]
        assert (kept.what, kept.accepted) == ("submit", False)
        assert kept.why.startswith("store unsafe: ")
        await stage.ask("ana", ask)
        await stage.until(lambda: stage.cards() or stage.slack.direct_messages("ana"))
        assert (await stage.request()).plan.target.name == "db-01"


async def test_an_open_request_waits_for_the_store_to_be_mended(tmp_path: Path) -> None:
    """A vote, an offer and an edit are refused and audited; afterwards the same card works."""
    async with staged(tmp_path) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+2G")
        async with evicting(stage):
            assert UNSAFE in await pressed(stage, "bob", "Approve")
            assert UNSAFE in await offered(stage, "bob", {"memory": "+1G"})
            await stage.press("ana", "Details")
            await form_says(stage, "ana", "Edit")
            await stage.person("ana").press(open_form(stage, "ana"), "Edit")
            await form_says(stage, "ana", "Send the change")
            await stage.person("ana").submit(open_form(stage, "ana"), {"memory": "3G"})
            await form_says(stage, "ana", UNSAFE[:50])
            assert stage.shown() == card
        assert [(e.what, e.accepted, e.why) for e in (await entries(stage))[1:]] == [
            (what, False, "store unsafe") for what in ("approve", "makeoffer", "edit")
        ]
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        assert stage.memory(101) == 4096


async def test_an_offer_is_accepted_once_the_store_is_mended(tmp_path: Path) -> None:
    """The one that was made before stands, and its button says why not now."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        await offered(stage, "bob", {"memory": "+1G"})
        await stage.card_says("Accept the offer")
        async with evicting(stage):
            assert UNSAFE in await pressed(stage, "ana", "Accept the offer")
        await stage.press("ana", "Accept the offer")
        await stage.card_says("Read back")
        assert stage.memory(101) == 3072


async def test_cancellations_and_incidents_go_on(tmp_path: Path) -> None:
    """What ends a request needs no store that keeps it, and an emergency does not wait for one."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        handle = (await stage.request()).handle
        async with evicting(stage):
            assert "is cancelled" in await typed(stage, "ana", f"cancel {handle}")
            await stage.card_says("Cancelled by @Ana")
            channel = await incident_opened(stage)
            assert "is being investigated" in stage.says(stage.cards(channel)[0])
