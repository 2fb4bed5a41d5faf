"""When votes are enough: per group, per rule, by distinct people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.policy import Decision, Quorum, RuleAsk, Vote, quorum_met
from tests.unit.model.seats import enough

GROUPS = ("dba", "net", "ops")


def decided(*rules: tuple[tuple[str, int], ...]) -> Decision:
    """Return a decision of rules, each with quorums as (groups, needed)."""
    asks = tuple(
        RuleAsk(
            rule=f"rule {n}",
            quorums=tuple(Quorum(groups=tuple(g.split()), needed=k) for g, k in rule),
        )
        for n, rule in enumerate(rules)
    )
    return Decision(asks=asks, expires_ms=1, revision="r")


def votes(*groups: str) -> tuple[Vote, ...]:
    """Return votes of distinct people who hold these groups."""
    return tuple(
        Vote(team_id="T", user_id=f"U{n}", plan_rev=1, at=0, groups=tuple(g.split()))
        for n, g in enumerate(groups)
    )


CASES = [
    ("nobody needed", decided(()), votes(), True),
    ("no rule at all", decided(), votes(), True),
    ("one of ops, none came", decided((("ops", 1),)), votes(), False),
    ("one of ops", decided((("ops", 1),)), votes("ops"), True),
    ("one of ops, another came", decided((("ops", 1),)), votes("dba"), False),
    ("two of ops, one came", decided((("ops", 2),)), votes("ops"), False),
    ("two of ops", decided((("ops", 2),)), votes("ops", "ops"), True),
    ("two of either", decided((("dba ops", 2),)), votes("dba", "ops"), True),
    ("one of each, one person of both", decided((("dba", 1), ("ops", 1))), votes("dba ops"), False),
    ("one of each", decided((("dba", 1), ("ops", 1))), votes("ops", "dba"), True),
    (
        "one of each, seated the other way round",
        decided((("dba", 1), ("ops", 1))),
        votes("dba ops", "dba"),
        True,
    ),
    (
        "two rules, one person of both",
        decided((("dba", 1),), (("ops", 1),)),
        votes("dba ops"),
        True,
    ),
    ("two rules, one of them met", decided((("dba", 1),), (("ops", 1),)), votes("ops"), False),
    ("more than needed", decided((("ops", 1),)), votes("ops", "ops", "dba"), True),
]


@pytest.mark.parametrize(
    ("decision", "given_votes", "met"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_quorum(decision: Decision, given_votes: tuple[Vote, ...], met: bool) -> None:  # noqa: FBT001 - a table's column
    """Each rule wants its own seats filled; within one a person takes one seat."""
    assert met is quorum_met(decision, given_votes)


QUORUMS = st.tuples(st.sampled_from([*GROUPS, "dba ops", "net ops"]), st.integers(0, 2))
DECISIONS = st.lists(st.lists(QUORUMS, max_size=2).map(tuple), max_size=2).map(
    lambda rules: decided(*rules)
)
VOTES = st.lists(st.sampled_from(["", *GROUPS, "dba ops", "dba net ops"]), max_size=5).map(
    lambda groups: votes(*groups)
)


@given(DECISIONS, VOTES)
def test_quorum_agrees_with_trying_every_seating(
    decision: Decision, given_votes: tuple[Vote, ...]
) -> None:
    """The search finds a seating exactly where there is one."""
    assert enough(decision, given_votes) is quorum_met(decision, given_votes)


@given(DECISIONS, VOTES, VOTES)
def test_more_votes_never_undo_a_quorum(
    decision: Decision, some: tuple[Vote, ...], more: tuple[Vote, ...]
) -> None:
    """What some people approved stays approved when others join them."""
    if quorum_met(decision, some):
        assert quorum_met(decision, (*some, *more))


def test_what_a_decision_says_of_itself() -> None:
    """Its groups, its rules and the least number of people are read off its asks."""
    decision = decided((("ops dba", 1), ("net", 2)), (("ops", 1),))
    assert decision.groups == ("dba", "net", "ops")
    assert decision.rule == "rule 0, rule 1"
    assert (decision.needed, decision.needs_approval) == (3, True)
    assert not decided((("ops", 0),)).needs_approval
