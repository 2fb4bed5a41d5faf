"""The job behind every incident: open what is missing, remind, show, and say when to look again."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.model.errors import VersionConflict
from bot.model.incident import Incident, Step, with_news, without_step
from bot.model.incident_view import (
    IncidentAnnounced,
    IncidentCard,
    IncidentDebts,
    IncidentExport,
    NewsDue,
)
from bot.model.intake import Card
from bot.model.notice import Declined, Notice, Tell, Told
from bot.model.people import SYSTEM
from bot.model.refusal import Detail, Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.workflow.alone import alone
from bot.workflow.cards import GONE, show_each
from bot.workflow.home import refresh_homes
from bot.workflow.incidents.figures import Figures, figures
from bot.workflow.incidents.news import next_reminder
from bot.workflow.incidents.opening import card_of, kept, lose, opened
from bot.workflow.incidents.timeline import timeline
from bot.workflow.parts import Parts
from bot.workflow.wanted import CLOSED, Wanted

REFRESHES = 1_000_000
"""More than a card is refreshed between two moves."""

NEWEST = 3
"""Lines of the timeline that the card shows."""

log = structlog.get_logger(__name__)


async def look(parts: Parts, incident_id: str) -> None:
    """Bring an incident's channel up to date with its record, and file when to look again."""
    member = f"incident:{incident_id}"
    await alone(parts, member, lambda: _look(parts, member, incident_id))


async def _look(parts: Parts, member: str, incident_id: str) -> int | None:
    while True:
        due = await parts.store.due_at(member)
        incident = await parts.store.incident(incident_id)
        if incident is None:
            await parts.store.drop_due(member)
            return None
        structlog.contextvars.bind_contextvars(handle=incident.handle)
        try:
            to = await _once(parts, incident)
        except VersionConflict:  # somebody changed it meanwhile: look at what it is now
            continue
        if await parts.store.move_due(member, due, to):
            return to


async def _once(parts: Parts, incident: Incident) -> int | None:
    """Do what is to be done now; return when there is more."""
    incident = await opened(parts, incident)
    incident = await _reminded(parts, await _led(parts, incident))
    terms = parts.terms()
    live = terms.live_every + terms.live_each * len(await parts.store.open_incidents())
    later = await _show(parts, incident, live)
    shown, incident = incident, await _shown(parts, incident)
    if (shown.lost, shown.failed) != (incident.lost, incident.failed):
        later = await _show(parts, incident, live)
    await refresh_homes(parts)
    now = await parts.store.now()
    times = [now + later if later is not None else None]
    if incident.open:
        times += [now + live, incident.remind_at]
    return min((at for at in times if at is not None), default=None)


async def _shown(parts: Parts, incident: Incident) -> Incident:
    """Do what can only be done once the card was shown: pin it, and share the record at the end.

    A card that its channel does not take means that the channel is lost; one that is gone is replaced.
    """
    if not incident.channel or incident.lost:
        return incident
    card = await card_of(parts, incident)
    if card is not None and card.dead in CLOSED:
        return await lose(parts, incident, card.dead)
    if card is not None and card.dead in GONE and Step.PIN in incident.done:
        return await kept(parts, without_step(incident, Step.PIN))
    incident = await opened(parts, incident)
    await _export(parts, incident)
    return incident


async def _reminded(parts: Parts, incident: Incident) -> Incident:
    """Remind once more if it is time."""
    now = await parts.store.now()
    if not incident.open or incident.remind_at is None or now < incident.remind_at:
        return incident
    number = incident.reminded + 1
    following = next_reminder(parts, incident, now, number)
    return await kept(parts, replace(incident, reminded=number, remind_at=following), "remind")


async def _led(parts: Parts, incident: Incident) -> Incident:
    """Free the lead of an incident whose lead's account was closed."""
    if incident.lead is None or not incident.open:
        return incident
    account = await parts.directory.account(incident.lead, last_known=True)
    if not account.refused_because:
        return incident
    now = await parts.store.now()
    free = replace(with_news(incident, now), lead=None)
    return await kept(parts, free, "no lead", account.refused_because)


async def _show(parts: Parts, incident: Incident, live: int) -> int | None:
    known = await parts.store.cards(incident.id)
    wanted = [*_announced(parts, incident), *_direct(incident)]
    if incident.channel and not incident.lost:
        _, noted = await parts.store.notes(incident.id)
        requests = await parts.store.requests_from(incident.id)
        seen = await figures(parts, incident, requests)
        wanted += [await _card(parts, seen, noted, known, live), *_news(incident)]
        wanted += _debts(incident, seen.requests)
    return await show_each(parts, incident, wanted, known)


async def _card(
    parts: Parts, seen: Figures, noted: int, known: Sequence[Card], live: int
) -> Wanted:
    """Return the status card, edited when incident, request or note moved, and for fresh figures."""
    incident, requests = seen.incident, seen.requests
    lines = await timeline(parts, incident, requests)
    card = IncidentCard(
        incident=incident,
        guests=seen.guests,
        nodes=seen.nodes,
        requests=tuple(request for request in requests if request.open),
        newest=lines[-NEWEST:],
        at=seen.at,
    )
    moves = incident.version + noted + sum(request.version for request in requests)
    here = (c for c in known if c.role == "card" and c.channel == incident.channel)
    return Wanted(
        role="card",
        channel=incident.channel,
        person=None,
        notice=card,
        edited=True,
        version=await _edition(parts, incident, moves, next(here, None), live),
    )


async def _edition(
    parts: Parts, incident: Incident, moves: int, shown: Card | None, live: int
) -> int:
    """Return the card's version: a new one for each move, and one more each time figures are due.

    `moves` is a sum of versions, read before what the card shows: it may lag behind, never lead.
    """
    edition = moves * REFRESHES
    if shown is None or shown.version < edition or not incident.open:
        return edition
    due = await parts.store.lease(f"figures:{incident.id}", str(shown.version), live // 1000)
    return shown.version + due


def _announced(parts: Parts, incident: Incident) -> list[Wanted]:
    """Return the announcement, once there is a channel to point at."""
    channel = parts.incidents().announce_in
    if not channel or not incident.channel:
        return []
    notice = IncidentAnnounced(incident=incident)
    return [
        Wanted(
            role="announced",
            channel=channel,
            person=None,
            notice=notice,
            edited=True,
            version=max(incident.news_at, 1),
        )
    ]


def _news(incident: Incident) -> list[Wanted]:
    """Return the newest reminder."""
    if not incident.open or not incident.reminded:
        return []
    role = f"news-{incident.news_at}-{incident.reminded}"
    return [_posted(role, incident.channel, NewsDue(incident=incident))]


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
    role = f"lost-{incident.channel}"
    return [Wanted(role=role, channel="", person=person, notice=notice, edited=False)]


def no_channel(incident: Incident) -> Refusal:
    """Return why an incident ended before it had a channel, and what would work."""
    why = next((failed.why for failed in incident.failed), incident.summary)
    return refuse(Reason.NO_CHANNEL, why=why)


def _debts(incident: Incident, requests: tuple[ChangeRequest, ...]) -> list[Wanted]:
    """Return what is to be decided at its end: one message for each end."""
    if incident.open or incident.closed_at is None:
        return []
    notice = IncidentDebts(incident=incident, requests=owed(requests))
    version = max(incident.changed_at, *(r.ended_at or 0 for r in requests), 0)
    return [
        replace(
            _posted(f"closed-{incident.closed_at}", incident.channel, notice),
            edited=True,
            version=version,
        )
    ]


def owed(requests: tuple[ChangeRequest, ...]) -> tuple[ChangeRequest, ...]:
    """Return the requests that changed something, each to be kept, given back or reviewed."""
    return tuple(request for request in requests if request.outcome is not None)


def _posted(role: str, channel: str, notice: NewsDue | IncidentDebts) -> Wanted:
    return Wanted(role=role, channel=channel, person=None, notice=notice, edited=False)


async def _export(parts: Parts, incident: Incident) -> None:
    """Share the timeline as files, once for each time that it was closed."""
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
    lines = await timeline(parts, incident, requests)
    seen = await figures(parts, incident, requests)
    export = IncidentExport(incident=seen.incident, lines=lines, requests=seen.requests)
    await parts.channels.share(incident.channel, export)
    await parts.store.put_card(done)
