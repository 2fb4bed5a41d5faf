"""Who could approve, and whether enough people can."""

from dataclasses import replace

from bot.model.people import Roster
from bot.model.policy import Decision, Quorum, RuleAsk
from bot.model.refusal import Reason, Refusal
from bot.policy import eligible, reachable
from tests.unit.policy.people import ANA, BOB, CYR, DAN, ROSTER


def decision(*quorums: Quorum) -> Decision:
    """Return a decision of one rule."""
    return Decision(asks=(RuleAsk(rule="r", quorums=quorums),), expires_ms=1, revision="x")


ONE_OPS = decision(Quorum(groups=("ops",), needed=1))
TWO_OPS = decision(Quorum(groups=("ops",), needed=2))
BOTH = decision(Quorum(groups=("dba",), needed=1), Quorum(groups=("ops",), needed=1))


def test_the_requester_is_never_eligible() -> None:
    """Ana is in ops, and asks herself."""
    assert eligible(ROSTER, ONE_OPS, ANA) == ("U0BOB",)
    assert eligible(ROSTER, ONE_OPS, DAN) == ("U0ANA", "U0BOB")


def test_enough_distinct_people_can_be_reached() -> None:
    """Two of ops for an outsider; not for one of the two."""
    assert reachable(ROSTER, TWO_OPS, DAN) is None
    refusal = reachable(ROSTER, TWO_OPS, ANA)
    assert refusal == Refusal(reason=Reason.NOBODY_REACHABLE, details={"groups": ("ops",)})


def test_a_person_counts_for_one_of_two_groups() -> None:
    """Bob is in both groups; without Ana there is nobody else of ops."""
    assert reachable(ROSTER, BOTH, DAN) is None
    assert reachable(ROSTER, BOTH, CYR) is None
    refusal = reachable(ROSTER, BOTH, ANA)
    assert refusal is None
    only_bob = replace(ROSTER, groups={"ops": frozenset({"U0BOB"}), "dba": frozenset({"U0BOB"})})
    refusal = reachable(only_bob, BOTH, DAN)
    assert refusal is not None
    assert refusal.reason is Reason.NOBODY_REACHABLE


def test_the_only_approver_cannot_approve_themselves() -> None:
    """Told apart from nobody being there."""
    alone = Roster(groups={"ops": frozenset({"U0BOB"})}, as_of=0)
    refusal = reachable(alone, ONE_OPS, BOB)
    assert refusal == Refusal(reason=Reason.ONLY_YOURSELF, details={"groups": ("ops",)})


def test_unknown_groups_are_said_to_be_unknown() -> None:
    """A group that could not be resolved is not an empty one."""
    blind = Roster(groups={}, as_of=0, unknown=frozenset({"ops"}))
    refusal = reachable(blind, ONE_OPS, DAN)
    assert refusal == Refusal(reason=Reason.ELIGIBILITY_UNKNOWN, details={"groups": ("ops",)})


def test_a_decision_that_needs_nobody_is_always_reachable() -> None:
    """No quorum, no people needed."""
    assert reachable(Roster(groups={}, as_of=0), decision(), DAN) is None


def test_large_groups_are_answered_at_once() -> None:
    """Three thousand people, and a quorum that they cannot meet."""
    crowd = frozenset(f"U{i:05}" for i in range(3_000))
    roster = Roster(groups={"all": crowd, "ops": frozenset()}, as_of=0)
    asked = decision(Quorum(groups=("all",), needed=5), Quorum(groups=("ops",), needed=1))
    assert reachable(roster, asked, DAN) is not None
