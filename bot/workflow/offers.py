"""Offers: an approver offers less or another time, the requester accepts; edits by the requester."""

from dataclasses import replace

from bot.assess import Assessed, no_room
from bot.model.events import AcceptOffer, Edit, MakeOffer
from bot.model.guest import GuestRef
from bot.model.intake import Intake
from bot.model.intent import Ask
from bot.model.notice import Declined, Notice, Told
from bot.model.plan import Change, Plan
from bot.model.policy import Decision, Vote
from bot.model.refusal import Detail, Moment, Quantity, Reason, Refusal, refuse
from bot.model.request import ChangeRequest, Offer, State
from bot.model.tell import Tell
from bot.model.verdict import VerdictClass
from bot.policy import reachable
from bot.reservations import taken
from bot.workflow.deciding import transition
from bot.workflow.parts import Asker, Parts, find_guest
from bot.workflow.pointers import split, with_newest
from bot.workflow.submit import not_before, open_until


async def offer(parts: Parts, intake: Intake) -> Notice:
    """Offer the requester less, or another timing."""
    name, rev = split(intake.intent.words["pointer"])
    ask = intake.intent.ask
    if ask is None:
        raise AssertionError("an offer carries an ask")

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        return await _offer(parts, request, who, replace(ask, reason=request.ask.reason), rev)

    return await transition(parts, intake, name, step, accepts=True)


async def _offer(parts: Parts, request: ChangeRequest, who: Asker, ask: Ask, rev: int) -> Notice:
    assessed = await _assessed(parts, request, ask, within=request.plan)
    if isinstance(assessed, Refusal):
        return Declined(refusal=assessed)
    plan = assessed.plan
    now = await parts.store.now()
    made = Offer(by=who.person, groups=who.groups, ask=assessed.ask, plan=plan, at=now)
    event = MakeOffer(actor=who.person, at=now, plan_rev=rev, offer=made)
    result = await parts.committer.apply(request, event, deadline=request.expires_at)
    if isinstance(result, Refusal):
        return with_newest(result)
    return Told(
        what=Tell.OFFER_MADE,
        details={"handle": request.handle, "requester": request.requester},
    )


async def _assessed(
    parts: Parts, request: ChangeRequest, ask: Ask, *, within: Plan | None = None
) -> Assessed | Refusal:
    """Return the plan of another ask for the same guest; it must fit, and be less than `within`."""
    ref: GuestRef = request.plan.target.ref
    assessed = await parts.assessor.assess(ask, ref, but=request.id)
    if isinstance(assessed, Refusal):
        return assessed
    if within is not None and (refusal := _not_smaller(within, assessed.plan)):
        return refusal
    if assessed.plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
        return no_room(assessed.plan)
    return assessed


def _not_smaller(asked: Plan, offered: Plan) -> Refusal | None:
    """Refuse an offer of more, of another field, or of the very same."""
    wanted = {change.field: change for change in asked.changes}
    for change in offered.changes:
        old = wanted.get(change.field)
        if old is None:
            return refuse(Reason.OFFER_NOT_SMALLER, other=change.field)
        if not _within(old, change):
            return refuse(
                Reason.OFFER_NOT_SMALLER,
                field=change.field,
                asked=_quantity(old),
                offered=_quantity(change),
            )
    less = [c for c in offered.changes if c.after != wanted[c.field].after]
    if less or len(offered.changes) < len(asked.changes) or asked.timing != offered.timing:
        return None
    return refuse(Reason.OFFER_NOT_SMALLER)


def _within(asked: Change, offered: Change) -> bool:
    """Return whether the offer goes the same way, and no further."""
    if asked.delta is None or offered.delta is None:
        return asked.after == offered.after
    return asked.delta * offered.delta > 0 and abs(offered.delta) <= abs(asked.delta)


def _quantity(change: Change) -> Quantity | str:
    if not isinstance(change.after, int):
        return str(change.after)
    return Quantity(amount=change.after, unit=change.unit.value)


async def accept(parts: Parts, intake: Intake) -> Notice:
    """Accept the offer: it becomes the request's plan; the offerer's vote counts if it still may."""
    name, offered_at = split(intake.intent.words["pointer"])

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        return await _accept(parts, request, who, offered_at)

    return await transition(parts, intake, name, step, accepts=True)


async def _accept(parts: Parts, request: ChangeRequest, who: Asker, offered_at: int) -> Notice:
    """Accept the offer that was shown (by its time), never one that took its place."""
    pending = request.offer
    if pending is None or pending.at != offered_at:
        return Declined(refusal=refuse(Reason.NO_OFFER, handle=request.handle))
    at_ms = pending.ask.timing.at_ms
    if at_ms is not None and at_ms <= await parts.store.now():
        passed = Moment(epoch_ms=at_ms)
        return Declined(refusal=refuse(Reason.NO_OFFER, handle=request.handle, at=passed))
    assessed = await _assessed(parts, request, pending.ask)
    if isinstance(assessed, Refusal):
        return Declined(refusal=assessed)
    decision = await parts.assessor.decide(request.requester, assessed.plan, who.roster, request)
    if isinstance(decision, Refusal):
        return Declined(refusal=decision)
    if refusal := await _not_theirs(parts, who, request, decision):
        return Declined(refusal=refusal)
    now = await parts.store.now()
    out = (await parts.directory.account(pending.by)).refused_because
    vote = None if out else _offerers_vote(pending, assessed.plan, who, request, now)
    event = AcceptOffer(
        actor=who.person,
        at=now,
        plan=assessed.plan,
        decision=decision,
        vote=vote,
        expires_at=open_until(pending.ask, decision, now),
        not_before=max(now, not_before(pending.ask, now)),
        execute_within_ms=parts.terms().execute_within,
    )
    renewed = replace(request, plan=assessed.plan)
    ledgers = await taken(parts.store, renewed, assessed.ledgers)
    result = await parts.committer.apply(
        request, event, if_approved=ledgers, deadline=request.expires_at
    )
    return Declined(refusal=result) if isinstance(result, Refusal) else _accepted(result, pending)


def _accepted(request: ChangeRequest, pending: Offer) -> Notice:
    details: dict[str, Detail] = {"handle": request.handle}
    if request.state is State.APPROVED:
        details["by"] = pending.by
    return Told(what=Tell.OFFER_ACCEPTED, details=details)


async def _not_theirs(
    parts: Parts, who: Asker, request: ChangeRequest, decision: Decision
) -> Refusal | None:
    """Refuse what a fresh ask would be refused for: the guest, nobody to decide."""
    right = parts.operations[request.ask.operation].right
    guest = await find_guest(parts, who, request.plan.target.ref.key, right)
    if isinstance(guest, Refusal):
        return guest
    return reachable(who.roster, decision, request.requester)


def _offerers_vote(
    pending: Offer, plan: Plan, who: Asker, request: ChangeRequest, now: int
) -> Vote | None:
    """Return the offerer's vote if the plan is the one offered and they are still eligible."""
    groups = who.roster.groups_of(pending.by)
    if plan.hash != pending.plan.hash or not set(groups) & set(request.decision.groups):
        return None
    return Vote(
        team_id=pending.by.team_id,
        user_id=pending.by.user_id,
        plan_rev=request.plan_rev,
        at=now,
        groups=groups,
    )


async def edit(parts: Parts, intake: Intake) -> Notice:
    """Change what one asked for: a new plan, and everybody is asked again."""
    name, _ = split(intake.intent.words["pointer"])
    ask = intake.intent.ask
    if ask is None:
        raise AssertionError("an edit carries an ask")

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        assessed = await _assessed(parts, request, ask)
        if isinstance(assessed, Refusal):
            return Declined(refusal=assessed)
        decision = await parts.assessor.decide(
            request.requester, assessed.plan, who.roster, request
        )
        if isinstance(decision, Refusal):
            return Declined(refusal=decision)
        if refusal := await _not_theirs(parts, who, request, decision):
            return Declined(refusal=refusal)
        now = await parts.store.now()
        event = Edit(
            actor=who.person,
            at=now,
            ask=assessed.ask,
            plan=assessed.plan,
            decision=decision,
            expires_at=open_until(assessed.ask, decision, now),
            not_before=max(now, not_before(ask, now)),
            execute_within_ms=parts.terms().execute_within,
        )
        renewed = replace(request, plan=assessed.plan)
        ledgers = await taken(parts.store, renewed, assessed.ledgers)
        result = await parts.committer.apply(
            request, event, if_approved=ledgers, deadline=request.expires_at
        )
        if isinstance(result, Refusal):
            return Declined(refusal=result)
        return Told(what=Tell.EDITED, details={"handle": request.handle})

    return await transition(parts, intake, name, step, accepts=True)
