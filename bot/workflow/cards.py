"""Cards: the messages that show a request, rendered whole from the record.

Rendering is no transition: a card that fails to show changes no request. One writer per request (a
lease), which edits, reads again, and goes on until card and record agree; the due-set stands behind
it. A message is posted once: the intention is stored first, and after a crash it is looked for by
its metadata before anything is posted again.
"""

from dataclasses import dataclass, replace

import structlog

from bot.model.errors import SlackFault
from bot.model.intake import Card
from bot.model.notice import CardNotice, Declined, Notice, ResultNotice, Tell, Told
from bot.model.people import SYSTEM, Person
from bot.model.policy import Decision, RuleAsk, still_needed
from bot.model.refusal import Detail, Refusal
from bot.model.request import ChangeRequest, State
from bot.policy import eligible
from bot.workflow.parts import Parts

log = structlog.get_logger(__name__)

GONE = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})
"""Slack's words for a message that can no longer be edited."""

CLOSED = frozenset({"channel_not_found", "is_archived", "not_in_channel", "is_inactive"})
"""Slack's words for a channel that takes no messages."""

PASSING = frozenset(
    {
        "",
        "ratelimited",
        "fatal_error",
        "internal_error",
        "service_unavailable",
        "request_timeout",
        "token_revoked",
        "invalid_auth",
        "account_inactive",
    }
)
"""Words for what passes, or that an administrator mends; empty: no answer at all. Tried again."""

TRY_AGAIN = 10_000
"""How soon a card that could not be shown is tried again, in ms."""

EDIT_EVERY = 2_000
"""Progress is edited into a card at most this often (ms); a decision always at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One message that the request should have: where, and what it says."""

    role: str
    channel: str
    person: Person | None
    notice: Notice
    edited: bool
    thread: bool = False


async def show(parts: Parts, request_id: str) -> None:
    """Bring every message about a request up to date."""
    owner = parts.clock.token(64)
    if not await parts.store.lease(f"card:{request_id}", owner, 30):
        return
    try:
        await _until_equal(parts, request_id)
    finally:
        await parts.store.release(f"card:{request_id}", owner)


async def _until_equal(parts: Parts, request_id: str) -> None:
    member = f"card:{request_id}"
    while True:
        due = await parts.store.due_at(member)
        request = await parts.store.request(request_id)
        if request is None:
            await parts.store.drop_due(member)
            return
        later = await _too_soon(parts, request) or await _show_all(parts, request)
        to = None if later is None else await parts.store.now() + later
        if await parts.store.move_due(member, due, to):
            return


async def _too_soon(parts: Parts, request: ChangeRequest) -> int | None:
    """Return how long (ms) a mere progress edit has to wait, None if it may be shown now.

    Every edit keeps the next progress edit away for a while; what is no progress never waits.
    """
    free = await parts.store.lease(f"edit:{request.id}", str(request.version), EDIT_EVERY // 1000)
    return None if free or request.state is not State.RUNNING else EDIT_EVERY


async def _show_all(parts: Parts, request: ChangeRequest) -> int | None:
    """Show every wanted message; return how soon to try again if one could not be."""
    known = {(c.role, c.channel): c for c in await parts.store.cards(request.id)}
    later = None
    for wanted in await _wanted(parts, request, tuple(known.values())):
        card = _card_of(known, wanted, request)
        try:
            await _show(parts, request, wanted, card)
        except SlackFault as fault:
            passes = fault.code in PASSING
            later = TRY_AGAIN if passes else (later or 0)
            if not passes:
                await _give_up(parts, request, wanted, card, fault.code)
    return later


async def _give_up(
    parts: Parts, request: ChangeRequest, wanted: Wanted, card: Card | None, code: str
) -> None:
    """Note that a message cannot be shown; one that is merely malformed may work next time."""
    log.error("a message cannot be shown", handle=request.handle, role=wanted.role, code=code)
    began = Card(request_id=request.id, role=wanted.role, channel=wanted.channel)
    card = card or began
    if card.ts and code not in CLOSED | GONE:
        await parts.store.put_card(replace(card, version=request.version))
    else:
        await parts.store.put_card(replace(card, dead=code))


def _card_of(
    known: dict[tuple[str, str], Card], wanted: Wanted, request: ChangeRequest
) -> Card | None:
    card = known.get((wanted.role, wanted.channel))
    if card and card.dead in GONE and request.open:
        return None
    return card


async def _wanted(
    parts: Parts, request: ChangeRequest, known: tuple[Card, ...]
) -> tuple[Wanted, ...]:
    wanted: list[Wanted] = []
    end = await parts.store.open_end(request.id)
    shared = any(card.role == "card" for card in known)
    if shared or (request.decision.needs_approval and request.state is State.PENDING):
        card = CardNotice(
            request=request, approvers=await approvers_of(parts, request), open_end=end
        )
        channel = _channel(parts, request.decision, known)
        wanted.append(Wanted(role="card", channel=channel, person=None, notice=card, edited=True))
        if request.origin.channel in parts.copy_to - {channel}:
            copy = replace(wanted[0], role="copy", channel=request.origin.channel)
            wanted.append(copy)
        wanted += _thread(request, channel)
        wanted += _asked_anew(request, channel)
    if request.state.final and request.requester != SYSTEM:
        result = ResultNotice(request=request, open_end=end)
        person = request.requester
        wanted.append(Wanted(role="result", channel="", person=person, notice=result, edited=False))
    return tuple(wanted)


def _thread(request: ChangeRequest, channel: str) -> list[Wanted]:
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
        said.append(_in_thread("thread-result", channel, ResultNotice(request=request)))
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


async def approvers_of(parts: Parts, request: ChangeRequest) -> tuple[Person, ...]:
    """Return whose vote is missing; empty while Slack cannot be asked or nobody's is."""
    if request.state is not State.PENDING:
        return ()
    try:
        roster = await parts.directory.roster()
    except SlackFault:
        return ()
    left = still_needed(request.decision, request.votes)
    missing = replace(request.decision, asks=(RuleAsk(rule="", quorums=left),))
    voted = {person.user_id for person in request.voters()}
    names = (n for n in eligible(roster, missing, request.requester) if n not in voted)
    return tuple(Person(team_id=request.requester.team_id, user_id=name) for name in names)


async def _show(parts: Parts, request: ChangeRequest, wanted: Wanted, card: Card | None) -> None:
    if card is not None and (card.dead or (card.ts and not wanted.edited)):
        return
    if card is not None and card.ts:
        if card.version < request.version:
            await parts.messenger.update(wanted.channel, card.ts, wanted.notice)
            await parts.store.put_card(replace(card, version=request.version))
        return
    if not wanted.thread or await _thread_ts(parts, request, wanted):
        await _post_once(parts, request, wanted, card)


async def _post_once(
    parts: Parts, request: ChangeRequest, wanted: Wanted, card: Card | None
) -> None:
    """Post a message, unless a former try did and its answer was lost."""
    began = Card(request_id=request.id, role=wanted.role, channel=wanted.channel)
    if card is None:
        await parts.store.put_card(began)
    elif not card.dead and (found := await _found(parts, request, wanted)):
        await parts.store.put_card(replace(began, ts=found, version=0 if wanted.edited else 1))
        return
    ts = await _post(parts, request, wanted)
    await parts.store.put_card(replace(began, ts=ts, version=request.version))


async def _found(parts: Parts, request: ChangeRequest, wanted: Wanted) -> str:
    channel = wanted.channel
    if wanted.person is not None:
        channel = await parts.messenger.direct_channel(wanted.person)
    thread = await _thread_ts(parts, request, wanted)
    seen = await parts.messenger.find(
        channel, request.id, wanted.role, request.created_at, thread=thread
    )
    return seen[-1] if seen else ""


async def _thread_ts(parts: Parts, request: ChangeRequest, wanted: Wanted) -> str:
    if not wanted.thread:
        return ""
    cards = await parts.store.cards(request.id)
    return next((c.ts for c in cards if c.role == "card" and c.channel == wanted.channel), "")


async def _post(parts: Parts, request: ChangeRequest, wanted: Wanted) -> str:
    if wanted.person is not None:
        _, ts = await parts.messenger.tell(
            wanted.person, wanted.notice, request_id=request.id, role=wanted.role
        )
        return ts
    return await parts.messenger.post(
        wanted.channel,
        wanted.notice,
        request_id=request.id,
        role=wanted.role,
        thread=await _thread_ts(parts, request, wanted),
    )
