"""One person asks too much: refused before it is kept, said and audited once, nobody else is."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from bot.model.budget import Budget
from bot.simulation.slack import Reply
from tests.journey.reading import open_form, typed
from tests.journey.stage import QUICK, WIDE, Stage, flat, staged

FEW = replace(QUICK, budget=replace(WIDE, asks_per_minute=3))


def refused(why: str) -> float:
    """Return how many deliveries this process has refused for that reason, as it is scraped."""
    found = REGISTRY.get_sample_value("headroom_deliveries_refused_total", {"reason": why})
    assert found is not None
    return found


def says(stage: Stage, reply: Reply) -> str:
    """Return what an acknowledgement says, on one line."""
    return flat(stage.says(reply.message)) if reply.message else ""


async def notes(stage: Stage, what: str) -> list[str]:
    """Return why something was refused, as the audit has it."""
    entries = [link.entry for link in await stage.bot.store.audit_since("0", 500)]
    return [e.why for e in entries if e.what == what and not e.accepted]


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_flood_of_commands_is_refused_and_audited_once(tmp_path: Path, mode: str) -> None:
    """Three are taken; forty more, many at once, leave one entry; lists and others go on."""
    async with staged(tmp_path, mode=mode, terms=FEW) as stage:
        before = refused("budget")
        for _ in range(3):
            await typed(stage, "ana", "show web-01")
        first = says(stage, await stage.ask("ana", "request web-01 memory=+1G"))
        assert "more than I take from one person: 3 asks within a minute" in first
        assert "I take more from" in first
        more = [stage.ask("ana", "request web-01 memory=+1G") for _ in range(40)]
        later = {says(stage, reply) for reply in await asyncio.gather(*more)}
        assert all("still too much at once" in text for text in later)
        assert await notes(stage, "ask") == ["too many asks: more than 3 within a minute"]
        assert refused("budget") - before == 41
        assert "web-01" in says(stage, await stage.ask("ana", "list"))
        await stage.new_card("bob", "request db-01 memory=+1G")
        assert len(await stage.bot.store.recent_requests(9)) == 1
        assert not [m for m in await stage.bot.store.due(2**50, 99) if "intake" in m]


async def test_a_flood_of_presses_is_told_once(tmp_path: Path) -> None:
    """Whatever the button does: no form opens, no vote counts; the request waits for others."""
    async with staged(tmp_path, terms=FEW) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        for _ in range(3):
            await typed(stage, "bob", "show web-01")
        told = await stage.answer_to_press("bob", "Approve")
        assert "more than I take from one person" in told
        read, calls = len(stage.slack.ephemerals_for("bob")), len(list(stage.slack.calls))
        for button in ("Approve", "Deny", "Offer less", "Details"):
            reply = await stage.person("bob").press(stage.card(), button)
            assert reply.acknowledged
        assert stage.slack.open_view("bob") is None
        assert not [c for c in list(stage.slack.calls)[calls:] if c.method.startswith("views.")]
        assert len(stage.slack.ephemerals_for("bob")) == read
        assert (await stage.request()).voters() == ()
        await stage.press("cyr", "Approve")
        await stage.card_says("Read back")


async def test_a_form_over_the_budget_says_so(tmp_path: Path) -> None:
    """It was opened within the budget; what is submitted over it is not kept."""
    async with staged(tmp_path, terms=FEW) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Deny")
        form = open_form(stage, "bob")
        await typed(stage, "bob", "show web-01")
        await typed(stage, "bob", "show web-01")
        reply = await stage.person("bob").submit(form, {"reason": "no room"})
        assert reply.view is not None
        assert "more than I take from one person" in flat(stage.slack.shown(reply.view))
        over = await stage.ask("bob", "request")
        assert "still too much at once" in says(stage, over)
        assert (await stage.request()).open


async def test_the_budget_holds_over_replicas(tmp_path: Path) -> None:
    """Two bots share it, whichever of them is asked; it outlives a restart of both."""
    async with staged(tmp_path, terms=FEW) as stage:
        await stage.start_replica()
        asks = [stage.ask("ana", f"show {name}") for name in ["web-01", "db-01"] * 6]
        said = [says(stage, reply) for reply in await asyncio.gather(*asks)]
        assert len([text for text in said if "I am looking" in text]) == 3
        assert len([text for text in said if "3 asks within a minute" in text]) == 1
        await stage.stop_bot()
        await stage.start_bot()
        again = says(stage, await stage.ask("ana", "show web-01"))
        assert "still too much at once" in again


async def test_nobody_has_more_open_than_the_limit(tmp_path: Path) -> None:
    """The third waits until one is over; each ask is answered, the audit has one entry."""
    terms = replace(QUICK, budget=replace(WIDE, open_per_person=2))
    async with staged(tmp_path, terms=terms) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        first = stage.card()
        await stage.new_card("ana", "request db-01 memory=+1G")
        for _ in range(2):
            told = await typed(stage, "ana", "request app1 memory=+1G")
            assert "as many of your requests are open as one person may have: 2." in told
        assert await notes(stage, "submit") == ["too many open: resources app1"]
        await stage.new_card("bob", "request app1 memory=+1G")
        await stage.press("bob", "Approve", first)
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        await stage.new_card("ana", "request app1 cores=3")
        assert len(await stage.bot.store.recent_requests(9)) == 4


def test_the_budget_is_generous_to_people() -> None:
    """Nobody presses a button every other second for a minute by accident."""
    budget = Budget()
    assert [(w.length_ms, w.most) for w in budget.windows] == [(3_600_000, 300), (60_000, 30)]
