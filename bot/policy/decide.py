"""Which rule decides each change of a plan, and what the request then needs."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.model.people import Person, Roster
from bot.model.plan import Change, Plan
from bot.model.policy import LEAD, Decision, RuleAsk, Tier, lead_of
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.verdict import VerdictClass
from bot.policy.circumstances import (
    Circumstances,
    Emergency,
    within_hours,
    within_incident,
    within_week,
)
from bot.policy.values import Policy, Rule, When

LESS = "less"
"""The word of a decrease."""

NEVER_ALONE = frozenset({VerdictClass.CANNOT_TELL, VerdictClass.DOES_NOT_FIT})
"""Verdicts that no rule without approvals matches."""


class Miss(StrEnum):
    """Why a rule does not match a change."""

    NEEDS_A_PERSON = "needs a person"
    VERDICT = "verdict"
    GUEST = "guest"
    OPERATION = "operation"
    LESS = "less"
    AMOUNT = "amount"
    HOURS = "hours"
    WEEK = "week"
    NO_INCIDENT = "no incident"
    SEVERITY = "severity"
    INCIDENT_SUM = "incident sum"
    REQUESTER = "requester"
    UNKNOWN = "unknown"  # it hangs on a group that could not be resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a rule is held against: who asks for which plan, and when.

    `groups` are those of the person; `unknown` could not be resolved.
    """

    plan: Plan
    person: Person
    groups: frozenset[str]
    circumstances: Circumstances
    unknown: frozenset[str] = frozenset()
    timezone: str = "UTC"


def _unnamed(when: When, change: Change) -> Miss | None:
    """Return why the rule does not name the change, within its amounts.

    Naming neither operations nor amounts is naming everything. `less` beside other words means
    decreases of what these name; alone it means every decrease.
    """
    if not when.operations and not when.up_to:
        return None
    named, words = set(when.operations), set(change.words)
    if LESS in words:
        others = named - {LESS}
        if LESS not in named:
            return Miss.LESS
        return None if not others or others & words else Miss.OPERATION
    bounds = [bound for bound in when.up_to if bound.word in words]
    if not bounds and not named & words:
        return Miss.OPERATION
    delta = change.delta
    within = all(delta is not None and bound.allows(delta, change.unit) for bound in bounds)
    return None if within else Miss.AMOUNT


def missed(rule: Rule, change: Change, case: Case) -> Miss | None:
    """Return why the rule does not match the change; None if it does."""
    plan, when = case.plan, rule.when
    verdict = plan.verdict.verdict
    if verdict in NEVER_ALONE and not rule.refuse and not rule.needs_approval:
        return Miss.NEEDS_A_PERSON
    if when.verdicts and verdict not in when.verdicts:
        return Miss.VERDICT
    if not when.guests.has(plan.target):
        return Miss.GUEST
    return (
        _unnamed(when, change)
        or _untimely(rule, change, case)
        or _calm(rule, change, case)
        or _foreign(rule, case)
    )


def _untimely(rule: Rule, change: Change, case: Case) -> Miss | None:
    """Return whether it is the wrong hour, or too much for one week."""
    if not within_hours(rule, case.plan, case.circumstances, case.timezone):
        return Miss.HOURS
    granted = case.circumstances.granted
    return None if within_week(rule, change, case.plan, case.person, granted) else Miss.WEEK


def _calm(rule: Rule, change: Change, case: Case) -> Miss | None:
    """Return whether the rule is for an emergency that this is not, or takes no more of it."""
    emergency = case.circumstances.emergency
    if not rule.when.incident:
        return None
    if emergency is None:
        return Miss.NO_INCIDENT
    if emergency.severity not in rule.when.incident:
        return Miss.SEVERITY
    within = within_incident(rule, change, case.plan, emergency.granted)
    return None if within else Miss.INCIDENT_SUM


def _foreign(rule: Rule, case: Case) -> Miss | None:
    """Return whether the rule is about other people; asked last, for it may not be known."""
    asked = set(rule.when.requesters)
    if not asked or asked & case.groups:
        return None
    return Miss.UNKNOWN if asked & case.unknown else Miss.REQUESTER


def _first(policy: Policy, change: Change, case: Case) -> Rule | Refusal:
    """Return the rule that decides a change: the first that matches."""
    for rule in policy.rules:
        miss = missed(rule, change, case)
        if miss is Miss.UNKNOWN:
            asked = tuple(sorted(set(rule.when.requesters) & case.unknown))
            return refuse(Reason.ELIGIBILITY_UNKNOWN, groups=asked)
        if miss is None:
            return rule
    return refuse(Reason.NO_RULE, what=change.field)


def decide(
    policy: Policy,
    roster: Roster,
    requester: Person,
    plan: Plan,
    circumstances: Circumstances,
) -> Decision | Refusal:
    """Return who has to approve the plan, or why it is refused.

    Each change is decided by the first rule that matches it; none: refused. The request needs all
    that the matched rules ask (the longest wait, every review), a rule that refuses wins over the
    others, and the shortest of their expiries counts.
    """
    case = Case(
        plan=plan,
        person=requester,
        groups=frozenset(roster.groups_of(requester)),
        circumstances=circumstances,
        unknown=roster.unknown,
        timezone=policy.timezone,
    )
    found = [_first(policy, change, case) for change in plan.changes]
    rules = tuple(dict.fromkeys(r for r in found if isinstance(r, Rule)))
    for rule in rules:
        if rule.refuse:
            return refuse(Reason.POLICY_REFUSES, rule=rule.name, why=rule.refuse)
    no = next((r for r in found if isinstance(r, Refusal)), None)
    if no or not rules:
        return no or refuse(Reason.NO_RULE, what=plan.operation)
    emergency = circumstances.emergency
    if emergency is None or not any(rule.when.incident for rule in rules):
        return _asked_by(rules, policy)
    asked = _asked_by(tuple(_led(rule, emergency) for rule in rules), policy)
    return replace(asked, incident=emergency.incident, incident_handle=emergency.handle)


def _led(rule: Rule, emergency: Emergency) -> Rule:
    """Return the rule with the lead of this very incident in the place of `lead`."""
    lead = lead_of(emergency.handle)

    def named(groups: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(lead if group == LEAD else group for group in groups)

    return replace(
        rule,
        quorums=tuple(replace(q, groups=named(q.groups)) for q in rule.quorums),
        tiers=tuple(replace(t, groups=named(t.groups)) for t in rule.tiers),
    )


def _asked_by(rules: tuple[Rule, ...], policy: Policy) -> Decision:
    """Return all that these rules ask together."""
    asking = [rule for rule in rules if rule.needs_approval]
    expiries = [r.expires_ms or policy.default_expires_ms for r in asking]
    channels = [r.channel for r in (*asking, *rules) if r.channel and r.has_card]
    return Decision(
        asks=tuple(RuleAsk(rule=r.name, quorums=r.quorums) for r in rules),
        channel=next(iter(channels), ""),
        expires_ms=min(expiries, default=policy.default_expires_ms),
        revision=policy.revision,
        wait_ms=max(r.wait_ms for r in rules),
        vetoers=tuple(sorted({g for r in rules for g in r.vetoers})),
        reviews=tuple(sorted({r.review for r in rules if r.review})),
        tiers=_tiers(rules),
    )


def _tiers(rules: tuple[Rule, ...]) -> tuple[Tier, ...]:
    """Return who is asked later, soonest first; a group that one rule asks at once is not."""
    at_once = {
        g
        for r in rules
        for q in r.quorums
        for g in q.groups
        if g not in {late for tier in r.tiers for late in tier.groups}
    }
    later = sorted((t for r in rules for t in r.tiers), key=lambda tier: tier.after_ms)
    kept = [
        Tier(after_ms=t.after_ms, groups=tuple(g for g in t.groups if g not in at_once))
        for t in later
    ]
    return tuple(dict.fromkeys(t for t in kept if t.groups))
