"""Which messages a request should have: its card, copies, thread, and what its requester is told."""

from dataclasses import replace

from bot.model.intake import Card
from bot.model.notice import CardNotice, Told
from bot.model.pause import against
from bot.model.people import SYSTEM, Person
from bot.model.policy import Decision
from bot.model.refusal import Detail, Moment
from bot.model.request import ChangeRequest, State
from bot.model.review import Review
from bot.model.tell import Tell
from bot.workflow.closing import closed_of
from bot.workflow.naming import as_seen_in
from bot.workflow.parts import Parts
from bot.workflow.reviews import REMINDERS
from bot.workflow.saying import (
    Wanted,
    asked_anew,
    direct,
    glass_thread,
    glass_told,
    in_thread,
    offered,
    thread,
    waits,
    waits_for_pause,
)
from bot.workflow.waiting import approvers_of, calls, people_of

CLOSED = frozenset({"channel_not_found", "is_archived", "not_in_channel", "is_inactive"})
"""Slack's words for a channel that takes no messages."""


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
    there = against(pauses, request.plan.target.node, request.origin.incident)
    stand = there if request.state is State.APPROVED else ()
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
            reviewers=await _reviewers(parts, request, review),
            held=gate.went_back if gate.closed and request.state is State.APPROVED else None,
        )
        wanted += await _cards(parts, request, channel, card)
        wanted += thread(request, channel, closed)
        wanted += asked_anew(request, channel) + offered(request)
        wanted += await _called(parts, request, channel, known)
        wanted += await _reminded(parts, request, review, channel)
        wanted += await _skipped(parts, request, channel)
    elif request.waiting_since is not None and request.requester != SYSTEM:
        wanted.append(waits(request))
    elif stand and request.requester != SYSTEM:
        wanted.append(waits_for_pause(request, stand[0]))
    if request.state.final and request.requester != SYSTEM:
        wanted += direct(request, end, closed)
    besides = gate.edition + sum(pause.version for pause in pauses)
    version = request.version + (closed is not None) + (review.version if review else 0) + besides
    return tuple(replace(each, version=version) for each in wanted)


async def _cards(
    parts: Parts, request: ChangeRequest, channel: str, card: CardNotice
) -> list[Wanted]:
    """Return the card, with a copy where it was asked for (if listed), and one in its incident.

    An incident's channel is anybody's: there a guest has its name only where all may know it.
    """
    came_from = request.origin.incident
    incident = await parts.store.incident(came_from) if came_from else None
    copies = {request.origin.channel} & parts.copy_to()
    there = incident.channel if incident else ""
    first = Wanted(role="card", channel=channel, person=None, notice=card, edited=True)
    copy = replace(first, role="copy")
    wanted = [first, *(replace(copy, channel=other) for other in sorted(copies - {channel, there}))]
    if there and there != channel:
        shown = replace(card, request=await as_seen_in(parts, there, request))
        wanted.append(replace(copy, channel=there, notice=shown))
    return wanted


def _is_shown(request: ChangeRequest, review: Review | None) -> bool:
    """Return whether others have something to do with it: approve, veto, or review."""
    silence = request.decision.wait_ms and request.open
    pending = request.decision.needs_approval and request.state is State.PENDING
    return bool(pending or silence or review)


async def _reminded(
    parts: Parts, request: ChangeRequest, review: Review | None, channel: str
) -> list[Wanted]:
    """Return the newest reminder of an open review."""
    if review is None or not review.open or not review.reminded:
        return []
    details: dict[str, Detail] = {
        "handle": request.handle,
        "people": await _reviewers(parts, request, review) or review.groups,
        "since": Moment(epoch_ms=review.opened_at),
        "why": "one person approved it alone" if review.broke else "nobody had to approve it",
    }
    if review.reminded < REMINDERS:
        details["next"] = Moment(epoch_ms=review.remind_at)
    told = Told(what=Tell.REVIEW_REMINDER, details=details)
    return [in_thread(f"review-{review.reminded}", channel, told)]


async def _called(
    parts: Parts, request: ChangeRequest, channel: str, known: tuple[Card, ...]
) -> list[Wanted]:
    """Return the calls to approvers that are due."""
    posted = frozenset(card.role for card in known if card.ts)
    found = await calls(parts, request, channel, posted)
    return [in_thread(role, channel, told) for role, told in found]


def _channel(parts: Parts, decision: Decision, known: tuple[Card, ...]) -> str:
    """Return the card's channel: where it is, else the rule's, else the approvals channel."""
    alive = next((c.channel for c in known if c.role == "card" and c.dead not in CLOSED), "")
    if alive:
        return alive
    closed = {c.channel for c in known if c.role == "card"}
    choices = (decision.channel, parts.policy().approvals_channel)
    return next((c for c in choices if c and c not in closed), choices[-1])


async def _reviewers(
    parts: Parts, request: ChangeRequest, review: Review | None
) -> tuple[Person, ...]:
    """Return who may close the review; empty where that cannot be told."""
    people = await people_of(parts, request, review.groups if review else ())
    return tuple(person for person in people if review and person != review.broke)


async def _skipped(parts: Parts, request: ChangeRequest, channel: str) -> list[Wanted]:
    """Return what tells of broken glass: loud in the thread, and to each whose word was skipped."""
    glass = request.glass
    if glass is None:
        return []
    groups = request.decision.stoppers
    people = tuple(p for p in await people_of(parts, request, groups) if p != glass.by)
    return [glass_thread(request, glass, channel, people), *glass_told(request, glass, channel)]
