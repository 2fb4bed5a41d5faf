"""Any history of a request, by any people, keeps the laws (REQUESTS.md, "Invariants").

The numbers in the names of checks are those of the list there.
"""

import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import event as happened
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.model.edges import EDGES
from bot.model.events import Event, Expire, Find, Journal, Lose, WithdrawVote
from bot.model.people import SYSTEM, Person
from bot.model.plan import Plan
from bot.model.policy import Decision, Vote
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest, Progress, State
from bot.model.transition import advance
from tests.unit.model.acts import (
    CAROL,
    CROWDED,
    DAY,
    accept,
    approve,
    attempt,
    break_glass,
    cancel,
    claim,
    deny,
    edit,
    every_event,
    finish,
    in_state,
    make_offer,
    plan_to,
    replan,
    resolve,
    vote_of,
)
from tests.unit.model.seats import DECISIONS, GROUPS, PEOPLE, enough
from tests.unit.redis_store.samples import ALICE, AT, BOB

PLANS = st.sampled_from([plan_to(5120), plan_to(6144), plan_to(8192, verdict=CROWDED)])
ENDS = st.sampled_from([State.SUCCEEDED, State.PARTIAL, State.FAILED])
PROGRESS = st.sampled_from(Progress)
BEGIN = st.sampled_from([State.PENDING, State.PENDING, State.APPROVED, State.RUNNING])
DECIDED = frozenset(State) - {State.PENDING, State.DENIED, State.CANCELLED, State.EXPIRED}
TOLD: Counter[str] = Counter()


class History(RuleBasedStateMachine):
    """One request; people and the executor do to it whatever they like, in any order."""

    request: ChangeRequest
    now: int
    left: set[int]
    patience: int

    @initialize(state=BEGIN, decision=DECISIONS, patience=st.integers(0, 12))
    def begin(self, state: State, decision: Decision, patience: int) -> None:
        """Begin anywhere on the road; a beginning beyond PENDING has the vote it needs."""
        TOLD["histories"] += 1
        self.now, self.patience = AT, patience
        fresh = replace(in_state(state), expires_at=AT + DAY, execute_before=AT + 2 * DAY)
        if state is State.PENDING:
            fresh = replace(fresh, votes=(), decision=decision, offer=None)
        self.request = fresh
        self.left = set() if state is State.PENDING else {fresh.plan_rev}

    def happens(self, event: Event) -> None:
        """Let it happen, and check what one event may do."""
        before, after = self.request, advance(self.request, event)
        TOLD["events"] += 1
        if isinstance(after, Refusal):
            happened(f"{type(event).__name__} refused")
            return
        TOLD["accepted"] += 1
        happened(f"{type(event).__name__}: {before.state} to {after.state}")
        assert not before.state.final, "1: final states absorb"
        assert (before.state, after.state) in EDGES[type(event)], "2: only edges happen"
        assert after.version == before.version + 1
        assert after.plan_rev - before.plan_rev in {0, 1}
        if before.state is State.PENDING and after.state is not State.PENDING:
            assert after.plan_rev not in self.left, "3: a plan is decided once"
            self.left.add(after.plan_rev)
        if after.state in {State.DENIED, State.CANCELLED}:
            entitled = set(GROUPS[event.actor]) & self.groups
            assert event.actor in {ALICE, SYSTEM} or entitled, "36: who ends it early"
        self.request = after
        self.patience -= 1

    def plan(self, other: Plan | None) -> Plan:
        """Return a plan made anew: the same again if no other is drawn."""
        return other or self.request.plan

    @rule(ms=st.sampled_from([1, 1, 60_000, DAY // 4]))
    def time_passes(self, ms: int) -> None:
        """Wait."""
        self.now += ms

    @precondition(lambda self: self.request.state is State.PENDING)
    @rule(by=PEOPLE, behind=st.sampled_from([0, 0, 0, 1]), other=st.none() | PLANS)
    def vote(self, by: Person, behind: int, other: Plan | None) -> None:
        """Click Approve, perhaps on an older card, perhaps after the guest moved."""
        self.voted(by, behind, other, self.request.decision)

    @precondition(lambda self: self.request.state is State.PENDING)
    @rule(by=PEOPLE, decision=DECISIONS)
    def vote_under_new_rules(self, by: Person, decision: Decision) -> None:
        """Click Approve after the rules were changed."""
        self.voted(by, 0, None, decision)

    def voted(self, by: Person, behind: int, other: Plan | None, decision: Decision) -> None:
        """Let somebody vote, and check what a vote may do."""
        before = self.request
        rev = before.plan_rev - behind
        vote = vote_of(by, rev, self.now, GROUPS[by])
        plan = self.plan(other)
        self.happens(approve(before, by, at=self.now, vote=vote, plan=plan, decision=decision))
        if behind:
            assert before == self.request, "10: an old card changes no vote"
        if before.state is State.PENDING and self.now >= before.expires_at:
            assert before == self.request, "14: no vote at or after the expiry"

    @precondition(lambda self: self.request.state is State.PENDING)
    @rule(by=PEOPLE, other=PEOPLE)
    def two_votes_commute(self, by: Person, other: Person) -> None:
        """12: in whichever order two people vote, the same comes out (and here: stays undone)."""
        votes = [approve(self.request, p, vote=self.own_vote(p), at=self.now) for p in (by, other)]
        if by == other or any(isinstance(advance(self.request, v), Refusal) for v in votes):
            return
        ends = [self.after_both(*votes), self.after_both(*reversed(votes))]
        if all(len(r.votes) == len(self.request.votes) + 2 for r in ends):
            one, two = (replace(r, votes=tuple(sorted(r.votes, key=str))) for r in ends)
            assert one == two

    def own_vote(self, by: Person) -> Vote:
        """Return somebody's vote for the plan as it is."""
        return vote_of(by, self.request.plan_rev, self.now, GROUPS[by])

    def after_both(self, first: Event, second: Event) -> ChangeRequest:
        """Return the request after both, the second where it still counts."""
        request = self.request
        for event in (first, second):
            after = advance(request, event)
            request = request if isinstance(after, Refusal) else after
        return request

    @precondition(lambda self: self.request.state is State.PENDING)
    @rule(
        by=PEOPLE,
        behind=st.sampled_from([0, 0, 1]),
        left=st.sampled_from([1, 1, 0]),
        text=st.sampled_from(["it is down", "it is down", " "]),
        other=st.none() | PLANS,
    )
    def glass(self, by: Person, behind: int, left: int, text: str, other: Plan | None) -> None:
        """26: approve alone; Carol holds the role, and so does who asked."""
        before, plan = self.request, self.plan(other)
        role = ("oncall",) if by in {CAROL, ALICE} else ()
        event = break_glass(before, by, at=self.now, groups=role, left=left, text=text, plan=plan)
        self.happens(replace(event, plan_rev=before.plan_rev - behind))
        if behind or not role or left < 1 or not text.strip() or plan.hash != before.plan_hash:
            assert before == self.request, "26: role, quota, reason, and the plan that was shown"
        if self.now >= before.expires_at or plan.verdict == CROWDED:
            assert before == self.request, "14, 25: not after the expiry, not past a hard limit"

    @precondition(lambda self: self.request.state is State.PENDING)
    @rule(by=PEOPLE)
    def withdrawal(self, by: Person) -> None:
        """Take a vote back."""
        self.happens(WithdrawVote(actor=by, at=self.now))

    @precondition(lambda self: self.request.state is State.PENDING)
    @rule(by=PEOPLE, behind=st.sampled_from([0, 0, 1]))
    def offer(self, by: Person, behind: int) -> None:
        """Offer less."""
        rev = self.request.plan_rev - behind
        made = replace(make_offer(by).offer, groups=GROUPS[by])
        self.happens(make_offer(by, at=self.now, plan_rev=rev, offer=made))

    @precondition(lambda self: self.request.offer is not None)
    @rule(by=st.sampled_from([ALICE, ALICE, BOB]), other=st.none() | PLANS, decision=DECISIONS)
    def acceptance(self, by: Person, other: Plan | None, decision: Decision) -> None:
        """Accept the offer; the offerer's vote comes along."""
        offer = self.request.offer
        assert offer is not None
        vote = vote_of(offer.by, self.request.plan_rev, self.now, GROUPS[offer.by])
        event = accept(other or offer.plan, actor=by, at=self.now, vote=vote, decision=decision)
        self.happens(replace(event, expires_at=self.now + DAY, not_before=self.now))

    @precondition(lambda self: self.request.state is State.PENDING)
    @rule(by=st.sampled_from([ALICE, ALICE, BOB]), mib=st.sampled_from([6144, 8192]), to=DECISIONS)
    def editing(self, by: Person, mib: int, to: Decision) -> None:
        """Ask for something else."""
        event = edit(mib, actor=by, at=self.now, decision=to, expires_at=self.now + DAY)
        self.happens(replace(event, not_before=self.now))

    @precondition(lambda self: self.request.state in {State.PENDING, State.APPROVED})
    @rule(plan=PLANS, decision=DECISIONS)
    def planned_anew(self, plan: Plan, decision: Decision) -> None:
        """Find that the guest moved."""
        event = replan(at=self.now, decision=decision, expires_at=self.now + DAY)
        self.happens(replace(event, plan=plan))

    @precondition(lambda self: self.request.state is State.APPROVED)
    @rule(other=st.none() | st.none() | PLANS)
    def claiming(self, other: Plan | None) -> None:
        """Let a worker take it, perhaps after the guest moved."""
        before = self.request
        self.happens(claim(before, at=self.now, plan=self.plan(other)))
        if self.request.state is State.RUNNING and before.state is State.APPROVED:
            assert self.now < before.execute_before, "14: no claim at or after the last moment"
            assert self.request.plan.hash == self.request.plan_hash
            assert self.request.plan.verdict != CROWDED, "25: nothing past a hard limit runs"

    @precondition(lambda self: self.request.state.executing)
    @rule(progress=PROGRESS, undo=st.booleans(), lost=st.booleans())
    def journalling(self, progress: Progress, *, undo: bool, lost: bool) -> None:
        """Let the executor write anything at all into the journal, in any way."""
        before = self.request
        entry = attempt(progress, undo=undo, at=self.now)
        kind = Lose if lost else Journal
        if before.state is State.UNCERTAIN and lost:
            self.happens(Find(actor=SYSTEM, at=self.now, entry=entry))
        else:
            self.happens(kind(actor=SYSTEM, at=self.now, entry=entry))
        if progress is Progress.INTENDED and not lost and before != self.request:
            assert before.state is State.RUNNING, "16: nothing is begun while UNCERTAIN"
            last = [e for e in before.journal if e.undo is undo]
            assert not last or last[-1].progress is Progress.UNDONE, "15: once, unless undone"

    @precondition(lambda self: self.patience <= 0 and self.request.open)
    @rule(by=PEOPLE, host=st.booleans(), which=st.integers(0, 4), state=ENDS)
    def an_end(self, by: Person, *, host: bool, which: int, state: State) -> None:
        """Deny; cancel, veto or stop it on the host; sweep; let the executor or a person end it."""
        rev, eligible = self.request.plan_rev, bool(self.groups & set(GROUPS[by]))
        actor = SYSTEM if host else by
        ends: list[Event] = [
            deny(actor=by, at=self.now, groups=GROUPS[by], plan_rev=rev),
            cancel(actor=actor, at=self.now, entitled=host or eligible),
            Expire(actor=SYSTEM, at=self.now),
            replace(finish(state), at=self.now),
            replace(resolve(State.FAILED if host else State.SUCCEEDED), at=self.now),
        ]
        self.happens(ends[which])

    @rule()
    def everything_else(self) -> None:
        """1, 2: any event where the table has no edge is refused."""
        for event in every_event(self.request):
            if not any(source is self.request.state for source, _ in EDGES[type(event)]):
                assert isinstance(advance(self.request, event), Refusal)

    @property
    def groups(self) -> set[str]:
        """Return the groups that decide."""
        return set(self.request.decision.groups)

    @invariant()
    def the_approval_holds(self) -> None:
        """4-6: past PENDING the quorum of distinct people, for this plan, without the requester."""
        if not hasattr(self, "request"):
            return
        people = [(v.team_id, v.user_id) for v in self.request.votes]
        assert len(people) == len(set(people)), "6: one vote per person"
        assert ("T1", "UALICE") not in people, "5: never the requester"
        assert {v.plan_rev for v in self.request.votes} <= {self.request.plan_rev}
        glass = self.request.glass
        if glass is not None:
            assert self.request.votes == (), "26: it is no vote"
            assert self.request.state is not State.PENDING
            assert (glass.by in {CAROL, ALICE}, glass.why) == (True, "it is down")
        elif self.request.state in DECIDED:
            assert enough(self.request.decision, self.request.votes), "4: the quorum"


@pytest.mark.timeout(300)
def test_any_history_keeps_the_laws(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever people, the clock and the executor do to a request, in any order, the laws hold."""
    many = settings(max_examples=200, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(History, settings=many)
    assert TOLD["accepted"] > TOLD["histories"]
    with capsys.disabled():
        sys.stdout.write(f"\nadvance: {dict(TOLD)}\n")
