"""Reviews: somebody else looks at what nobody had to approve, or one alone did; they are reminded."""

from dataclasses import replace

from bot.commit import review_due
from bot.model.audit import AuditEntry
from bot.model.errors import VersionConflict
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.people import SYSTEM, Person
from bot.model.refusal import Moment, Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.model.review import Review
from bot.model.save import Save
from bot.model.tell import Tell
from bot.workflow.deciding import transition
from bot.workflow.parts import Asker, Parts
from bot.workflow.pointers import split

REVIEWED = "review"
"""The audit's word for somebody having looked at it."""

REMINDERS = 3
"""A group is reminded so often, each time after twice as long; then only lists show it."""


async def reviewed(parts: Parts, intake: Intake) -> Notice:
    """Note that somebody else of the group has looked at what was done."""
    name, _ = split(intake.intent.words["pointer"])

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        review = await parts.store.review(request.id)
        refusal = _refused(request, review, who)
        if refusal or review is None:
            why = refusal or refuse(Reason.NO_REVIEW, handle=request.handle)
            now = await parts.store.now()
            await parts.committer.note_turned_away(request, who.person, REVIEWED, why, now)
            return Declined(refusal=why)
        if review.open and set(review.groups) & set(who.groups):
            await _close(parts, request, review, who)
        return Told(what=Tell.REVIEWED, details={"handle": request.handle})

    return await transition(parts, intake, name, step)


def _refused(request: ChangeRequest, review: Review | None, who: Asker) -> Refusal | None:
    """Return why this person does not close the review; their own press again is none."""
    if review is None:
        return refuse(Reason.NO_REVIEW, handle=request.handle)
    if who.person == review.requester:
        return refuse(Reason.OWN_REQUEST, handle=request.handle)
    if who.person == review.broke:
        return refuse(Reason.OWN_GLASS, handle=request.handle)
    if set(review.groups) & set(who.groups) or review.by == who.person:
        return None
    if not review.open and review.by is not None:
        at = Moment(epoch_ms=review.at)
        return refuse(Reason.ALREADY_REVIEWED, handle=request.handle, by=review.by, at=at)
    return refuse(Reason.NOT_ELIGIBLE, handle=request.handle, groups=review.groups)


async def _close(parts: Parts, request: ChangeRequest, review: Review, who: Asker) -> None:
    now = await parts.store.now()
    looked = set(who.groups)
    if review.broke is not None:
        looked |= _in_their_place(request, looked)
    left = tuple(group for group in review.groups if group not in looked)
    closed = replace(review, groups=left, by=who.person, at=now)
    await _save(parts, request, closed, who.person, now)


def _in_their_place(request: ChangeRequest, groups: set[str]) -> set[str]:
    """Return the groups in whose place one of these would have approved: any of them was enough."""
    quorums = [q.groups for ask in request.decision.asks for q in ask.quorums]
    return {group for quorum in quorums if groups & set(quorum) for group in quorum}


async def _save(
    parts: Parts, request: ChangeRequest, review: Review, actor: Person, now: int
) -> None:
    """Save a review with its audit entry; VersionConflict if somebody else did first."""
    entry = AuditEntry(
        at=now,
        actor=actor,
        what=REVIEWED if actor != SYSTEM else "remind",
        request_id=request.id,
        handle=request.handle,
        accepted=True,
        plan_hash=request.plan_hash,
        version_before=request.version,
        version_after=request.version,
        state_after=request.state.value,
    )
    shown = [f"card:{request.id}"]
    if request.origin.incident:
        shown.append(f"incident:{request.origin.incident}")
    due = {**review_due(review), **dict.fromkeys(shown, now)}
    await parts.store.save(Save(review=review, audit=entry, due=due))
    for member in shown:
        await parts.wake.wake(member)


async def remind_review(parts: Parts, request_id: str) -> None:
    """Remind of an open review, a few times at growing distances."""
    review, request = await parts.store.review(request_id), await parts.store.request(request_id)
    now = await parts.store.now()
    member = f"review:{request_id}"
    if review is None or request is None or not review.open or review.reminded >= REMINDERS:
        await parts.store.drop_due(member)
        return
    if now < review.remind_at:
        await parts.store.put_due(member, review.remind_at)
        return
    reminded = review.reminded + 1
    later = now + parts.terms().remind_review * 2**reminded
    try:
        await _save(
            parts, request, replace(review, reminded=reminded, remind_at=later), SYSTEM, now
        )
    except VersionConflict:  # somebody has just looked at it; the due-set asks again
        await parts.store.put_due(member, now)
