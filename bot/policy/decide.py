"""Which rule decides each change of a plan, and what the request then needs."""

from bot.model.people import Person, Roster
from bot.model.plan import Change, Plan, Target
from bot.model.policy import Decision, RuleAsk
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.verdict import VerdictClass
from bot.policy.values import Policy, Rule, When

LESS = "less"
"""The word of a decrease."""

NEVER_ALONE = frozenset({VerdictClass.CANNOT_TELL, VerdictClass.DOES_NOT_FIT})
"""Verdicts that no rule without approvals matches."""


def _names(when: When, change: Change) -> bool:
    """Return whether the rule names the change, within its amounts.

    Naming neither operations nor amounts is naming everything. `less` beside other words means
    decreases of what these name; alone it means every decrease.
    """
    if not when.operations and not when.up_to:
        return True
    named, words = set(when.operations), set(change.words)
    if LESS in words:
        others = named - {LESS}
        return LESS in named and (not others or bool(others & words))
    bounds = [bound for bound in when.up_to if bound.word in words]
    if not bounds and not named & words:
        return False
    delta = change.delta
    return all(delta is not None and bound.allows(delta, change.unit) for bound in bounds)


def _about(when: When, target: Target) -> bool:
    return when.guests.holds(
        target.ref, target.name, target.node, tags=target.tags, pool=target.pool
    )


def matches(
    rule: Rule, change: Change, plan: Plan, groups: frozenset[str], unknown: frozenset[str]
) -> bool | None:
    """Return whether the rule matches; None if that hangs on a group that could not be resolved."""
    verdict = plan.verdict.verdict
    if verdict in NEVER_ALONE and not rule.refuse and not rule.needs_approval:
        return False
    if rule.when.verdicts and verdict not in rule.when.verdicts:
        return False
    if not _about(rule.when, plan.target) or not _names(rule.when, change):
        return False
    asked = set(rule.when.requesters)
    if not asked or asked & groups:
        return True
    return None if asked & unknown else False


def _first(
    policy: Policy, roster: Roster, groups: frozenset[str], change: Change, plan: Plan
) -> Rule | Refusal:
    """Return the rule that decides a change: the first that matches."""
    for rule in policy.rules:
        found = matches(rule, change, plan, groups, roster.unknown)
        if found is None:
            asked = tuple(sorted(set(rule.when.requesters) & roster.unknown))
            return refuse(Reason.ELIGIBILITY_UNKNOWN, groups=asked)
        if found:
            return rule
    return refuse(Reason.NO_RULE, what=change.field)


def decide(policy: Policy, roster: Roster, requester: Person, plan: Plan) -> Decision | Refusal:
    """Return who has to approve the plan, or why it is refused.

    Each change is decided by the first rule that matches it; none: refused. The request needs all
    that the matched rules ask, a rule that refuses wins over the others, and the shortest of their
    expiries counts.
    """
    groups = frozenset(roster.groups_of(requester))
    found = [_first(policy, roster, groups, change, plan) for change in plan.changes]
    rules = tuple(dict.fromkeys(r for r in found if isinstance(r, Rule)))
    for rule in rules:
        if rule.refuse:
            return refuse(Reason.POLICY_REFUSES, rule=rule.name, why=rule.refuse)
    no = next((r for r in found if isinstance(r, Refusal)), None)
    if no or not rules:
        return no or refuse(Reason.NO_RULE, what=plan.operation)
    asking = [rule for rule in rules if rule.needs_approval]
    expiries = [r.expires_ms or policy.default_expires_ms for r in asking]
    return Decision(
        asks=tuple(RuleAsk(rule=r.name, quorums=r.quorums) for r in rules),
        channel=next((r.channel for r in asking if r.channel), ""),
        expires_ms=min(expiries, default=policy.default_expires_ms),
        revision=policy.revision,
    )
