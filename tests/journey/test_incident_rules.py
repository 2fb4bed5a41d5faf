"""Rules for incidents: asked for in its channel, approved by who leads it, only while it is open."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.request import State
from bot.workflow.incidents.over import ordinary_again
from tests.journey.acts import eventually
from tests.journey.incident import CHANNEL, closed, opened, saved, someone
from tests.journey.reading import form_says, open_form, pressed, typed
from tests.journey.stage import Stage, flat, soon, staged

RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "relaxed"
when = { incident = ["sev1", "sev2"], operations = ["memory"], per_incident = "+1GiB" }
approvals = 1
approvers = ["lead"]

[[rule]]
name = "people"
approvals = 1
approvers = ["ops"]
"""
BY_INCIDENT = "Rule relaxed (by the rules of incident I-7K2M)"


async def in_channel(stage: Stage, name: str, text: str) -> str:
    """Type a request in the incident's channel and return its card."""
    return flat(await stage.new_card(name, text, "#web"))


def copies(stage: Stage) -> str:
    """Return what stands in the incident's channel, besides its own card."""
    said = (flat(stage.says(message)) for message in stage.cards("#web"))
    return " ".join(text for text in said if not text.startswith("sev2: "))


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_who_leads_an_incident_approves_what_it_asks_for(tmp_path: Path, mode: str) -> None:
    """In its channel only; the card says by whose rules, and a copy stands in the incident."""
    async with staged(tmp_path, rules=RULES, mode=mode) as stage:
        incident = await opened(stage, 101, lead="dora")
        card = await in_channel(stage, "ana", "request web-01 memory=+1G")
        assert BY_INCIDENT in card
        assert "Waiting for @Dora" in card
        await stage.until(lambda: BY_INCIDENT in copies(stage))
        request = await stage.request()
        assert request.origin.incident == incident.id
        assert request.decision.incident == incident.id
        assert "this needs one of lead of I-7K2M (@Dora)" in await pressed(stage, "bob", "Approve")
        await pressed(stage, "dora", "Approve")
        await stage.card_says("Read back")
        await stage.until(lambda: "Read back" in copies(stage))
        assert stage.memory(101) == 3072
        await stage.new_card("ana", "request app1 memory=+1G", "#approvals")
        assert "Rule people" in stage.shown()
        assert (await stage.request()).origin.incident == ""
        assert await stage.bot.store.requests_from(incident.id) == (
            await stage.bot.store.request(request.id),
        )


async def test_what_is_beyond_the_incidents_sum_goes_by_the_ordinary_rules(tmp_path: Path) -> None:
    """Also where both were asked for before either was approved."""
    async with staged(tmp_path, rules=RULES) as stage:
        await opened(stage, 101, lead="dora")
        first = await in_channel(stage, "ana", "request web-01 memory=+512M")
        second = await in_channel(stage, "ana", "request mail memory=+512M")
        third = await in_channel(stage, "bob", "request app1 memory=+512M")
        assert [BY_INCIDENT in card for card in (first, second, third)] == [True, True, False]
        assert "Rule people" in third


async def test_who_leads_does_not_approve_what_they_asked_for(tmp_path: Path) -> None:
    """Nobody else may by these rules: refused; so it is while nobody leads."""
    async with staged(tmp_path, rules=RULES) as stage:
        incident = await opened(stage, 101, lead="ana")
        said = await typed(stage, "ana", "request web-01 memory=+1G")
        assert "you are the only approver within reach (lead of I-7K2M)" in said
        await closed(stage, incident)
        await opened(stage, 101, id="e" * 32, handle="I-8888")
        said = await typed(stage, "ana", "request web-01 memory=+1G")
        assert "nobody who may approve it is within reach (lead of I-8888)" in said


async def test_what_has_not_begun_is_decided_anew_once_the_incident_is_closed(
    tmp_path: Path,
) -> None:
    """The lead's vote does not carry it further; the others decide."""
    async with staged(tmp_path, rules=RULES) as stage:
        incident = await opened(stage, 101, lead="dora")
        await in_channel(stage, "ana", f"request web-01 memory=+1G at {soon(4, 'Europe/Paris')}")
        await pressed(stage, "dora", "Approve")
        await stage.card_says("Nothing happens before")
        await closed(stage, incident)
        card = await stage.card_says("the rules of incident I-7K2M no longer cover this")
        assert "Rule people · approved by 0 of 1" in card
        assert stage.memory(101) == 2048
        assert "this needs one of ops" in await pressed(stage, "dora", "Approve")
        await pressed(stage, "bob", "Approve")
        await stage.card_says("Read back")
        assert stage.memory(101) == 3072


async def test_what_still_waits_is_decided_anew_once_the_incident_is_closed(tmp_path: Path) -> None:
    """At once: another lead is not there to ask. Done twice it is done once."""
    async with staged(tmp_path, rules=RULES) as stage:
        incident = await opened(stage, 101, lead="dora")
        await in_channel(stage, "ana", "request web-01 memory=+1G")
        await ordinary_again(stage.bot.parts, incident)
        assert (await stage.request()).plan_rev == 1
        incident = await closed(stage, incident)
        for _ in range(2):
            await ordinary_again(stage.bot.parts, incident)
        card = await stage.card_says("the rules of incident I-7K2M no longer cover this")
        assert "Rule people · approved by 0 of 1" in card
        request = await stage.request()
        assert (request.plan_rev, request.decision.incident) == (2, "")
        await pressed(stage, "bob", "Approve")
        await stage.card_says("Read back")


async def test_a_vote_of_who_leads_stands_when_somebody_else_takes_over(tmp_path: Path) -> None:
    """As of the vote, like an on-call list's; the claim moves with the incident's record."""
    async with staged(tmp_path, rules=RULES) as stage:
        incident = await opened(stage, 101, lead="dora")
        await in_channel(stage, "ana", f"request web-01 memory=+1G at {soon(4, 'Europe/Paris')}")
        await pressed(stage, "dora", "Approve")
        await taken_over(stage, "cyr")
        await stage.card_says("Read back")
        assert stage.memory(101) == 3072
        after = await stage.bot.store.incident(incident.id)
        assert after is not None
        assert after.version > incident.version + 1


async def taken_over(stage: Stage, lead: str) -> None:
    """Let somebody else lead."""
    incident = await stage.bot.store.incident_in(CHANNEL)
    assert incident is not None
    await saved(stage, replace(incident, lead=someone(lead)))


@pytest.mark.parametrize(
    ("channel", "asked"), [("#web", "lead of I-7K2M"), ("#approvals", "(ops)")]
)
async def test_a_form_comes_from_where_it_was_opened(
    tmp_path: Path, channel: str, asked: str
) -> None:
    """Opened in the incident's channel it goes by its rules, as Check says; elsewhere it does not."""
    async with staged(tmp_path, rules=RULES) as stage:
        incident = await opened(stage, 101, lead="dora")
        ana = stage.person("ana")
        await stage.ask("ana", "request web-01", channel)
        await form_says(stage, "ana", "It has memory")
        await ana.choose(open_form(stage, "ana"), "memory", "+512M")
        await ana.press(open_form(stage, "ana"), "Check")
        await form_says(stage, "ana", asked)
        await ana.submit(open_form(stage, "ana"))
        await stage.until(stage.cards)
        request = await stage.request()
        assert request.origin.incident == (incident.id if channel == "#web" else "")
        assert bool(request.decision.incident) is (channel == "#web")


async def test_a_button_in_the_incidents_channel_asks_from_it(tmp_path: Path) -> None:
    """Give back, on the copy of the card; what the rules do not name goes by the others."""
    async with staged(tmp_path, rules=RULES) as stage:
        incident = await opened(stage, 101, lead="dora")
        await in_channel(stage, "ana", "request web-01 memory=+1G")
        await pressed(stage, "dora", "Approve")
        await stage.until(lambda: "Give back" in copies(stage))
        card = next(m for m in stage.cards("#web") if "Give back" in stage.says(m))
        await stage.person("bob").press(card, "Give back")
        await stage.until(lambda: "gives back" in copies(stage))
        request = await stage.request()
        assert request.origin.incident == incident.id
        assert (request.decision.rule, request.decision.incident) == ("people", "")


async def test_hard_limits_hold_in_an_incident(tmp_path: Path) -> None:
    """No rule passes them."""
    rules = RULES.replace(', per_incident = "+1GiB"', "")
    async with staged(tmp_path, rules=rules) as stage:
        await opened(stage, 101, lead="dora")
        said = await typed(stage, "ana", "request web-01 memory=+40G")
        assert "web-01 cannot get" in said
        assert await stage.bot.store.recent_requests(1) == ()


async def test_a_rule_that_asks_nobody_holds_only_while_the_incident_is_open(
    tmp_path: Path,
) -> None:
    """Born approved, and decided anew at the claim."""
    rules = RULES.replace('approvals = 1\napprovers = ["lead"]', "approvals = 0")
    async with staged(tmp_path, rules=rules) as stage:
        incident = await opened(stage, 101)
        at = soon(4, "Europe/Paris")
        said = await typed(stage, "ana", f"request web-01 memory=+1G at {at}")
        assert "Nobody has to approve it (rule relaxed)" in said
        await closed(stage, incident)

        async def waits() -> bool:
            return (await stage.request()).state is State.PENDING

        await eventually(stage, waits)
        await stage.until(stage.cards)
        assert "Rule people" in await stage.card_says("no longer cover this")
        assert stage.memory(101) == 2048
