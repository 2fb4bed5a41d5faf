"""Who comes first: approve against deny, and two people at once."""

from dataclasses import replace

from bot.model.people import Person
from bot.model.refusal import Reason
from bot.model.request import ChangeRequest, State
from tests.unit.model.acts import CAROL, TWO, approve, deny, moved, reason
from tests.unit.redis_store.samples import BOB, pending

WAITING = pending()
TWO_NEEDED = pending(decision=TWO)


def test_approve_against_deny_the_first_decides() -> None:
    """Whatever comes second finds the request decided."""
    approved = moved(WAITING, approve(WAITING))
    denied = moved(WAITING, deny())
    assert Reason.ALREADY_DECIDED is reason(approved, deny())
    assert Reason.ALREADY_DECIDED is reason(denied, approve(denied, CAROL))


def test_two_votes_commute() -> None:
    """In whichever order two people approve, the same is approved by the same two."""

    def after(*people: Person) -> ChangeRequest:
        request = TWO_NEEDED
        for person in people:
            request = moved(request, approve(request, person))
        return request

    one, other = after(BOB, CAROL), after(CAROL, BOB)
    assert (State.APPROVED, {BOB, CAROL}) == (one.state, set(one.voters()))
    assert replace(one, votes=()) == replace(other, votes=())
    assert set(one.votes) == set(other.votes)
