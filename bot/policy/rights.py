"""May this person ask about this guest? Answered from the inventory, before any read."""

from collections.abc import Iterable

from bot.model.guest import GuestSummary
from bot.model.people import Person, Roster
from bot.policy.values import GUEST_RIGHTS, INCIDENT, OPERATE, RIGHTS, Policy, Role


def _member(roster: Roster, key: str, person: Person) -> bool:
    return person.user_id in roster.groups.get(key, frozenset())


def _roles(policy: Policy, roster: Roster, person: Person) -> list[Role]:
    return [role for role in policy.roles if _member(roster, role.members_key, person)]


def _grants(role: Role, right: str) -> bool:
    return right in role.may or (right == "view" and bool(set(role.may) & set(GUEST_RIGHTS)))


def _concerns(role: Role, guest: GuestSummary) -> bool:
    return role.guests.holds(guest.ref, guest.name, guest.node, tags=guest.tags, pool=guest.pool)


def _operates(policy: Policy, roster: Roster, person: Person) -> bool:
    """Return whether the person may operate; without roles, whoever some rule lets approve may."""
    if not policy.roles:
        return any(_member(roster, group, person) for group in policy.approvers)
    return any(OPERATE in role.may for role in _roles(policy, roster, person))


def _runs_incidents(policy: Policy, roster: Roster, person: Person) -> bool:
    """Return whether the person may run incidents; without roles, everybody may."""
    roles = _roles(policy, roster, person)
    return not policy.roles or any(INCIDENT in role.may for role in roles)


def may_ask(
    policy: Policy, roster: Roster, person: Person, guest: GuestSummary | None, right: str
) -> bool:
    """Return whether the person holds the right on the guest; `operate` and `incident` are about none.

    A role whose members could not be resolved grants nothing.
    """
    if right == OPERATE:
        return _operates(policy, roster, person)
    if right == INCIDENT:
        return _runs_incidents(policy, roster, person)
    if right not in GUEST_RIGHTS or guest is None:
        return False
    if not policy.roles:
        return True
    roles = _roles(policy, roster, person)
    return any(_grants(role, right) and _concerns(role, guest) for role in roles)


def visible(
    policy: Policy, roster: Roster, person: Person, guests: Iterable[GuestSummary]
) -> tuple[GuestSummary, ...]:
    """Return the guests the person may see, in the given order."""
    if not policy.roles:
        return tuple(guests)
    seeing = [role for role in _roles(policy, roster, person) if _grants(role, "view")]
    return tuple(g for g in guests if any(_concerns(role, g) for role in seeing))


def rights_of(
    policy: Policy, roster: Roster, person: Person
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the person's roles, and the rights they hold on at least some guests."""
    roles = _roles(policy, roster, person)
    held = {right for role in roles for right in RIGHTS if _grants(role, right)}
    if not policy.roles:
        held = set(GUEST_RIGHTS)
    if _operates(policy, roster, person):
        held.add(OPERATE)
    if _runs_incidents(policy, roster, person):
        held.add(INCIDENT)
    return tuple(role.name for role in roles), tuple(r for r in RIGHTS if r in held)
