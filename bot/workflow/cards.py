"""Cards: the messages that show a request, rendered whole from the record.

Rendering is no transition: a card that fails to show changes no request. One writer per request (a
lease), which edits, reads again, and goes on until card and record agree; the due-set stands behind
it. A message is posted once: the intention is stored first, and after a crash it is looked for by
its metadata before anything is posted again. Should two have been posted all the same (a writer that
was paused past its lease), the one that is noted first stays, and the other is taken away.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import structlog

from bot.model.errors import SlackFault
from bot.model.intake import Card
from bot.model.people import Person
from bot.model.request import ChangeRequest, State
from bot.workflow.alone import alone
from bot.workflow.home import refresh_homes
from bot.workflow.parts import Parts
from bot.workflow.saying import Wanted
from bot.workflow.waiting import next_call
from bot.workflow.wanted import CLOSED, wanted_messages

log = structlog.get_logger(__name__)

GONE = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})
"""Slack's words for a message that can no longer be edited."""

NEVER = frozenset(
    {
        "invalid_blocks",
        "invalid_arguments",
        "msg_too_long",
        "no_text",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "users_not_found",
    }
)
"""Words for a message that will not be taken however often it is sent. All others may pass."""

TRY_AGAIN = 10_000
"""How soon a card that could not be shown is tried again, in ms."""

EDIT_EVERY = 2_000
"""Progress is edited into a card at most this often (ms); a decision always at once."""


class Record(Protocol):
    """What messages are about: a request, or an incident."""

    @property
    def id(self) -> str:
        """Return the id in the messages' metadata."""
        ...

    @property
    def created_at(self) -> int:
        """Return since when (ms) there may be messages."""
        ...

    @property
    def open(self) -> bool:
        """Return whether a message that is gone is worth another."""
        ...


async def show(parts: Parts, request_id: str) -> None:
    """Bring every message about a request up to date."""
    member = f"card:{request_id}"
    await alone(parts, member, lambda: _until_equal(parts, member, request_id))


async def _until_equal(parts: Parts, member: str, request_id: str) -> int | None:
    """Show the request until nothing moved meanwhile; return when it is due again, if it is."""
    while True:
        due = await parts.store.due_at(member)
        request = await parts.store.request(request_id)
        if request is None:
            await parts.store.drop_due(member)
            return None
        structlog.contextvars.bind_contextvars(handle=request.handle)
        began = await parts.store.now()
        later = await _too_soon(parts, request) or await _show_all(parts, request)
        await refresh_homes(parts)
        now = await parts.store.now()
        times = (None if later is None else now + later, next_call(parts, request, began))
        to = min((at for at in times if at is not None), default=None)
        if await parts.store.move_due(member, due, to):
            return to


async def _too_soon(parts: Parts, request: ChangeRequest) -> int | None:
    """Return how long (ms) a mere progress edit has to wait, None if it may be shown now.

    Every edit keeps the next progress edit away for a while; what is no progress never waits.
    """
    free = await parts.store.lease(f"edit:{request.id}", str(request.version), EDIT_EVERY // 1000)
    return None if free or request.state is not State.RUNNING else EDIT_EVERY


async def _show_all(parts: Parts, request: ChangeRequest) -> int | None:
    """Show every message of a request; return how soon to try again if one could not be."""
    known = await parts.store.cards(request.id)
    return await show_each(parts, request, await wanted_messages(parts, request, known), known)


async def show_each(
    parts: Parts, record: Record, several: Sequence[Wanted], cards: Sequence[Card]
) -> int | None:
    """Show wanted messages, of which `cards` are there; return how soon (ms) to try again, if ever.

    A thread, and what one person is told, keep their order: what follows a lost message waits for it.
    """
    known = {(c.role, c.channel): c for c in cards}
    later, lost = None, set[tuple[str, Person | None]]()
    for wanted in several:
        row = (wanted.channel, wanted.person)
        in_order = wanted.thread or wanted.person is not None
        if in_order and row in lost:
            continue
        card = _card_of(known, wanted, record)
        try:
            await _show(parts, record, wanted, card)
        except SlackFault as fault:
            passes = fault.code not in GONE | CLOSED | NEVER
            later = TRY_AGAIN if passes else (later or 0)
            if passes and in_order:
                lost.add(row)
            if not passes:
                await _give_up(parts, record, wanted, card, fault.code)
    return later


async def _give_up(
    parts: Parts, record: Record, wanted: Wanted, card: Card | None, code: str
) -> None:
    """Note that a message cannot be shown; one that is merely malformed may work next time."""
    log.error("a message cannot be shown", role=wanted.role, code=code)
    began = Card(request_id=record.id, role=wanted.role, channel=wanted.channel)
    card = card or began
    if card.ts and code not in CLOSED | GONE:
        await parts.store.put_card(replace(card, version=wanted.version))
    else:
        await parts.store.put_card(replace(card, dead=code))


def _card_of(known: dict[tuple[str, str], Card], wanted: Wanted, record: Record) -> Card | None:
    card = known.get((wanted.role, wanted.channel))
    if card and card.dead in GONE and record.open:
        return None
    return card


async def _show(parts: Parts, record: Record, wanted: Wanted, card: Card | None) -> None:
    if card is not None and (card.dead or (card.ts and not wanted.edited)):
        return
    if card is not None and card.ts:
        await _edit(parts, wanted, card)
    elif not wanted.thread or await _thread_ts(parts, record, wanted):
        await _post_once(parts, record, wanted, card)


async def _edit(parts: Parts, wanted: Wanted, card: Card) -> None:
    """Bring a message that is there up to date."""
    if card.version < wanted.version:
        channel = await _channel_of(parts, wanted)
        await parts.messenger.update(channel, card.ts, wanted.notice)
        await parts.store.put_card(replace(card, version=wanted.version))


async def _post_once(parts: Parts, record: Record, wanted: Wanted, card: Card | None) -> None:
    """Post a message, unless a former try did and its answer was lost: that one may be old by now."""
    began = Card(request_id=record.id, role=wanted.role, channel=wanted.channel)
    if card is None:
        await parts.store.put_card(began)
    elif not card.dead and (found := await _found(parts, record, wanted)):
        there = replace(began, ts=found, version=0 if wanted.edited else wanted.version)
        await parts.store.put_card(there)
        await _edit(parts, wanted, there)
        return
    ts = await _post(parts, record, wanted)
    posted = replace(began, ts=ts, version=wanted.version)
    if await parts.store.put_posted(posted) != ts:  # another writer noted its own first
        await parts.messenger.take_away(await _channel_of(parts, wanted), ts)


async def _channel_of(parts: Parts, wanted: Wanted) -> str:
    if wanted.person is not None:
        return await parts.messenger.direct_channel(wanted.person)
    return wanted.channel


async def _found(parts: Parts, record: Record, wanted: Wanted) -> str:
    channel = await _channel_of(parts, wanted)
    thread = await _thread_ts(parts, record, wanted)
    seen = await parts.messenger.find(
        channel, record.id, wanted.role, record.created_at, thread=thread
    )
    for twin in seen[1:]:
        await parts.messenger.take_away(channel, twin)
    return seen[0] if seen else ""


async def _thread_ts(parts: Parts, record: Record, wanted: Wanted) -> str:
    if not wanted.thread:
        return ""
    cards = await parts.store.cards(record.id)
    return next((c.ts for c in cards if c.role == "card" and c.channel == wanted.channel), "")


async def _post(parts: Parts, record: Record, wanted: Wanted) -> str:
    if wanted.person is not None:
        _, ts = await parts.messenger.tell(
            wanted.person, wanted.notice, request_id=record.id, role=wanted.role
        )
        return ts
    return await parts.messenger.post(
        wanted.channel,
        wanted.notice,
        request_id=record.id,
        role=wanted.role,
        thread=await _thread_ts(parts, record, wanted),
    )
