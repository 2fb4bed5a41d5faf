"""Which votes count towards a quorum, and what is still missing."""

import pytest

from bot.model.policy import (
    Decision,
    Quorum,
    RuleAsk,
    Vote,
    quorum_met,
    still_needed,
    votes_that_count,
)

BOTH = (Quorum(groups=("dba",), needed=1), Quorum(groups=("ops",), needed=1))


def decision(*quorums: Quorum) -> Decision:
    """Return a decision of one rule."""
    return Decision(asks=(RuleAsk(rule="r", quorums=quorums),), expires_ms=1, revision="1")


def vote(name: str, *groups: str) -> Vote:
    """Return somebody's vote."""
    return Vote(team_id="T", user_id=name, plan_rev=1, at=0, groups=groups)


@pytest.mark.parametrize(
    ("votes", "count", "missing"),
    [
        ((), 0, {"dba", "ops"}),
        ((vote("bob", "ops"),), 1, {"dba"}),
        ((vote("bob", "ops"), vote("cyr", "ops")), 1, {"dba"}),
        ((vote("dora", "dba", "ops"),), 1, {"ops"}),
        ((vote("dora", "dba", "ops"), vote("eve", "dba")), 2, set()),
        ((vote("eve", "dba"), vote("dora", "dba", "ops")), 2, set()),
        ((vote("zoe", "web"),), 0, {"dba", "ops"}),
    ],
)
def test_a_person_counts_for_one_group_only(
    votes: tuple[Vote, ...], count: int, missing: set[str]
) -> None:
    """A second vote of the same group adds nothing; people in both fill whichever helps most."""
    both = decision(*BOTH)
    assert count == votes_that_count(both, votes)
    left = {group for quorum in still_needed(both, votes) for group in quorum.groups}
    assert left == missing
    assert quorum_met(both, votes) is (not missing)
