"""Presses that must not count: each is refused privately, with the reason, and audited."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.journey.reading import entries, pressed
from tests.journey.stage import QUICK, Stage, staged

AT_ONCE = replace(QUICK, roster_age=0)
"""Terms under which Slack is asked anew each time who is in a group."""


def invite(stage: Stage, *names: str) -> None:
    """Put people into the channel of the cards."""
    for name in names:
        stage.slack.directory.join(name, "#approvals")


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_only_those_whom_the_rule_names_decide(tmp_path: Path, mode: str) -> None:
    """Requester, strangers to the group, guests and outsiders are refused; the card stays as it was."""
    async with staged(tmp_path, mode=mode) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+1G")
        invite(stage, "gus", "ula", "xena", "stan")
        told = {
            name: await pressed(stage, name, "Approve")
            for name in ("ana", "dora", "gus", "ula", "xena", "stan")
        }
        assert "you asked for R-" in told["ana"]
        assert "this needs one of ops (@Bob and @Cyr)" in told["dora"]
        assert "it stays open until" in told["dora"]
        for name in ("gus", "ula"):
            assert "your account is a guest of the workspace" in told[name]
        for name in ("xena", "stan"):
            assert "your account is of another organisation" in told[name]
        assert card == stage.shown()
        assert stage.memory(101) == 2048
        noted = await entries(stage)
        refused = {e.actor.user_id: e.why for e in noted if e.what == "approve"}
        assert {"U0ANA", "U0DORA", "U0GUS", "U0ULA", "U0XENA", "U0STAN"} == set(refused)
        assert not any(e.accepted for e in noted if e.what == "approve")


async def test_deny_and_offer_are_refused_before_a_form_opens(tmp_path: Path) -> None:
    """Whoever cannot decide is told so at the press, not after typing a reason."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        invite(stage, "gus", "xena")
        for button in ("Deny", "Offer less"):
            assert "you asked for" in await pressed(stage, "ana", button)
            assert "one of ops" in await pressed(stage, "dora", button)
            assert "a guest of the workspace" in await pressed(stage, "gus", button)
            assert "of another organisation" in await pressed(stage, "xena", button)
        assert not any(stage.person(n).view for n in ("ana", "dora", "gus", "xena"))
        noted = [(e.actor.user_id, e.what) for e in await entries(stage) if not e.accepted]
        assert ("U0GUS", "deny") in noted
        assert ("U0XENA", "makeoffer") in noted


async def test_an_approver_who_left_the_group_no_longer_counts(tmp_path: Path) -> None:
    """Membership is asked anew: who was removed meanwhile is refused, who was added may decide."""
    async with staged(tmp_path, terms=AT_ONCE) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        stage.slack.set_group("ops", ["cyr", "eve"])
        told = await pressed(stage, "bob", "Approve")
        assert "this needs one of ops (@Cyr and @Eve)" in told
        assert "is approved" in await stage.answer_to_press("eve", "Approve")
        assert "approved by @Eve" in await stage.result("ana", "Read back")


async def test_an_approver_who_left_the_company_no_longer_counts(tmp_path: Path) -> None:
    """A press that was under way when the account was deactivated is refused and audited."""
    async with staged(tmp_path, terms=AT_ONCE) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.answer_to_press("dora", "Approve")
        sent = next(d for d in reversed(stage.slack.deliveries) if "actions" in d.delivery.payload)
        payload = dict(sent.delivery.payload) | {"trigger_id": "late"}
        payload["user"] = {**payload["user"], "id": "U0CYR", "username": "cyr"}
        stage.slack.deactivate("cyr")
        before = len(stage.slack.ephemerals_for("dora"))
        await stage.slack.deliver("interactive", payload)
        await stage.until(lambda: len(stage.slack.ephemerals_for("dora")) > before)
        noted = await entries(stage)
        assert next(e.why for e in noted if e.actor.user_id == "U0CYR") == "not a member"
        assert card == stage.shown()


async def test_a_vote_is_void_once_its_voter_is_gone(tmp_path: Path) -> None:
    """With two votes needed, the vote of somebody who left meanwhile carries nothing out."""
    rules = TWO_OF_OPS
    async with staged(tmp_path, rules=rules, terms=AT_ONCE) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.answer_to_press("bob", "Approve")
        stage.slack.deactivate("bob")
        await stage.answer_to_press("cyr", "Approve")
        assert "no longer counts" in await stage.card_says("plan 2")
        assert stage.memory(101) == 2048


TWO_OF_OPS = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "two of ops"
approvals = 2
approvers = ["ops"]
"""
