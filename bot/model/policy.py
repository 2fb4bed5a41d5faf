"""What policy decided: values that a request keeps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """So many distinct people of any of these groups."""

    groups: tuple[str, ...]
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAsk:
    """What one matched rule asks; within it a person counts for one quorum only."""

    rule: str
    quorums: tuple[Quorum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who has to approve a plan, by which rules.

    `channel` is empty for the approvals channel. `expires_ms` is how long it waits. Without any
    quorum the request is born approved, by the named rules.
    """

    asks: tuple[RuleAsk, ...]
    channel: str = ""
    expires_ms: int
    revision: str

    @property
    def needs_approval(self) -> bool:
        """Return whether anybody has to approve."""
        return any(q.needed for ask in self.asks for q in ask.quorums)

    @property
    def groups(self) -> tuple[str, ...]:
        """Return every group that may approve, sorted."""
        return tuple(sorted({g for a in self.asks for q in a.quorums for g in q.groups}))

    @property
    def rule(self) -> str:
        """Return the names of the rules that decided."""
        return ", ".join(dict.fromkeys(ask.rule for ask in self.asks))

    @property
    def needed(self) -> int:
        """Return the least number of people that can meet it."""
        return max((sum(q.needed for q in ask.quorums) for ask in self.asks), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's approval of one plan revision, with the groups they held when they voted."""

    team_id: str
    user_id: str
    plan_rev: int
    at: int
    groups: tuple[str, ...]


def _fill(quorums: tuple[Quorum, ...], votes: tuple[Vote, ...]) -> bool:
    """Return whether distinct votes can fill every quorum (few people: plain search)."""
    open_quorum = next((i for i, q in enumerate(quorums) if q.needed > 0), None)
    if open_quorum is None:
        return True
    quorum = quorums[open_quorum]
    one_less = Quorum(groups=quorum.groups, needed=quorum.needed - 1)
    rest = (*quorums[:open_quorum], one_less, *quorums[open_quorum + 1 :])
    return any(
        _fill(rest, (*votes[:i], *votes[i + 1 :]))
        for i, vote in enumerate(votes)
        if set(vote.groups) & set(quorum.groups)
    )


def quorum_met(decision: Decision, votes: tuple[Vote, ...]) -> bool:
    """Return whether these votes (of distinct people) give all that every matched rule asks."""
    return all(_fill(ask.quorums, votes) for ask in decision.asks)
