"""Who sits where in the laws' histories, and an independent count of votes: every seating is tried."""

import itertools
from dataclasses import replace

from hypothesis import strategies as st

from bot.model.people import SYSTEM, Person
from bot.model.policy import Decision, Quorum, RuleAsk, Vote
from tests.unit.model.acts import CAROL, NOBODY, OUTSIDER, TWO
from tests.unit.redis_store.samples import ALICE, BOB, DECISION

DAN = Person(team_id="T1", user_id="UDAN")
GROUPS = {
    ALICE: ("dba", "ops"),
    BOB: ("ops",),
    CAROL: ("dba", "ops"),
    DAN: ("dba",),
    OUTSIDER: (),
    SYSTEM: (),
}
PEOPLE = st.sampled_from([ALICE, BOB, CAROL, DAN, OUTSIDER])
BOTH = replace(
    DECISION,
    asks=(
        RuleAsk(
            rule="databases",
            quorums=(Quorum(groups=("dba",), needed=1), Quorum(groups=("ops",), needed=1)),
        ),
    ),
)
RULES = replace(DECISION, asks=(*TWO.asks, *BOTH.asks))
DECISIONS = st.sampled_from([DECISION, TWO, BOTH, RULES, NOBODY])


def enough(decision: Decision, votes: tuple[Vote, ...]) -> bool:
    """Return whether distinct people can fill every seat of every rule, by trying all seatings."""
    for ask in decision.asks:
        seats = [q.groups for q in ask.quorums for _ in range(q.needed)]
        if not any(
            all(set(v.groups) & set(groups) for v, groups in zip(seated, seats, strict=True))
            for seated in itertools.permutations(votes, len(seats))
        ):
            return False
    return True
