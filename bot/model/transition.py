"""One transition of a change request: `advance`, which obeys the table of edges."""

from dataclasses import replace
from functools import singledispatch

from bot.model.edges import EDGES
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
from bot.model.guards import (
    already,
    expired,
    glass_holds,
    not_eligible,
    not_the_requester,
    not_this_plan,
    offerer_counts,
    own,
)
from bot.model.journal import intended_again, journalled
from bot.model.plan import Plan
from bot.model.policy import Decision, Vote, quorum_met
from bot.model.refusal import Moment, Reason, Refusal, refuse
from bot.model.request import BrokenGlass, ChangeRequest, Moved, State
from bot.model.verdict import VerdictClass


def advance(request: ChangeRequest, event: Event) -> ChangeRequest | Refusal:
    """Return the request after the event, its version one higher, or why it does not happen."""
    if not any(source is request.state for source, _ in EDGES[type(event)]):
        return already(request)
    result = _apply(event, request)
    if isinstance(result, Refusal):
        return result
    if (request.state, result.state) not in EDGES[type(event)]:
        raise AssertionError(f"{type(event).__name__}: {request.state} → {result.state} is no edge")
    ended = event.at if result.state.final else None
    return replace(result, version=request.version + 1, ended_at=ended)


def _only_with(votes: tuple[Vote, ...], vote: Vote) -> tuple[Vote, ...]:
    """Return the votes with this one in the place of any other by the same person."""
    others = tuple(v for v in votes if (v.team_id, v.user_id) != (vote.team_id, vote.user_id))
    return (*others, vote)


def _approved_if_met(request: ChangeRequest, at: int, within_ms: int) -> ChangeRequest:
    """Return the request approved if its votes suffice, or its rules ask for none."""
    current = tuple(v for v in request.votes if v.plan_rev == request.plan_rev)
    fits = request.plan.verdict.verdict is not VerdictClass.DOES_NOT_FIT
    if not fits or not quorum_met(request.decision, current):
        return request
    begins = max(at + request.decision.wait_ms, request.not_before)
    return replace(
        request,
        state=State.APPROVED,
        offer=None,
        decided_at=at,
        not_before=begins if request.decision.wait_ms else request.not_before,
        execute_before=begins + within_ms,
    )


def _with_new_plan(
    request: ChangeRequest, plan: Plan, decision: Decision, expires_at: int, at: int
) -> ChangeRequest:
    return replace(
        request,
        plan=plan,
        plan_hash=plan.hash,
        plan_rev=request.plan_rev + 1,
        decision=decision,
        votes=(),
        offer=None,
        moved=None,
        glass=None,
        expires_at=expires_at,
        asked_at=at,
    )


@singledispatch
def _apply(event: object, request: ChangeRequest) -> ChangeRequest | Refusal:
    raise NotImplementedError(f"{type(event).__name__} on {request.handle}")


@_apply.register
def _(event: Approve, request: ChangeRequest) -> ChangeRequest | Refusal:
    request = replace(request, decision=event.decision)
    refusal = (
        expired(request, event.at)
        or own(request, event.actor)
        or not_this_plan(request, event.vote.plan_rev)
        or (event.decision.needs_approval and not_eligible(request, event.vote.groups))
    )
    if refusal:
        return refusal
    if refusal := _another_plan(request, event.plan):
        return refusal
    voted = replace(
        request,
        plan=event.plan,
        votes=_only_with(request.votes, event.vote),
    )
    return _approved_if_met(voted, event.at, event.execute_within_ms)


def _another_plan(request: ChangeRequest, plan: Plan) -> Refusal | None:
    """Refuse to approve a plan that does not fit, or is not the one that the card shows."""
    if plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
        return refuse(Reason.ROOM_GONE, handle=request.handle)
    if plan.hash != request.plan_hash:
        return refuse(Reason.GUEST_CHANGED, guest=request.plan.target.name, what="")
    return None


@_apply.register
def _(event: BreakGlass, request: ChangeRequest) -> ChangeRequest | Refusal:
    refusal = (
        expired(request, event.at)
        or not_this_plan(request, event.plan_rev)
        or glass_holds(request, event)
        or _another_plan(request, event.plan)
    )
    return refusal or replace(
        request,
        state=State.APPROVED,
        plan=event.plan,
        decision=replace(event.decision, wait_ms=0),
        votes=(),
        offer=None,
        decided_at=event.at,
        execute_before=max(event.at, request.not_before) + event.execute_within_ms,
        glass=BrokenGlass(by=event.actor, at=event.at, why=event.text, told=event.told),
    )


@_apply.register
def _(event: Deny, request: ChangeRequest) -> ChangeRequest | Refusal:
    refusal = (
        expired(request, event.at)
        or own(request, event.actor)
        or not_eligible(request, event.groups)
    )
    if refusal:
        return refusal
    if not event.text.strip():
        return refuse(Reason.REASON_NEEDED, verb="deny")
    return replace(request, state=State.DENIED, ended_by=event.actor, end_text=event.text)


@_apply.register
def _(event: WithdrawVote, request: ChangeRequest) -> ChangeRequest | Refusal:
    kept = tuple(
        v
        for v in request.votes
        if (v.team_id, v.user_id) != (event.actor.team_id, event.actor.user_id)
    )
    if len(kept) == len(request.votes):
        return refuse(Reason.NO_VOTE, handle=request.handle)
    return expired(request, event.at) or replace(request, votes=kept)


@_apply.register
def _(event: MakeOffer, request: ChangeRequest) -> ChangeRequest | Refusal:
    return (
        expired(request, event.at)
        or own(request, event.actor)
        or not_this_plan(request, event.plan_rev)
        or not_eligible(request, event.offer.groups)
        or replace(request, offer=event.offer)
    )


@_apply.register
def _(event: AcceptOffer, request: ChangeRequest) -> ChangeRequest | Refusal:
    refusal = expired(request, event.at) or not_the_requester(request, event.actor)
    if refusal:
        return refusal
    if request.offer is None:
        return refuse(Reason.NO_OFFER, handle=request.handle)
    ask = request.offer.ask
    renewed = _with_new_plan(request, event.plan, event.decision, event.expires_at, event.at)
    renewed = replace(renewed, ask=ask, not_before=event.not_before)
    if event.vote is not None and offerer_counts(request.offer, event.vote, renewed):
        renewed = replace(renewed, votes=(replace(event.vote, plan_rev=renewed.plan_rev),))
    return _approved_if_met(renewed, event.at, event.execute_within_ms)


@_apply.register
def _(event: Edit, request: ChangeRequest) -> ChangeRequest | Refusal:
    refusal = expired(request, event.at) or not_the_requester(request, event.actor)
    if refusal:
        return refusal
    renewed = _with_new_plan(request, event.plan, event.decision, event.expires_at, event.at)
    renewed = replace(renewed, ask=event.ask, not_before=event.not_before)
    return _approved_if_met(renewed, event.at, event.execute_within_ms)


@_apply.register
def _(event: Replan, request: ChangeRequest) -> ChangeRequest | Refusal:
    if refusal := expired(request, event.at):
        return refusal
    renewed = _with_new_plan(request, event.plan, event.decision, event.expires_at, event.at)
    renewed = replace(renewed, moved=Moved(at=event.at, why=event.why), state=State.PENDING)
    if not event.plan.target.may_be(request.plan.target):
        return renewed
    decided = _approved_if_met(renewed, event.at, event.execute_within_ms)
    if request.state is State.APPROVED and not event.decision.wait_ms:
        return replace(decided, execute_before=request.execute_before)
    return decided


@_apply.register
def _(event: Cancel, request: ChangeRequest) -> ChangeRequest | Refusal:
    if not event.entitled and (refusal := not_the_requester(request, event.actor)):
        return refusal
    return replace(
        request,
        state=State.CANCELLED,
        ended_by=event.actor,
        end_text=event.text,
        moved=Moved(at=event.at, why=event.why) if event.why else request.moved,
    )


@_apply.register
def _(event: Expire, request: ChangeRequest) -> ChangeRequest | Refusal:
    limit = request.expires_at if request.state is State.PENDING else request.execute_before
    if event.at < limit:
        return refuse(Reason.INTERNAL, doing=f"expiring {request.handle} before its time")
    return replace(request, state=State.EXPIRED, ended_by=event.actor)


@_apply.register
def _(event: Claim, request: ChangeRequest) -> ChangeRequest | Refusal:
    if event.at < request.not_before or event.at >= request.execute_before:
        return refuse(Reason.EXPIRED, handle=request.handle, at=Moment(epoch_ms=event.at))
    if event.plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
        return refuse(Reason.ROOM_GONE, handle=request.handle)
    if event.plan.hash != request.plan_hash:
        return refuse(Reason.PLAN_MOVED, what=request.plan.target.name)
    return replace(request, state=State.RUNNING, plan=event.plan, started_at=event.at)


@_apply.register
def _(event: Journal, request: ChangeRequest) -> ChangeRequest | Refusal:
    if refusal := intended_again(request, event.entry):
        return refusal
    journal = journalled(request.journal, event.entry)
    since, lock = event.waiting_since, event.waiting_for
    return replace(request, journal=journal, waiting_since=since, waiting_for=lock)


@_apply.register
def _(event: Lose, request: ChangeRequest) -> ChangeRequest | Refusal:
    journal = journalled(request.journal, event.entry)
    return replace(request, journal=journal, state=State.UNCERTAIN)


@_apply.register
def _(event: Find, request: ChangeRequest) -> ChangeRequest | Refusal:
    journal = journalled(request.journal, event.entry)
    return replace(request, journal=journal, state=State.RUNNING)


@_apply.register
def _(event: Finish, request: ChangeRequest) -> ChangeRequest | Refusal:
    journal = journalled(request.journal, event.entry)
    return replace(request, journal=journal, state=event.state, outcome=event.outcome)


@_apply.register
def _(event: Resolve, request: ChangeRequest) -> ChangeRequest | Refusal:
    if not event.text.strip():
        return refuse(Reason.REASON_NEEDED, verb="resolve")
    return replace(
        request,
        state=event.state,
        outcome=event.outcome,
        ended_by=event.actor,
        end_text=event.text,
    )
