"""Quorums, the channels of rules, rules that refuse, and requests that nobody has to approve."""

from pathlib import Path

import pytest

from tests.journey.reading import flat, form_says, open_form, pressed, typed
from tests.journey.stage import staged

RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[group]]
name = "dba"
members = ["S0DBA"]

[[rule]]
name = "itself"
when = { guests = ["headroom"] }
refuse = "I do not change my own container: use the web UI."

[[rule]]
name = "small"
when = { guests = ["mail"], operations = ["memory"], memory_up_to = "+1GiB" }
approvals = 0

[[rule]]
name = "databases"
when = { guests = ["db-01"] }
approvals = { dba = 1, ops = 1 }
channel = "C0PRODDB"

[[rule]]
name = "two of ops"
when = { guests = ["web-01"] }
approvals = 2
approvers = ["ops"]
"""


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_two_votes_are_two_people(tmp_path: Path, mode: str) -> None:
    """The card counts, names who is missing, and only the second person's vote carries it out."""
    async with staged(tmp_path, rules=RULES, mode=mode) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+1G")
        assert "approved by 0 of 2" in card
        assert "Waiting for @Bob and @Cyr" in card
        assert "Counted: 1 of 2" in await pressed(stage, "bob", "Approve")
        card = await stage.card_says("1 of 2: @Bob")
        assert "Waiting for @Cyr ·" in card
        assert "you approved" in await pressed(stage, "bob", "Approve")
        assert stage.memory(101) == 2048
        assert "is approved" in await pressed(stage, "cyr", "Approve")
        assert "approved by @Bob and @Cyr" in flat(await stage.result("ana", "Read back"))
        assert stage.memory(101) == 3072


async def test_each_group_has_to_agree(tmp_path: Path) -> None:
    """Two of ops do not stand in for the databases' own; the card says whose vote is missing."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.ask("ana", "request db-01 memory=+512M")
        await stage.until(lambda: stage.cards("#prod-db"))
        assert not stage.cards()
        card = stage.card("#prod-db")
        told = flat(await stage.answer_to_press("bob", "Approve", card))
        assert "Counted: 1 of 2" in told
        assert "Still needed: 1 of dba." in told
        told = flat(await stage.answer_to_press("cyr", "Approve", card))
        assert "Counted: 1 of 2" in told
        await stage.until(lambda: "still needed: 1 of dba" in flat(stage.shown("#prod-db")))
        assert "Waiting for @Dora ·" in stage.shown("#prod-db")
        assert stage.memory(102) == 4096
        assert "is approved" in await stage.answer_to_press("dora", "Approve", card)
        assert "@Dora" in await stage.result("ana", "Read back")
        assert stage.memory(102) == 4608


async def test_a_vote_taken_back_no_longer_counts(tmp_path: Path) -> None:
    """Withdrawn by button or by keyboard; nobody withdraws what they never gave."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        assert "No vote of yours" in await typed(stage, "bob", f"withdraw {handle}")
        await pressed(stage, "bob", "Approve")
        await stage.press("bob", "Details")
        await form_says(stage, "bob", "[ Withdraw my vote ]")
        form = open_form(stage, "bob")
        await stage.person("bob").press(form, "Withdraw my vote")
        await form_says(stage, "bob", "is taken back")
        await stage.card_says("0 of 2")
        await pressed(stage, "bob", "Approve")
        assert "is taken back" in await typed(stage, "bob", f"withdraw {handle}")
        assert "Counted: 1 of 2" in await pressed(stage, "cyr", "Approve")
        assert stage.memory(101) == 2048


async def test_a_veto_ends_a_request_with_its_reason(tmp_path: Path) -> None:
    """Who could deny may stop it from Details; the requester reads who did."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G at sun 03:00")
        for name in ("bob", "cyr"):
            await pressed(stage, name, "Approve")
        assert "Nothing happens before" in await stage.card_says("Approved")
        await stage.press("cyr", "Details")
        await form_says(stage, "cyr", "[ Veto ]")
        form = open_form(stage, "cyr")
        await stage.person("cyr").press(form, "Veto")
        await form_says(stage, "cyr", "is stopped by your veto")
        assert "web-01" in await stage.result("ana", "Stopped by @Cyr")
        assert "Stopped by @Cyr" in stage.shown()


async def test_a_rule_that_refuses_is_quoted(tmp_path: Path) -> None:
    """No card, no approver bothered: the rule's own words."""
    async with staged(tmp_path, rules=RULES) as stage:
        told = await typed(stage, "ana", "request headroom memory=+1G")
        assert "the rule “itself” refuses this: I do not change my own container" in told
        assert "no rule allows" in await typed(stage, "ana", "request build-7 cores=1")
        assert not stage.cards()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_what_nobody_has_to_approve_is_done_without_a_card(tmp_path: Path, mode: str) -> None:
    """Born approved: a private answer, no card, and the result as a direct message."""
    async with staged(tmp_path, rules=RULES, mode=mode) as stage:
        told = await typed(stage, "ana", "request mail memory=+512M for the list")
        assert "memory 2 → 2.5 GiB" in told
        assert "Nobody has to approve it (rule small)" in told
        result = flat(await stage.result("ana", "Read back"))
        assert "mail has 2.5 GiB (was 2)" in result
        assert "no approval needed (rule small)" in result
        assert stage.memory(103) == 2560
        assert not stage.cards()
