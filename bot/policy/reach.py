"""Who could approve, and whether enough people can: never the requester."""

from bot.model.people import Person, Roster
from bot.model.policy import Decision, Vote, quorum_met
from bot.model.refusal import Reason, Refusal, refuse


def _people(roster: Roster, groups: tuple[str, ...]) -> set[str]:
    return {user for group in groups for user in roster.groups.get(group, frozenset())}


def others_in(roster: Roster, groups: tuple[str, ...], requester: Person) -> tuple[str, ...]:
    """Return the user ids of the people in these groups, sorted, without the requester."""
    return tuple(sorted(_people(roster, groups) - {requester.user_id}))


def eligible(roster: Roster, decision: Decision, requester: Person) -> tuple[str, ...]:
    """Return the user ids of whoever could approve, sorted, without the requester."""
    return others_in(roster, decision.groups, requester)


def _possible_votes(
    roster: Roster, decision: Decision, people: tuple[str, ...]
) -> tuple[Vote, ...]:
    """Return a vote for each person; of people in the same groups no more than could be needed."""
    votes: list[Vote] = []
    alike: dict[tuple[str, ...], int] = {}
    for user in people:
        person = Person(team_id="", user_id=user)
        groups = tuple(g for g in roster.groups_of(person) if g in decision.groups)
        alike[groups] = alike.get(groups, 0) + 1
        if alike[groups] <= decision.needed:
            votes.append(Vote(team_id="", user_id=user, plan_rev=0, at=0, groups=groups))
    return tuple(votes)


def reachable(roster: Roster, decision: Decision, requester: Person) -> Refusal | None:
    """Return None if distinct people other than the requester can meet it, else why not.

    Silence is consent only where somebody else could break it, and a review needs somebody else.
    """
    vetoers = (decision.vetoers,) if decision.wait_ms else ()
    for needed in (*vetoers, *((group,) for group in decision.reviews)):
        if not others_in(roster, needed, requester):
            return _nobody(roster, needed, requester)
    others = eligible(roster, decision, requester)
    if quorum_met(decision, _possible_votes(roster, decision, others)):
        return None
    return _nobody(roster, decision.groups, requester)


def _nobody(roster: Roster, groups: tuple[str, ...], requester: Person) -> Refusal:
    """Return why nobody else of these groups, or not enough, can be reached."""
    unknown = tuple(g for g in groups if g in roster.unknown)
    if unknown:
        return refuse(Reason.ELIGIBILITY_UNKNOWN, groups=unknown)
    if not others_in(roster, groups, requester) and requester.user_id in _people(roster, groups):
        return refuse(Reason.ONLY_YOURSELF, groups=groups)
    return refuse(Reason.NOBODY_REACHABLE, groups=groups)
