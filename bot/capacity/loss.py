"""Node loss: would the guests that HA restarts still find room if any one node died?"""

from dataclasses import dataclass

from bot.capacity.finding import Finding, weigh
from bot.capacity.limits import Limits
from bot.capacity.memory import mib
from bot.capacity.promises import Promise, Range, memory_of, unknown
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.refusal import Detail
from bot.model.unit import Unit
from bot.model.verdict import Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What HA needs when `node` dies, what the others have left, and what is then missing (MiB).

    None: unknown; `blind` names what would make it known.
    """

    node: str
    need: int | None
    have: int | None
    blind: tuple[str, ...] = ()

    @property
    def short(self) -> int | None:
        """Return how much is missing; 0 if all find room."""
        if self.need is None or self.have is None:
            return None
        return max(0, self.need - self.have)


def _left(cluster: str, node: NodeFacts, several: list[Promise], limits: Limits) -> int | None:
    """Return the room a node has left; one that is over lends nothing and takes nothing away."""
    room, promised = limits.room_mib(cluster, node), memory_of(several).high
    return None if room is None or promised is None else max(0, room - int(promised))


def shortfalls(
    picture: ClusterPicture, nodes: dict[str, list[Promise]], limits: Limits
) -> dict[str, Shortfall]:
    """Return, for every online node that carries HA guests, how its loss would end."""
    online = [n for n in picture.nodes if n.online]
    left = {n.name: _left(picture.cluster, n, nodes.get(n.name, []), limits) for n in online}
    found = {}
    for node in online:
        managed = [p for p in nodes.get(node.name, []) if p.ha]
        if not managed or len(online) < 2:  # noqa: PLR2004 (a lone node has nobody to take over)
            continue
        need = memory_of(managed).high
        rest = {name: room for name, room in left.items() if name != node.name}
        known = [room for room in rest.values() if room is not None]
        found[node.name] = Shortfall(
            node=node.name,
            need=None if need is None else int(need),
            have=sum(known) if len(known) == len(rest) else None,
            blind=_blind([n for n in online if n is not node], nodes) + unknown(managed, "memory"),
        )
    return found


def _blind(others: list[NodeFacts], nodes: dict[str, list[Promise]]) -> tuple[str, ...]:
    silent = tuple(f"Sys.Audit on /nodes/{n.name}" for n in others if n.memory_mib is None)
    return silent + tuple(m for n in others for m in unknown(nodes.get(n.name, []), "memory"))


def _trouble(before: Shortfall, after: Shortfall) -> tuple[bool, int]:
    """Return an order: what gets worse (or cannot be told) first, then by what is missing."""
    if after.short is None or before.short is None:
        return True, 0
    return after.short > before.short, after.short


def loss_sum(before: dict[str, Shortfall], after: dict[str, Shortfall]) -> Sum | None:
    """Return the sum for the node whose loss would end worst; None if HA manages nothing."""
    pairs = [(before.get(n, Shortfall(node=n, need=0, have=0)), s) for n, s in after.items()]
    if not pairs:
        return None
    was, now = max(pairs, key=lambda pair: _trouble(*pair))
    worse, _ = _trouble(was, now)
    notes: dict[str, Detail] = {
        "node": now.node,
        "short": mib(now.short or 0),
        "short_before": mib(was.short or 0),
        "need": mib(now.need or 0),
        "have": mib(now.have or 0),
    }
    return Sum(
        name="node loss",
        unit=Unit.MIB,
        before=was.short,
        after=now.short,
        room=now.have,
        warn_at=0,
        worse=worse,
        notes=notes,
    )


def node_loss(
    picture: ClusterPicture,
    before: dict[str, list[Promise]],
    after: dict[str, list[Promise]],
    limits: Limits,
) -> Finding | None:
    """Judge one change: never hard, for the node may live for years."""
    if not limits.survive_node_loss or len(picture.nodes) < 2:  # noqa: PLR2004 (see above)
        return None
    then = shortfalls(picture, after, limits)
    figure = loss_sum(shortfalls(picture, before, limits), then)
    if figure is None:
        return None
    missing = then[str(figure.notes["node"])].blind
    span = Range(low=figure.after or 0, high=figure.after)
    return weigh(figure, span, "node loss", missing=missing, bounded=True)
