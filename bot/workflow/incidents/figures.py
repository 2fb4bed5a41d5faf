"""What an incident's card shows of guests and nodes: as they are now, by name where all may know it."""

from collections.abc import Sequence

import structlog

from bot.model.errors import HypervisorFault
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.guest import GuestSummary
from bot.model.incident import Attached, Incident
from bot.model.incident_view import GuestNow
from bot.model.people import Person, Roster
from bot.policy import may_ask
from bot.workflow.parts import Parts

log = structlog.get_logger(__name__)


async def figures(
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
