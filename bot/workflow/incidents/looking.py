"""The job behind every incident: open what is missing, remind, show, and say when to look again."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.model.errors import HypervisorFault, VersionConflict
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.guest import GuestSummary
from bot.model.incident import Attached, Incident
from bot.model.incident_view import (
    GuestNow,
    IncidentAnnounced,
    IncidentCard,
    IncidentDebts,
    IncidentExport,
    NewsDue,
)
from bot.model.intake import Card
from bot.model.notice import Tell, Told
from bot.model.people import SYSTEM, Person, Roster
from bot.model.request import ChangeRequest
from bot.policy import may_ask
from bot.workflow.alone import alone
from bot.workflow.cards import show_each
from bot.workflow.incidents.opening import kept, opened
from bot.workflow.incidents.timeline import timeline
from bot.workflow.parts import Parts
from bot.workflow.wanted import Wanted

LIVE_MS = 60_000
"""How old the figures on an open incident's card may grow."""

EACH_MS = 3_000
"""So much longer for each open incident: Slack takes about 50 edits a minute in all (FACTS §9)."""

REMINDERS = 3
"""A lead is reminded so often, each time after twice as long."""

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
    incident = await _reminded(parts, incident)
    live = LIVE_MS + EACH_MS * len(await parts.store.open_incidents())
    later = await _show(parts, incident, live)
    if incident.channel and not incident.lost:
        incident = await opened(parts, incident)  # the card is there now, to be pinned
        await _export(parts, incident)
    now = await parts.store.now()
    times = [now + later if later is not None else None]
    if incident.open:
        times += [now + live, incident.remind_at]
    return min((at for at in times if at is not None), default=None)


async def _reminded(parts: Parts, incident: Incident) -> Incident:
    """Remind once more if it is time; a few times, at growing distances."""
    every = parts.incidents().updates.get(incident.severity)
    now = await parts.store.now()
    if not incident.open or incident.remind_at is None or now < incident.remind_at or not every:
        return incident
    reminded = incident.reminded + 1
    following = now + every * 2**reminded if reminded < REMINDERS else None
    return await kept(
        parts, replace(incident, reminded=reminded, remind_at=following), "remind", by=SYSTEM
    )


async def _show(parts: Parts, incident: Incident, live: int) -> int | None:
    requests = await parts.store.requests_from(incident.id)
    known = await parts.store.cards(incident.id)
    wanted = [*_announced(parts, incident), *_direct(incident)]
    if incident.channel and not incident.lost:
        wanted += [await _card(parts, incident, requests, known, live), *_news(incident)]
        wanted += _debts(incident, requests)
    return await show_each(parts, incident, wanted, known)


async def _card(
    parts: Parts,
    incident: Incident,
    requests: tuple[ChangeRequest, ...],
    known: Sequence[Card],
    live: int,
) -> Wanted:
    """Return the status card, edited when incident, request or note moved, and for fresh figures."""
    _, noted = await parts.store.notes(incident.id)
    lines = await timeline(parts, incident, requests)
    guests, nodes, read_at = await _figures(parts, incident)
    card = IncidentCard(
        incident=incident,
        guests=guests,
        nodes=nodes,
        requests=tuple(request for request in requests if request.open),
        newest=lines[-NEWEST:],
        at=read_at,
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


async def _figures(
    parts: Parts, incident: Incident
) -> tuple[tuple[GuestNow, ...], tuple[NodeFacts, ...], int | None]:
    """Return the guests and their nodes as the inventory shows them, and since when."""
    pictures = await _pictures(parts, {guest.ref.cluster for guest in incident.guests})
    named = await _named_to_all(parts, incident, pictures)
    guests, nodes = [], dict[str, NodeFacts]()
    for guest in incident.guests:
        picture = pictures.get(guest.ref.cluster)
        now = picture.guest(guest.ref) if picture else None
        guests.append(GuestNow(guest=guest, now=now, named=guest in named))
        node = picture.node(now.node) if picture and now else None
        if node is not None:
            nodes[node.name] = node
    read_at = min((picture.read_at for picture in pictures.values()), default=None)
    return tuple(guests), tuple(nodes.values()), read_at


async def _pictures(parts: Parts, clusters: set[str]) -> dict[str, ClusterPicture]:
    found = {}
    for cluster in clusters:
        try:
            found[cluster] = await parts.inventory.picture(cluster)
        except HypervisorFault as fault:
            log.info("an incident's card waits for figures", cluster=cluster, fault=str(fault))
    return found


async def _named_to_all(
    parts: Parts, incident: Incident, pictures: dict[str, ClusterPicture]
) -> frozenset[Attached]:
    """Return the guests whose names everybody in the channel may know; without roles, all of them.

    None of them where Slack does not tell who is there.
    """
    if not parts.policy().roles or not incident.guests:
        return frozenset(incident.guests)
    roster = await parts.directory.roster(last_known=True)
    there = await parts.directory.in_channel(incident.channel)
    if there is None:
        return frozenset()
    team = incident.opened_by.team_id
    ours = await parts.channels.own_id()
    people = [Person(team_id=team, user_id=user) for user in there - {ours}]
    seen = []
    for guest in incident.guests:
        picture = pictures.get(guest.ref.cluster)
        now = picture.guest(guest.ref) if picture else None
        if now is not None and _all_see(parts, roster, people, now):
            seen.append(guest)
    return frozenset(seen)


def _all_see(parts: Parts, roster: Roster, people: Sequence[Person], guest: GuestSummary) -> bool:
    return all(may_ask(parts.policy(), roster, person, guest, "view") for person in people)


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
    """Return what its lead (else who opened it) is told where its channel takes no messages."""
    if incident.channel and not incident.lost:
        return []
    person, what = incident.lead or incident.opened_by, Tell.INCIDENT_LOST
    if not incident.channel and incident.open:
        return []
    why = incident.lost or incident.summary
    told = Told(what=what, details={"handle": incident.handle, "why": why})
    return [
        Wanted(
            role=f"lost-{incident.channel}", channel="", person=person, notice=told, edited=False
        )
    ]


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
    export = IncidentExport(incident=incident, lines=lines, requests=requests)
    await parts.channels.share(incident.channel, export)
    await parts.store.put_card(done)
