"""What an incident's card shows of guests and nodes: as they are now, by name where all may know it."""

from dataclasses import dataclass, replace

from bot.model.estate import NodeFacts
from bot.model.guest import GuestRef
from bot.model.incident import Incident
from bot.model.incident_view import GuestNow
from bot.model.request import ChangeRequest
from bot.workflow.naming import named_in, nameless, pictures_of
from bot.workflow.parts import Parts


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
    pictures = await pictures_of(parts, refs)
    named = await named_in(parts, incident.channel, incident.opened_by.team_id, refs)
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
        requests=tuple(r if r.plan.target.ref in named else nameless(r) for r in requests),
        guests=tuple(guests),
        nodes=tuple(nodes.values()),
        at=min(shown, default=None),
    )


def _unnamed(incident: Incident, named: frozenset[GuestRef]) -> Incident:
    guests = (g if g.ref in named else replace(g, name="") for g in incident.guests)
    return replace(incident, guests=tuple(guests))
