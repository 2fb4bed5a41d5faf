"""What an incident's card shows of guests and nodes: as they are now, by name where all may know it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.model.errors import HypervisorFault
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.guest import GuestRef, GuestSummary
from bot.model.incident import Incident
from bot.model.incident_view import GuestNow
from bot.model.people import Person, Roster
from bot.model.request import ChangeRequest
from bot.policy import may_ask
from bot.workflow.parts import Parts

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The guests and their nodes as the inventory shows them, and since when (ms).

    `incident` and `requests` are those that were given, without the names that not everybody in the
    channel may know.
    """

    incident: Incident
    requests: tuple[ChangeRequest, ...]
    guests: tuple[GuestNow, ...]
    nodes: tuple[NodeFacts, ...]
    at: int | None


async def figures(parts: Parts, incident: Incident, requests: tuple[ChangeRequest, ...]) -> Figures:
    """Return what may be shown of an incident in its channel."""
    refs = {g.ref for g in incident.guests} | {r.plan.target.ref for r in requests}
    pictures = await _pictures(parts, {ref.cluster for ref in refs})
    named = await _named_to_all(parts, incident, refs, pictures)
    guests, nodes = [], dict[str, NodeFacts]()
    for guest in incident.guests:
        picture = pictures.get(guest.ref.cluster)
        now = picture.guest(guest.ref) if picture else None
        guests.append(GuestNow(guest=guest, now=now, named=guest.ref in named))
        node = picture.node(now.node) if picture and now else None
        if node is not None:
            nodes[node.name] = node
    own = {guest.ref for guest in incident.guests}
    shown = [
        picture.read_at for name, picture in pictures.items() if name in {r.cluster for r in own}
    ]
    return Figures(
        incident=_unnamed(incident, named),
        requests=tuple(r if r.plan.target.ref in named else _nameless(r) for r in requests),
        guests=tuple(guests),
        nodes=tuple(nodes.values()),
        at=min(shown, default=None),
    )


def _unnamed(incident: Incident, named: frozenset[GuestRef]) -> Incident:
    guests = (g if g.ref in named else replace(g, name="") for g in incident.guests)
    return replace(incident, guests=tuple(guests))


def _nameless(request: ChangeRequest) -> ChangeRequest:
    plan = request.plan
    target = replace(plan.target, name=plan.target.ref.word)
    return replace(request, plan=replace(plan, target=target))


async def _pictures(parts: Parts, clusters: set[str]) -> dict[str, ClusterPicture]:
    found = {}
    for cluster in clusters:
        try:
            found[cluster] = await parts.inventory.picture(cluster)
        except HypervisorFault as fault:
            log.info("an incident's card waits for figures", cluster=cluster, fault=str(fault))
    return found


async def _named_to_all(
    parts: Parts,
    incident: Incident,
    refs: Collection[GuestRef],
    pictures: dict[str, ClusterPicture],
) -> frozenset[GuestRef]:
    """Return the guests whose names everybody in the channel may know; without roles, all of them.

    None of them where Slack does not tell who is there.
    """
    if not parts.policy().roles or not refs:
        return frozenset(refs)
    roster = await parts.directory.roster(last_known=True)
    there = await parts.directory.in_channel(incident.channel)
    if there is None:
        return frozenset()
    team = incident.opened_by.team_id
    ours = await parts.channels.own_id()
    people = [Person(team_id=team, user_id=user) for user in there - {ours}]
    seen = []
    for ref in refs:
        picture = pictures.get(ref.cluster)
        now = picture.guest(ref) if picture else None
        if now is not None and _all_see(parts, roster, people, now):
            seen.append(ref)
    return frozenset(seen)


def _all_see(parts: Parts, roster: Roster, people: Sequence[Person], guest: GuestSummary) -> bool:
    return all(may_ask(parts.policy(), roster, person, guest, "view") for person in people)
