"""The messages of an incident: card, announcement, reminders, what is owed at its end; and its files."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.model.errors import SlackFault
from bot.model.incident import Incident, Note
from bot.model.incident_view import (
    IncidentAnnounced,
    IncidentCard,
    IncidentDebts,
    IncidentExport,
    NewsDue,
)
from bot.model.intake import Card
from bot.model.notice import Declined, Notice, Told
from bot.model.people import SYSTEM
from bot.model.refusal import Detail, Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.model.tell import Tell
from bot.policy import grants_of
from bot.workflow.cards import show_each
from bot.workflow.incidents.figures import Figures, figures
from bot.workflow.incidents.opening import PASSES
from bot.workflow.incidents.timeline import timeline
from bot.workflow.parts import Parts
from bot.workflow.saying import Wanted

log = structlog.get_logger(__name__)

REFRESHES = 1_000_000
"""More than a card is refreshed between two moves."""

NEWEST = 3
"""Lines of the timeline that the card shows."""


async def show_incident(
    parts: Parts, incident: Incident, held: tuple[str, ...], live: int
) -> int | None:
    """Show every message of an incident; return how soon (ms) to try again if one could not be."""
    known = await parts.store.cards(incident.id)
    wanted = [*_announced(parts, incident), *_direct(incident)]
    if incident.channel and not incident.lost:
        seen, notes, moves = await _seen(parts, incident)
        card = await _card(parts, seen, notes, held)
        edition = await _edition(parts, incident, moves, known, live)
        wanted.append(_message("card", incident.channel, card, edition))
        wanted += [*_news(incident), *await _debts(parts, incident, seen.requests)]
    return await show_each(parts, incident, wanted, known)


async def _seen(parts: Parts, incident: Incident) -> tuple[Figures, tuple[Note, ...], int]:
    """Return what the channel may see, its notes, and a sum of the versions of all that its card shows.

    The versions are read before what they count: the card may be newer than the sum says, never older.
    """
    requests = await parts.store.requests_from(incident.id)
    notes, noted = await parts.store.notes(incident.id)
    pauses = await parts.store.pauses(*parts.hypervisor.clusters())
    moves = incident.version + noted + sum(pause.version for pause in pauses)
    moves += sum(request.version for request in requests)
    return await figures(parts, incident, requests), notes, moves


async def _card(
    parts: Parts, seen: Figures, notes: tuple[Note, ...], held: tuple[str, ...]
) -> IncidentCard:
    lines = await timeline(parts, seen.incident, seen.requests, notes)
    return IncidentCard(
        incident=seen.incident,
        guests=seen.guests,
        nodes=seen.nodes,
        requests=tuple(request for request in seen.requests if request.open),
        newest=lines[-NEWEST:],
        held=held,
        at=seen.at,
    )


async def _edition(
    parts: Parts, incident: Incident, moves: int, known: Sequence[Card], live: int
) -> int:
    """Return the card's version: a new one for each move, and one more each time figures are due."""
    edition = moves * REFRESHES
    here = (c for c in known if c.role == "card" and c.channel == incident.channel)
    shown = next(here, None)
    if shown is None or shown.version < edition or not incident.open:
        return edition
    due = await parts.store.lease(f"figures:{incident.id}", str(shown.version), live // 1000)
    return shown.version + due


def _message(role: str, channel: str, notice: Notice, edition: int | None = None) -> Wanted:
    """Return a message of a channel; with an edition it is edited, else it stays as it was posted."""
    return Wanted(
        role=role,
        channel=channel,
        person=None,
        notice=notice,
        edited=edition is not None,
        version=edition or 0,
    )


def _announced(parts: Parts, incident: Incident) -> list[Wanted]:
    """Return the announcement, once there is a channel to point at."""
    channel = parts.incidents().announce_in
    if not channel or not incident.channel:
        return []
    announced = IncidentAnnounced(incident=incident)
    return [_message("announced", channel, announced, incident.news_at)]


def _news(incident: Incident) -> list[Wanted]:
    """Return the newest reminder."""
    if not incident.open or not incident.reminded:
        return []
    role = f"news-{incident.reminded_at}"
    return [_message(role, incident.channel, NewsDue(incident=incident))]


def _direct(incident: Incident) -> list[Wanted]:
    """Return what its lead (else who opened it) is told where there is no channel, or it is lost."""
    person = incident.lead or incident.opened_by
    if person == SYSTEM:
        return []
    if not incident.channel and not incident.open:
        notice: Notice = Declined(refusal=no_channel(incident))
    elif incident.lost and incident.open:
        details: dict[str, Detail] = {"handle": incident.handle, "why": incident.lost}
        notice = Told(what=Tell.INCIDENT_LOST, details=details)
    else:
        return []
    role = f"lost-{incident.channel or incident.closed_at}"
    return [Wanted(role=role, channel="", person=person, notice=notice, edited=False)]


def no_channel(incident: Incident) -> Refusal:
    """Return why an incident ended before it had a channel, and what would work."""
    why = next((failed.why for failed in incident.failed), incident.summary)
    return refuse(Reason.NO_CHANNEL, why=why)


async def _debts(
    parts: Parts, incident: Incident, requests: tuple[ChangeRequest, ...]
) -> list[Wanted]:
    """Return what is to be decided at its end: one message for each end."""
    if incident.open or incident.closed_at is None:
        return []
    left = owed(requests)
    reviews = [await parts.store.review(request.id) for request in left if request.glass]
    to_review = frozenset(r.request_id for r in reviews if r is not None and r.open)
    debts = IncidentDebts(incident=incident, requests=left, to_review=to_review)
    edition = incident.version + sum(request.version for request in requests)
    edition += sum(review.version for review in reviews if review is not None)
    return [_message(f"closed-{incident.closed_at}", incident.channel, debts, edition)]


def owed(requests: tuple[ChangeRequest, ...]) -> tuple[ChangeRequest, ...]:
    """Return what is to be decided: increases that only the incident's rules, or one person, approved."""
    return tuple(
        request
        for request in requests
        if request.outcome is not None
        and (request.decision.incident or request.glass)
        and grants_of(request)
    )


async def share_record(parts: Parts, incident: Incident) -> None:
    """Share the timeline as files, once for each time that it was closed.

    What Slack does not allow is logged and not tried again: an incident ends without it, too.
    """
    if incident.open or incident.closed_at is None:
        return
    done = Card(
        request_id=incident.id, role=f"files-{incident.closed_at}", channel=incident.channel
    )
    if (done.role, done.channel) in {
        (card.role, card.channel) for card in await parts.store.cards(incident.id)
    }:
        return
    requests = await parts.store.requests_from(incident.id)
    notes, _ = await parts.store.notes(incident.id)
    lines = await timeline(parts, incident, requests, notes)
    seen = await figures(parts, incident, requests)
    export = IncidentExport(incident=seen.incident, lines=lines, requests=seen.requests)
    try:
        await parts.channels.share(incident.channel, export)
    except SlackFault as fault:
        if fault.code in PASSES:
            raise
        log.error("the record of an incident cannot be shared", code=fault.code)  # noqa: TRY400 - no bug
        done = replace(done, dead=fault.code)
    await parts.store.put_card(done)
