"""What policy decided: values that a request keeps."""

from dataclasses import dataclass, replace

from bot.model.people import Person, Roster

LEAD = "lead"
"""The group that rules name for whoever leads the incident; no configured group is called so."""

_LEAD_OF = f"{LEAD} of "


def lead_of(handle: str) -> str:
    """Return the group of who leads the incident of that handle now: one person, or nobody."""
    return f"{_LEAD_OF}{handle}"


def is_lead(group: str) -> bool:
    """Return whether a group is what `lead_of` returns, or stands for it in a rule."""
    return group == LEAD or group.startswith(_LEAD_OF)


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
class Tier:
    """Groups that are asked as well once a request has waited so long; they may approve from the start."""

    after_ms: int
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who has to approve a plan, by which rules.

    `channel` is empty for the approvals channel. `expires_ms` is how long it waits. Without any
    quorum the request is born approved, by the named rules. `wait_ms`: what is approved begins so much
    later, and until then one of the groups `vetoers` may stop it. `reviews`: groups of each of which
    somebody looks at it afterwards. `tiers`: who is asked later, soonest first. `incident` and
    `incident_handle`: the open incident by whose rules it was decided; empty where by none.
    """

    asks: tuple[RuleAsk, ...]
    channel: str = ""
    expires_ms: int
    revision: str
    wait_ms: int = 0
    vetoers: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    incident: str = ""
    incident_handle: str = ""

    @property
    def has_card(self) -> bool:
        """Return whether others than who asked have something to do: approve, veto or review."""
        return self.needs_approval or bool(self.wait_ms or self.reviews)

    @property
    def stoppers(self) -> tuple[str, ...]:
        """Return the groups that may veto it: who may approve, and its vetoers."""
        return tuple(sorted({*self.groups, *self.vetoers}))

    def asked_later(self, waited_ms: int) -> frozenset[str]:
        """Return the groups whose turn to be asked has not come after so long."""
        return frozenset(g for t in self.tiers if t.after_ms > waited_ms for g in t.groups)

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


def _left(quorums: tuple[Quorum, ...], votes: tuple[Vote, ...]) -> tuple[Quorum, ...]:
    """Return what stays open of the quorums when distinct votes fill them best.

    Few people and fewer quorums: plain search. A vote that can fill something always does: in the
    place of another it leaves no more open.
    """
    quorums = tuple(q for q in quorums if q.needed > 0)
    if not quorums or not votes:
        return quorums
    fits = [i for i, q in enumerate(quorums) if set(votes[0].groups) & set(q.groups)]
    tries = [_left(_one_less(quorums, i), votes[1:]) for i in fits] or [_left(quorums, votes[1:])]
    return min(tries, key=_people)


def _one_less(quorums: tuple[Quorum, ...], at: int) -> tuple[Quorum, ...]:
    less = replace(quorums[at], needed=quorums[at].needed - 1)
    return (*quorums[:at], less, *quorums[at + 1 :])


def _people(quorums: tuple[Quorum, ...]) -> int:
    return sum(quorum.needed for quorum in quorums)


def still_needed(decision: Decision, votes: tuple[Vote, ...]) -> tuple[Quorum, ...]:
    """Return what every matched rule still asks beside these votes (of distinct people)."""
    return tuple(dict.fromkeys(q for ask in decision.asks for q in _left(ask.quorums, votes)))


def votes_that_count(decision: Decision, votes: tuple[Vote, ...]) -> int:
    """Return how many of the people needed these votes stand for: a third of one group may be none."""
    left = max((_people(_left(ask.quorums, votes)) for ask in decision.asks), default=0)
    return decision.needed - left


def as_of_now(votes: tuple[Vote, ...], roster: Roster, rotas: frozenset[str]) -> tuple[Vote, ...]:
    """Return the votes with the groups that their people are in now.

    An on-call group (`rotas`), an incident's lead, and a group that cannot be read now keep what they
    were at the vote.
    """

    def present(vote: Vote) -> Vote:
        now = roster.groups_of(Person(team_id=vote.team_id, user_id=vote.user_id))
        stays = roster.unknown | rotas
        kept = tuple(g for g in vote.groups if g in now or g in stays or is_lead(g))
        return replace(vote, groups=kept)

    return tuple(present(vote) for vote in votes)


def quorum_met(decision: Decision, votes: tuple[Vote, ...]) -> bool:
    """Return whether these votes (of distinct people) give all that every matched rule asks."""
    return not still_needed(decision, votes)
