"""Guards of transitions: each returns the refusal, or None where the way is free."""

from bot.model.events import BreakGlass
from bot.model.people import Person
from bot.model.policy import Vote
from bot.model.refusal import Moment, Reason, Refusal, refuse
from bot.model.request import ChangeRequest, Offer, State


def already(request: ChangeRequest) -> Refusal:
    """Return the refusal for an event that comes too late or too early for the state."""
    if request.state is State.EXPIRED:
        return refuse(
            Reason.EXPIRED, handle=request.handle, at=Moment(epoch_ms=request.ended_at or 0)
        )
    if request.state.executing:
        return refuse(Reason.ALREADY_RUNNING, handle=request.handle)
    alone = (request.glass.by,) if request.glass else request.voters()
    by = request.ended_by or next(iter(alone), request.requester)
    approved_at = request.decided_at if request.glass else request.created_at
    at = request.ended_at or (request.votes[-1].at if request.votes else approved_at)
    return refuse(
        Reason.ALREADY_DECIDED,
        handle=request.handle,
        state=request.state.value,
        by=by,
        at=Moment(epoch_ms=at),
    )


def expired(request: ChangeRequest, at: int) -> Refusal | None:
    """Refuse what comes at or after the last moment: to decide, or once approved to begin."""
    pending = request.state is State.PENDING
    limit = request.expires_at if pending else request.execute_before
    if at < limit:
        return None
    return refuse(Reason.EXPIRED, handle=request.handle, at=Moment(epoch_ms=limit))


def not_this_plan(request: ChangeRequest, plan_rev: int) -> Refusal | None:
    """Refuse a click on a card that shows an older plan."""
    if plan_rev == request.plan_rev:
        return None
    return refuse(Reason.OLD_CARD, handle=request.handle, shown=plan_rev, current=request.plan_rev)


def not_eligible(request: ChangeRequest, groups: tuple[str, ...]) -> Refusal | None:
    """Refuse somebody who is in none of the groups that decide."""
    if set(groups) & set(request.decision.groups):
        return None
    return refuse(
        Reason.NOT_ELIGIBLE,
        handle=request.handle,
        groups=request.decision.groups,
        until=Moment(epoch_ms=request.expires_at),
    )


def own(request: ChangeRequest, actor: Person) -> Refusal | None:
    """Refuse the requester, who never decides their own request."""
    return refuse(Reason.OWN_REQUEST, handle=request.handle) if actor == request.requester else None


def not_the_requester(request: ChangeRequest, actor: Person) -> Refusal | None:
    """Refuse everybody but the requester."""
    if actor == request.requester:
        return None
    return refuse(Reason.NOT_YOURS, handle=request.handle, requester=request.requester)


def glass_holds(request: ChangeRequest, event: BreakGlass) -> Refusal | None:
    """Refuse who may not break the glass, has done so too often, or does not say why."""
    if not set(event.groups) & set(event.role):
        return refuse(Reason.MAY_NOT_BREAK, handle=request.handle, groups=event.role)
    if not event.text.strip():
        return refuse(Reason.REASON_NEEDED, verb="break-glass")
    if event.left < 1:
        return refuse(Reason.BROKEN_TOO_OFTEN, most=event.quota)
    return None


def offerer_counts(offer: Offer, vote: Vote, renewed: ChangeRequest) -> bool:
    """Return whether it is the offerer's own vote, for the plan offered, by somebody eligible now."""
    person = Person(team_id=vote.team_id, user_id=vote.user_id)
    return (
        person == offer.by
        and offer.plan.hash == renewed.plan_hash
        and bool(set(vote.groups) & set(renewed.decision.groups))
    )
