"""Links into the web UI become cards, in channels that the configuration lists.

Listing a channel says that everybody in it may see what a member who posts a link may see: so the
guest has to be one that this member sees, and the card shows figures, no names of others.
"""

from bot.capacity import rooms
from bot.model.errors import HypervisorFault
from bot.model.guest import GuestRef
from bot.model.intake import Intake
from bot.model.link import PointsAt, points_at
from bot.model.notice import Declined, Notice, Unfurled
from bot.model.refusal import Refusal
from bot.model.view import GuestGlance, NodeGlance
from bot.policy import may_ask
from bot.workflow.parts import Asker, Parts, asker


async def unfurl(parts: Parts, intake: Intake) -> Notice | Unfurled:
    """Return the card of each link that leads to a guest or a node which its poster may see.

    A cluster that does not answer gives no cards: a link says nothing wrong by itself.
    """
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    cards: dict[str, Notice] = {}
    for url in intake.intent.words["urls"].split():
        target = points_at(url, parts.unfurling.servers)
        try:
            card = await _card(parts, who, target) if target else None
        except HypervisorFault:
            continue
        if card is not None:
            cards[url] = card
    return Unfurled(cards=cards)


async def _card(parts: Parts, who: Asker, target: PointsAt) -> Notice | None:
    picture = await parts.inventory.picture(target.cluster)
    if target.kind is None:
        ledgers = await parts.store.ledgers(target.cluster)
        found = rooms(picture, ledgers, parts.assessor.limits(), target.node)
        return NodeGlance(room=found[0], read_at=picture.read_at) if found else None
    guest = picture.guest(GuestRef(cluster=target.cluster, kind=target.kind, vmid=target.vmid))
    if guest is None or not may_ask(parts.policy(), who.roster, who.person, guest, "view"):
        return None
    return GuestGlance(guest=guest, read_at=picture.read_at)
