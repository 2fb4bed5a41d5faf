"""Which messages a request should have: its card, copies, thread, and what its requester is told."""

from dataclasses import dataclass, replace

from bot.model.intake import Card, Closed, OpenEnd
from bot.model.notice import (
    CardNotice,
    Declined,
    Notice,
    OfferNotice,
    ResultNotice,
    Tell,
    Told,
)
from bot.model.pause import Pause, standing
from bot.model.people import SYSTEM, Person
from bot.model.policy import Decision
from bot.model.refusal import Detail, Moment, Refusal
from bot.model.request import ChangeRequest, State
from bot.model.review import Review
from bot.workflow.closing import closed_of
from bot.workflow.parts import Parts
from bot.workflow.reviews import REMINDERS
from bot.workflow.waiting import approvers_of, calls, people_of

CLOSED = frozenset({"channel_not_found", "is_archived", "not_in_channel", "is_inactive"})
"""Slack's words for a channel that takes no messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One message that the request should have: where, and what it says.

    `version` is the record's, one more once what waited for a restart has ended, and one more for
    each pause that was set or lifted.
    """

    role: str
    channel: str
    person: Person | None
    notice: Notice
    edited: bool
    thread: bool = False
    version: int = 0


def _closed_channel(known: tuple[Card, ...], channel: str) -> str:
    """Return where the card should have been, if that takes no messages."""
    lost = (c.channel for c in known if c.role == "card" and c.dead in CLOSED)
    return next((c for c in lost if c != channel), "")


async def wanted_messages(
    parts: Parts, request: ChangeRequest, known: tuple[Card, ...]
) -> tuple[Wanted, ...]:
    """Return every message that the request should have now; `known` are those it has."""
    wanted: list[Wanted] = []
    end = await parts.store.open_end(request.id)
    closed = await closed_of(parts, request, end)
    review = await parts.store.review(request.id)
    pauses = await parts.store.pauses("", request.plan.target.ref.cluster)
    stand = standing(pauses) if request.state is State.APPROVED else ()
    gate = await parts.store.gate()
    if _is_shown(request, review) or any(card.role == "card" for card in known):
        channel = _channel(parts, request.decision, known)
        card = CardNotice(
            request=request,
            approvers=await approvers_of(parts, request),
            open_end=end,
            closed=closed,
            instead_of=_closed_channel(known, channel),
            review=review,
            pauses=stand,
            reviewers=await people_of(parts, request, review.groups if review else ()),
            held=gate.went_back if gate.closed and request.state is State.APPROVED else None,
        )
        wanted.append(Wanted(role="card", channel=channel, person=None, notice=card, edited=True))
        if request.origin.channel in parts.copy_to() - {channel}:
            wanted.append(replace(wanted[0], role="copy", channel=request.origin.channel))
        wanted += _thread(request, channel, closed)
        wanted += _asked_anew(request, channel) + _offered(request)
        wanted += await _called(parts, request, channel, known)
        wanted += await _reminded(parts, request, review, channel)
    elif request.waiting_since is not None and request.requester != SYSTEM:
        wanted.append(_waits(request))
    elif stand and request.requester != SYSTEM:
        wanted.append(_waits_for_pause(request, stand[0]))
    if request.state.final and request.requester != SYSTEM:
        wanted += _direct(request, end, closed)
    besides = gate.edition + sum(pause.version for pause in pauses)
    version = request.version + (closed is not None) + _looked_at(request, review) + besides
    return tuple(replace(each, version=version) for each in wanted)


def _is_shown(request: ChangeRequest, review: Review | None) -> bool:
    """Return whether others have something to do with it: approve, veto, or review."""
    silence = request.decision.wait_ms and request.open
    pending = request.decision.needs_approval and request.state is State.PENDING
    return bool(pending or silence or review)


def _looked_at(request: ChangeRequest, review: Review | None) -> int:
    """Return how many groups have looked at it: each of them changes the card."""
    return len(request.decision.reviews) - len(review.groups) if review else 0


async def _reminded(
    parts: Parts, request: ChangeRequest, review: Review | None, channel: str
) -> list[Wanted]:
    """Return the newest reminder of an open review."""
    if review is None or not review.open or not review.reminded:
        return []
    people = await people_of(parts, request, review.groups)
    details: dict[str, Detail] = {
        "handle": request.handle,
        "people": people or review.groups,
        "since": Moment(epoch_ms=review.opened_at),
    }
    if review.reminded < REMINDERS:
        details["next"] = Moment(epoch_ms=review.remind_at)
    told = Told(what=Tell.REVIEW_REMINDER, details=details)
    return [_in_thread(f"review-{review.reminded}", channel, told)]


async def _called(
    parts: Parts, request: ChangeRequest, channel: str, known: tuple[Card, ...]
) -> list[Wanted]:
    """Return the calls to approvers that are due."""
    posted = frozenset(card.role for card in known if card.ts)
    found = await calls(parts, request, channel, posted)
    return [_in_thread(role, channel, told) for role, told in found]


def _direct(request: ChangeRequest, end: OpenEnd | None, closed: Closed | None) -> list[Wanted]:
    """Return the result for who asked, and later how what waited for a restart came to its end."""
    person = request.requester
    result = ResultNotice(request=request, open_end=end, closed=closed)
    edited = closed is not None
    wanted = [Wanted(role="result", channel="", person=person, notice=result, edited=edited)]
    if closed is not None and closed.by != person:
        news = ResultNotice(request=request, closed=closed, news=True)
        wanted.append(Wanted(role="end", channel="", person=person, notice=news, edited=False))
    return wanted


def _waits(request: ChangeRequest) -> Wanted:
    """Return the one word about a lock for who has no card to look at."""
    details: dict[str, Detail] = {
        "handle": request.handle,
        "guest": request.plan.target.name,
        "lock": request.waiting_for,
    }
    told = Told(what=Tell.WAITS_FOR_LOCK, details=details)
    return Wanted(role="waits", channel="", person=request.requester, notice=told, edited=False)


def _waits_for_pause(request: ChangeRequest, pause: Pause) -> Wanted:
    """Return the one word about a pause for who has no card to look at."""
    details: dict[str, Detail] = {
        "handle": request.handle,
        "guest": request.plan.target.name,
        "cluster": pause.cluster or "everything",
        "by": pause.by or SYSTEM,
        "since": Moment(epoch_ms=pause.at),
        "text": pause.why,
    }
    told = Told(what=Tell.WAITS_FOR_PAUSE, details=details)
    role = f"paused-{pause.version}"
    return Wanted(role=role, channel="", person=request.requester, notice=told, edited=False)


def _thread(request: ChangeRequest, channel: str, closed: Closed | None) -> list[Wanted]:
    """Return the decision and the result for the card's thread, once each."""
    if request.state is State.PENDING:
        return []
    voters = request.voters()
    by = request.ended_by if request.state is State.DENIED else (voters[-1] if voters else None)
    said: list[Wanted] = []
    if by is not None:
        state = "denied" if request.state is State.DENIED else "approved"
        details: dict[str, Detail] = {
            "handle": request.handle,
            "state": state,
            "by": by,
            "text": request.end_text,
        }
        told = Told(what=Tell.THREAD_DECISION, details=details)
        said.append(_in_thread("thread-decision", channel, told))
    if request.state.final and request.state is not State.DENIED:
        result = ResultNotice(request=request, closed=closed, thread=True)
        told_so = _in_thread("thread-result", channel, result)
        said.append(replace(told_so, edited=closed is not None))
    return said


def _asked_anew(request: ChangeRequest, channel: str) -> list[Wanted]:
    """Return what tells that everybody is asked anew: an edit of the card rings nobody's bell."""
    if request.state is not State.PENDING or request.moved is None:
        return []
    why = request.moved.why
    named = Refusal(reason=why.reason, details={**why.details, "handle": request.handle})
    said = Declined(refusal=named)
    role = f"moved-{request.plan_rev}"
    told = Wanted(role=role, channel="", person=request.requester, notice=said, edited=False)
    return [_in_thread(f"thread-{role}", channel, said), told]


def _offered(request: ChangeRequest) -> list[Wanted]:
    """Return the offer that stands, for who asked: once for each, by its time."""
    offer = request.offer
    if request.state is not State.PENDING or offer is None:
        return []
    told, role = OfferNotice(request=request), f"offer-{offer.at}"
    return [Wanted(role=role, channel="", person=request.requester, notice=told, edited=False)]


def _in_thread(role: str, channel: str, notice: Notice) -> Wanted:
    return Wanted(role=role, channel=channel, person=None, notice=notice, edited=False, thread=True)


def _channel(parts: Parts, decision: Decision, known: tuple[Card, ...]) -> str:
    """Return the card's channel: where it is, else the rule's, else the approvals channel."""
    alive = next((c.channel for c in known if c.role == "card" and c.dead not in CLOSED), "")
    if alive:
        return alive
    closed = {c.channel for c in known if c.role == "card"}
    choices = (decision.channel, parts.policy().approvals_channel)
    return next((c for c in choices if c and c not in closed), choices[-1])
