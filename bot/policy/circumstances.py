"""What a decision depends on besides the plan: when it is made, and what was granted of late."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.model.incident import Severity
from bot.model.people import Person
from bot.model.plan import Change, Plan, Target
from bot.model.request import ChangeRequest, State
from bot.policy.hours import Hours
from bot.policy.values import Rule, UpTo

WEEK_MS = 7 * 86_400_000

NOTHING_GRANTED = frozenset({State.FAILED, State.DENIED, State.CANCELLED, State.EXPIRED})
"""Ends of which nothing counts for `per_week` and `per_incident`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One increase that counts for `per_week` and `per_incident`: whose, on which guest."""

    person: Person
    target: Target
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """The open incident that a request comes from, by id and handle; `granted`: what it gave so far."""

    incident: str
    handle: str
    severity: Severity
    granted: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """When it is decided, ms: `decided_at` is earlier than `now` where a decision is looked at again.

    `granted`: increases of the last seven days to this person and to this guest. `emergency` is None
    for a request that comes from no incident, or from one that is closed.
    """

    now: int
    decided_at: int
    granted: tuple[Grant, ...] = ()
    emergency: Emergency | None = None


def grants_of(request: ChangeRequest) -> tuple[Grant, ...]:
    """Return what a request gives, or may yet give: its increases, of one partly done what is in force."""
    if request.state in NOTHING_GRANTED:
        return ()
    grants = []
    for change in request.changes:
        given = _given(request, change)
        if (given.delta or 0) > 0:
            grants.append(Grant(person=request.requester, target=request.plan.target, change=given))
    return tuple(grants)


def _given(request: ChangeRequest, change: Change) -> Change:
    """Return the change as far as it is in force or waits."""
    if request.state is not State.PARTIAL or request.outcome is None:
        return change
    shown = next((f for f in request.outcome.in_force if f.field == change.field), None)
    if shown is None or shown.is_waiting:
        return change
    return replace(change, after=shown.value) if isinstance(shown.value, int) else change


def counts_before(other: ChangeRequest, request: ChangeRequest | None) -> bool:
    """Return whether another request counts when this one (None: a new one) is decided.

    What runs or is done always counts. Of two that wait, the one that came first is not kept back by
    the other; so nothing is granted twice, and nobody starves.
    """
    if request is None:
        return True
    if other.id == request.id:
        return False
    if other.state not in {State.PENDING, State.APPROVED}:
        return True
    if request.state is State.PENDING and other.state is State.APPROVED:
        return True
    return other.state is request.state and _order(other) < _order(request)


def _order(request: ChangeRequest) -> tuple[int, str]:
    return (request.decided_at or request.created_at, request.id)


def within_hours(rule: Rule, plan: Plan, circumstances: Circumstances, timezone: str) -> bool:
    """Return whether the rule's hours hold.

    Of a rule that allows: when it is decided, and at the time asked for, if one is. Of a rule that
    refuses either is enough, and so is the present.
    """
    hours: tuple[Hours, ...] = rule.when.hours
    if not hours:
        return True
    chosen = () if plan.timing.at_ms is None else (plan.timing.at_ms,)
    base = circumstances.now if rule.refuse else circumstances.decided_at
    held = [any(h.hold(at, timezone) for h in hours) for at in (base, *chosen)]
    return any(held) if rule.refuse else all(held)


def within_week(
    rule: Rule, change: Change, plan: Plan, person: Person, granted: tuple[Grant, ...]
) -> bool:
    """Return whether the week's sum, for the person and for the guest, stays within the rule's bounds.

    Counted are increases of the same thing (memory with memory): the person's on guests that the rule
    is about, everybody's on this guest, and all of this plan.
    """
    alike = [g for g in granted if _alike(g.change, change)]
    of_person = _sum(g for g in alike if g.person == person and rule.when.guests.has(g.target))
    of_guest = _sum(g for g in alike if g.target.ref == plan.target.ref)
    return _allow(rule.when.per_week, change, plan, max(of_person, of_guest))


def within_incident(rule: Rule, change: Change, plan: Plan, granted: tuple[Grant, ...]) -> bool:
    """Return whether the incident's sum, with all of this plan, stays within the rule's bounds.

    Counted are increases of the same thing from that incident, whoever asked, on whichever guest.
    """
    so_far = _sum(g for g in granted if _alike(g.change, change))
    return _allow(rule.when.per_incident, change, plan, so_far)


def _allow(bounds: tuple[UpTo, ...], change: Change, plan: Plan, so_far: int) -> bool:
    """Return whether what was granted so far, and what the plan gives of the same, is within the bounds."""
    if (change.delta or 0) <= 0:
        return True
    here = sum(max(c.delta or 0, 0) for c in plan.changes if _alike(c, change))
    measuring = (bound for bound in bounds if bound.measures(change.unit))
    return all(bound.allows(so_far + here, change.unit) for bound in measuring)


def _sum(grants: Iterable[Grant]) -> int:
    return sum(grant.change.delta or 0 for grant in grants)


def _alike(one: Change, other: Change) -> bool:
    return one.unit is other.unit and bool((one.words & other.words) - {"less"})
