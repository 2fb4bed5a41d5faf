"""Requests in every state, and events on them, as real as the guards ask for."""

from dataclasses import replace
from typing import Any

from bot.model.events import (
    AcceptOffer,
    Approve,
    BreakGlass,
    Cancel,
    Claim,
    Deny,
    Edit,
    Event,
    Expire,
    Find,
    Finish,
    Journal,
    Lose,
    MakeOffer,
    Replan,
    Resolve,
    WithdrawVote,
)
from bot.model.people import SYSTEM, Person
from bot.model.plan import Change, Plan
from bot.model.policy import Decision, Quorum, RuleAsk, Vote
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest, JournalEntry, Offer, Outcome, Progress, State
from bot.model.transition import advance
from bot.model.verdict import Verdict, VerdictClass
from tests.unit.redis_store.samples import ALICE, ASK, AT, BOB, DECISION, PLAN, pending

CAROL = Person(team_id="T1", user_id="UCAROL")
OUTSIDER = Person(team_id="T1", user_id="UOUT")
DAY = 24 * 3_600_000
NOBODY = Decision(asks=(RuleAsk(rule="free", quorums=()),), expires_ms=0, revision="r1")
TWO = replace(DECISION, asks=(RuleAsk(rule="two", quorums=(Quorum(groups=("ops",), needed=2),)),))
CROWDED = Verdict(verdict=VerdictClass.DOES_NOT_FIT)


def plan_to(mib: int, **changes: Any) -> Plan:
    """Return the sample plan with another amount."""
    change: Change = replace(PLAN.changes[0], after=mib)
    claim = replace(PLAN.claims[0], after=mib)
    return replace(PLAN, changes=(change,), claims=(claim,), **changes)


def vote_of(person: Person, rev: int = 1, at: int = AT, groups: tuple[str, ...] = ("ops",)) -> Vote:
    """Return a vote."""
    return Vote(team_id=person.team_id, user_id=person.user_id, plan_rev=rev, at=at, groups=groups)


def approve(request: ChangeRequest, by: Person = BOB, **changes: Any) -> Approve:
    """Return a vote on the request as it is."""
    event = Approve(
        actor=by,
        at=AT + 10,
        vote=vote_of(by, request.plan_rev),
        plan=request.plan,
        decision=request.decision,
        execute_within_ms=DAY,
    )
    return replace(event, **changes)


def break_glass(request: ChangeRequest, by: Person = CAROL, **changes: Any) -> BreakGlass:
    """Return one person's approval alone, of the request as it is."""
    event = BreakGlass(
        actor=by,
        at=AT + 10,
        groups=("oncall",),
        role=("oncall",),
        left=1,
        quota=2,
        plan_rev=request.plan_rev,
        text="checkout is down",
        plan=request.plan,
        decision=request.decision,
        told=(BOB,),
        execute_within_ms=DAY,
    )
    return replace(event, **changes)


def deny(**changes: Any) -> Deny:
    """Return a no."""
    event = Deny(actor=BOB, at=AT + 10, groups=("ops",), plan_rev=1, text="too much")
    return replace(event, **changes)


def offered(mib: int = 5120, by: Person = BOB) -> Offer:
    """Return an offer of less."""
    return Offer(by=by, groups=("ops",), ask=ASK, plan=plan_to(mib), at=AT + 5)


def make_offer(by: Person = BOB, **changes: Any) -> MakeOffer:
    """Return the event of an offer."""
    event = MakeOffer(actor=by, at=AT + 10, plan_rev=1, offer=offered(by=by))
    return replace(event, **changes)


def accept(plan: Plan, **changes: Any) -> AcceptOffer:
    """Return the requester's yes to an offer, with the offerer's vote."""
    event = AcceptOffer(
        actor=ALICE,
        at=AT + 10,
        plan=plan,
        decision=DECISION,
        vote=vote_of(BOB),
        expires_at=AT + DAY,
        not_before=AT + 10,
        execute_within_ms=DAY,
    )
    return replace(event, **changes)


def edit(mib: int = 8192, **changes: Any) -> Edit:
    """Return an edit by the requester."""
    event = Edit(
        actor=ALICE,
        at=AT + 10,
        ask=ASK,
        plan=plan_to(mib),
        decision=DECISION,
        expires_at=AT + DAY,
        not_before=AT + 10,
        execute_within_ms=DAY,
    )
    return replace(event, **changes)


def replan(mib: int = 8192, **changes: Any) -> Replan:
    """Return a plan made anew."""
    event = Replan(
        actor=SYSTEM,
        at=AT + 10,
        plan=plan_to(mib),
        decision=DECISION,
        why=refuse(Reason.PLAN_MOVED, what="memory"),
        expires_at=AT + DAY,
        execute_within_ms=DAY,
    )
    return replace(event, **changes)


def cancel(**changes: Any) -> Cancel:
    """Return the requester's cancel."""
    return replace(Cancel(actor=ALICE, at=AT + 10), **changes)


def claim(request: ChangeRequest, **changes: Any) -> Claim:
    """Return a worker's claim with the plan as it stands."""
    return replace(Claim(actor=SYSTEM, at=AT + 20, plan=request.plan), **changes)


def attempt(progress: Progress, **changes: Any) -> JournalEntry:
    """Return an attempt at the sample plan's only step."""
    entry = JournalEntry(step="config", progress=progress, at=AT + 30, deadline=AT + 40)
    return replace(entry, **changes)


def finish(state: State = State.SUCCEEDED) -> Finish:
    """Return the executor's end."""
    return Finish(actor=SYSTEM, at=AT + 50, state=state, outcome=Outcome(at=AT + 50))


def resolve(state: State = State.SUCCEEDED, text: str = "I looked") -> Resolve:
    """Return a person's word on an unknown outcome."""
    return Resolve(
        actor=BOB, at=AT + 50, state=state, text=text, outcome=Outcome(at=AT + 50, resolved_by=BOB)
    )


def in_state(state: State) -> ChangeRequest:
    """Return a request in that state, with what its guards look at."""
    if state is State.PENDING:
        return pending(votes=(vote_of(CAROL),), decision=TWO, offer=offered())
    journal = (attempt(Progress.UNKNOWN if state is State.UNCERTAIN else Progress.SUBMITTED),)
    ended = AT + 60 if state.final else None
    return pending(
        state=state,
        votes=(vote_of(BOB),),
        journal=journal if state.executing else (),
        ended_at=ended,
    )


def every_event(request: ChangeRequest) -> list[Event]:
    """Return one event of each kind that would do something in the right state."""
    expiry = request.expires_at if request.state is State.PENDING else request.execute_before
    plan = request.offer.plan if request.offer else request.plan
    return [
        approve(request),
        break_glass(request),
        deny(),
        WithdrawVote(actor=CAROL, at=AT + 10),
        make_offer(),
        accept(plan),
        edit(),
        replan(),
        cancel(),
        Expire(actor=SYSTEM, at=expiry),
        claim(request),
        Journal(actor=SYSTEM, at=AT + 30, entry=attempt(Progress.DONE)),
        Lose(actor=SYSTEM, at=AT + 30, entry=attempt(Progress.UNKNOWN)),
        Find(actor=SYSTEM, at=AT + 30, entry=attempt(Progress.DONE)),
        finish(),
        resolve(),
    ]


def moved(request: ChangeRequest, event: Event) -> ChangeRequest:
    """Return the request after an event that must be accepted."""
    after = advance(request, event)
    assert isinstance(after, ChangeRequest), after
    return after


def reason(request: ChangeRequest, event: Event) -> Reason:
    """Return why an event was refused; one that happens fails the test."""
    after = advance(request, event)
    assert isinstance(after, Refusal), after
    return after.reason
