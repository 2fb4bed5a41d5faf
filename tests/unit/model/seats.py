"""An independent count of votes: every seating is tried."""

import itertools

from bot.model.policy import Decision, Vote


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
