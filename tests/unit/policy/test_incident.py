"""Rules for requests from an open incident: whom they match, who leads, how much one incident takes."""

from dataclasses import replace

import pytest

from bot.model.incident import Severity
from bot.model.people import Roster
from bot.model.plan import Plan
from bot.model.policy import Decision, Quorum, Tier, Vote, as_of_now, quorum_met
from bot.model.refusal import Refusal
from bot.policy import Circumstances, Emergency, Grant, Miss, When, explain, reachable
from tests.unit.policy.people import (
    ANA,
    BOB,
    CYR,
    DAN,
    GIB,
    LESS_MEMORY,
    MORE_MEMORY,
    NOON,
    OPS,
    ROSTER,
    change,
    decide,
    plan,
    policy,
    rule,
    up_to,
)

LEAD = (Quorum(groups=("lead", "dba"), needed=1),)
EMERGENCY = Emergency(incident="f" * 32, handle="I-7K2M", severity=Severity.SEV2)
WORST = When(
    operations=("memory",),
    incident=(Severity.SEV1, Severity.SEV2),
    per_incident=(up_to("", 8),),
)
RELAXED = replace(rule("relaxed", WORST, LEAD), tiers=(Tier(after_ms=9, groups=("lead",)),))
FILE = policy(RELAXED, rule("people", quorums=OPS))
LED = Roster(groups={**ROSTER.groups, "lead of I-7K2M": frozenset({CYR.user_id})}, as_of=0)


def during(emergency: Emergency | None) -> Circumstances:
    """Return noon, during that incident."""
    return replace(NOON, emergency=emergency)


def decided(asked: Plan, emergency: Emergency | None) -> Decision:
    """Return what is decided of Dan's ask."""
    found = decide(FILE, LED, DAN, asked, during(emergency))
    assert isinstance(found, Decision)
    return found


def test_only_an_open_incident_of_that_severity_relaxes() -> None:
    """Any other request goes by the ordinary rules, and so does a change that the rule does not name."""
    found = decided(plan(MORE_MEMORY), EMERGENCY)
    assert (found.rule, found.incident, found.incident_handle) == ("relaxed", "f" * 32, "I-7K2M")
    mild = replace(EMERGENCY, severity=Severity.SEV3)
    for emergency, asked in ((None, MORE_MEMORY), (mild, MORE_MEMORY), (EMERGENCY, LESS_MEMORY)):
        ordinary = decided(plan(asked), emergency)
        assert (ordinary.rule, ordinary.incident) == ("people", "")


def test_the_lead_of_this_very_incident_approves() -> None:
    """One person, as of now; who leads another incident, or none, does not."""
    found = decided(plan(MORE_MEMORY), EMERGENCY)
    assert found.groups == ("dba", "lead of I-7K2M")
    assert found.tiers == (Tier(after_ms=9, groups=("lead of I-7K2M",)),)
    assert LED.groups_of(CYR) == ("dba", "lead of I-7K2M")
    assert "lead" not in LED.groups


def test_who_leads_does_not_approve_their_own_request() -> None:
    """With nobody else in the rule's groups nobody can: refused when it is asked for."""
    alone = policy(replace(RELAXED, quorums=(Quorum(groups=("lead",), needed=1),)))
    for person, roster, why in (
        (CYR, LED, "only yourself"),
        (DAN, ROSTER, "nobody reachable"),
        (DAN, LED, None),
    ):
        found = decide(alone, roster, person, plan(MORE_MEMORY), during(EMERGENCY))
        assert isinstance(found, Decision)
        refused = reachable(roster, found, person)
        assert (refused.reason.value if refused else None) == why


def test_a_leads_vote_counts_as_of_the_vote() -> None:
    """Somebody else leads by now: the vote stands; the ordinary rules do not count it."""
    relaxed = decided(plan(MORE_MEMORY), EMERGENCY)
    vote = Vote(team_id="T1", user_id=CYR.user_id, plan_rev=1, at=0, groups=LED.groups_of(CYR))
    (kept,) = as_of_now((vote,), Roster(groups={"ops": frozenset()}, as_of=0), frozenset())
    assert kept.groups == ("lead of I-7K2M",)
    assert quorum_met(relaxed, (kept,))
    assert not quorum_met(decided(plan(MORE_MEMORY), None), (kept,))


@pytest.mark.parametrize(
    ("granted", "asked", "expected"), [(6, 2, "relaxed"), (7, 2, "people"), (0, 9, "people")]
)
def test_one_incident_takes_so_much_by_its_rules(granted: int, asked: int, expected: str) -> None:
    """Whoever asked, on whichever guest; what is beyond goes by the ordinary rules."""
    given = tuple(
        Grant(person=who, target=plan().target, change=change("memory", 0, GIB))
        for who in (ANA, BOB) * 9
    )[:granted]
    emergency = replace(EMERGENCY, granted=given)
    more = change("memory", 0, asked * GIB)
    assert decided(plan(more), emergency).rule == expected
    cores = replace(given[0], change=change("cores", 1, 9)) if given else None
    if cores:
        assert decided(plan(more), replace(emergency, granted=(cores,))).rule == "relaxed"


def test_why_a_rule_for_incidents_is_passed_over_is_said() -> None:
    """There is none, it is another severity, or it took enough already."""
    much = replace(
        EMERGENCY,
        granted=(Grant(person=ANA, target=plan().target, change=change("memory", 0, 8 * GIB)),),
    )
    mild = replace(EMERGENCY, severity=Severity.SEV3)
    for emergency, miss in (
        (None, Miss.NO_INCIDENT),
        (mild, Miss.SEVERITY),
        (much, Miss.INCIDENT_SUM),
    ):
        (told,) = explain(FILE, LED, DAN, plan(MORE_MEMORY), during(emergency))
        assert [m for _, m in told.passed] == [miss]


def test_a_rule_that_refuses_may_be_for_incidents_too() -> None:
    """It wins, as everywhere."""
    stop = replace(rule("calm down", When(incident=tuple(Severity))), refuse="Nothing now.")
    found = decide(policy(stop, *FILE.rules), LED, DAN, plan(MORE_MEMORY), during(EMERGENCY))
    assert isinstance(found, Refusal)
    assert found.details["why"] == "Nothing now."
