"""Silence is consent: it waits, named people may veto, and only they."""

from pathlib import Path

import pytest

from bot.model.request import State
from tests.journey.acts import held, nothing_held
from tests.journey.reading import entries, flat, typed
from tests.journey.stage import staged

RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[group]]
name = "dba"
members = ["S0DBA"]

[[group]]
name = "only ana"
members = ["U0ANA"]

[[rule]]
name = "nobody there"
when = {{ guests = ["mail"] }}
approvals = 0
wait = "4h"
vetoers = ["only ana"]

[[rule]]
name = "silence is consent"
when = {{ memory_up_to = "+4GiB" }}
approvals = 0
wait = "{wait}"
vetoers = ["ops"]
channel = "C0PRODDB"
"""


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_what_nobody_vetoes_is_carried_out_after_its_time(tmp_path: Path, mode: str) -> None:
    """The requester and the card say until when and by whom; the room is held; then it runs."""
    async with staged(tmp_path, rules=RULES.format(wait="3s"), mode=mode) as stage:
        told = await typed(stage, "ana", "request web-01 memory=+1G")
        assert "nothing has changed yet" in told
        assert "unless it is vetoed before; I told @Bob and @Cyr in #prod-db" in told
        await stage.until(lambda: stage.cards("#prod-db"))
        card = flat(stage.shown("#prod-db"))
        assert "@Ana asks: web-01 (CT 101, pve1) memory 2 → 3 GiB." in card
        assert "unless one of ops vetoes it before." in card
        assert "May be vetoed by @Bob or @Cyr until" in card
        assert "[ Veto ]" in card
        assert "[ Approve ]" not in card
        assert await held(stage) == {"memory": 1024}
        assert stage.memory(101) == 2048
        await stage.until(lambda: "Read back" in flat(stage.shown("#prod-db")))
        assert "[ Veto ]" not in stage.shown("#prod-db")
        assert stage.memory(101) == 3072
        request = await stage.request()
        assert (request.started_at or 0) >= request.created_at + 3_000
        assert "no approval needed (rule silence is consent)" in await stage.result(
            "ana", "Read back"
        )


async def test_a_veto_by_one_of_those_named_stops_it_and_nobody_elses(tmp_path: Path) -> None:
    """A stranger's press is refused and recorded; a vetoer's ends it, and frees the room."""
    async with staged(tmp_path, rules=RULES.format(wait="4h")) as stage:
        await stage.ask("ana", "request web-01 memory=+1G")
        await stage.until(lambda: stage.cards("#prod-db"))
        card = stage.card("#prod-db")
        told = flat(await stage.answer_to_press("dora", "Veto", card))
        assert "this needs one of ops (@Bob and @Cyr)" in told
        assert "begins at" in flat(await stage.told("bob", "requests open"))
        assert "is stopped by your veto" in await stage.answer_to_press("bob", "Veto", card)
        await stage.until(lambda: "Stopped by @Bob" in flat(stage.shown("#prod-db")))
        await nothing_held(stage)
        assert (await stage.request()).state is State.CANCELLED
        assert stage.memory(101) == 2048
        noted = [(e.actor.user_id, e.what, e.accepted) for e in await entries(stage)]
        assert ("U0DORA", "veto", False) in noted
        assert ("U0BOB", "cancel", True) in noted


async def test_silence_of_nobody_is_no_consent(tmp_path: Path) -> None:
    """Where nobody but the requester could veto, the request is refused; others' is not."""
    async with staged(tmp_path, rules=RULES.format(wait="4h")) as stage:
        assert "Not recorded: " in await typed(stage, "ana", "request mail memory=+1G")
        assert not await stage.bot.store.recent_requests(1)
        assert "Recorded as" in await typed(stage, "dora", "request mail memory=+1G")


async def test_what_is_too_much_for_silence_is_refused_or_asked(tmp_path: Path) -> None:
    """The amount bounds the rule as it does any other."""
    async with staged(tmp_path, rules=RULES.format(wait="4h")) as stage:
        assert "no rule" in (await typed(stage, "ana", "request web-01 cores=+1")).lower()


async def test_by_keyboard_too(tmp_path: Path) -> None:
    """`why` says who may veto; `cancel` of a vetoer is a veto."""
    async with staged(tmp_path, rules=RULES.format(wait="4h")) as stage:
        await stage.ask("ana", "request web-01 memory=+1G")
        await stage.until(lambda: stage.cards("#prod-db"))
        handle = (await stage.request()).handle
        why = flat(await stage.told("bob", f"why {handle}"))
        assert "It waits 4 h; until then one of ops may veto it." in why
        assert "is stopped by your veto" in await typed(stage, "bob", f"cancel {handle}")
