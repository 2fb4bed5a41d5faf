"""Why a rule decides a change, and why the ones before it did not: for who writes the rules."""

from dataclasses import dataclass

from bot.model.people import Person, Roster
from bot.model.plan import Change, Plan
from bot.policy.circumstances import Circumstances
from bot.policy.decide import Case, Miss, missed
from bot.policy.values import Policy, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One change: the rule that decides it (None: no rule matches), and what passed over the others.

    Where the last of `passed` hangs on a group that is not known, nothing is decided.
    """

    change: Change
    rule: Rule | None
    passed: tuple[tuple[Rule, Miss], ...]


def explain(
    policy: Policy,
    roster: Roster,
    requester: Person,
    plan: Plan,
    circumstances: Circumstances,
    groups: frozenset[str] = frozenset(),
) -> tuple[Explained, ...]:
    """Return for each change of the plan which rule decides it; the requester is in `groups`, too."""
    case = Case(
        plan=plan,
        person=requester,
        groups=groups | frozenset(roster.groups_of(requester)),
        circumstances=circumstances,
        unknown=roster.unknown - groups,
        timezone=policy.timezone,
    )
    return tuple(_explained(policy, change, case) for change in plan.changes)


def _explained(policy: Policy, change: Change, case: Case) -> Explained:
    passed: list[tuple[Rule, Miss]] = []
    for rule in policy.rules:
        miss = missed(rule, change, case)
        if miss is None:
            return Explained(change=change, rule=rule, passed=tuple(passed))
        passed.append((rule, miss))
        if miss is Miss.UNKNOWN:
            break
    return Explained(change=change, rule=None, passed=tuple(passed))
