"""Node loss: would the guests that HA restarts still find room if any one node died?"""

from dataclasses import dataclass

from bot.capacity.finding import Finding, weigh
from bot.capacity.limits import Limits
from bot.capacity.memory import mib
from bot.capacity.promises import Promise, Range, as_mib, memory_of, unknown
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.refusal import Detail
from bot.model.unit import Unit
from bot.model.verdict import Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one online node needs elsewhere when it dies, and what it has left for others (MiB).

    None: unknown; `need_blind` and `left_blind` name what would make it known.
    """

    node: str
    need: int | None
    left: int | None
    managed: bool
    need_blind: tuple[str, ...] = ()
    left_blind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What HA needs when `node` dies, and what all the others have left (MiB); None: unknown."""

    node: str
    need: int | None
    have: int | None
    blind: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def tightness(self) -> int:
        """Return how much more is needed than there is; negative where all find room."""
        return (self.need or 0) - (self.have or 0)

    @property
    def short(self) -> int | None:
        """Return how much is missing; 0 if all find room."""
        if self.need is None or self.have is None:
            return None
        return max(0, self.need - self.have)


def load_of(cluster: str, node: NodeFacts, several: list[Promise], limits: Limits) -> Load:
    """Return a node's load; one that is over its room lends nothing and takes nothing away."""
    managed = [p for p in several if p.ha]
    room, promised = limits.room_mib(cluster, node), memory_of(several).high
    blind = (f"Sys.Audit on /nodes/{node.name}",) if room is None else ()
    return Load(
        node=node.name,
        need=as_mib(memory_of(managed).high),
        left=None if room is None or promised is None else max(0, room - int(promised)),
        managed=bool(managed),
        need_blind=unknown(managed, "memory"),
        left_blind=blind + (unknown(several, "memory") if promised is None else ()),
    )


def loads_of(
    picture: ClusterPicture, nodes: dict[str, list[Promise]], limits: Limits
) -> dict[str, Load]:
    """Return the load of every online node."""
    return {
        n.name: load_of(picture.cluster, n, nodes.get(n.name, []), limits)
        for n in picture.nodes
        if n.online
    }


def shortfalls(loads: dict[str, Load]) -> dict[str, Shortfall]:
    """Return, for every node that carries HA guests and is not alone, how its loss would end."""
    if len(loads) < 2:  # noqa: PLR2004 (a lone node has nobody to take over)
        return {}
    known = sum(load.left for load in loads.values() if load.left is not None)
    dark = {name for name, load in loads.items() if load.left is None}
    found = {}
    for name, load in loads.items():
        if not load.managed:
            continue
        others = dark - {name}
        found[name] = Shortfall(
            node=name,
            need=load.need,
            have=None if others else known - (load.left or 0),
            blind=load.need_blind + tuple(b for o in sorted(others) for b in loads[o].left_blind),
            others=tuple(sorted(set(loads) - {name})),
        )
    return found


def _trouble(before: Shortfall, after: Shortfall) -> tuple[bool, int]:
    """Return an order: what gets worse (or cannot be told) first, then the tightest."""
    if after.short is None or before.short is None:
        return True, 0
    return after.short > before.short, after.tightness


def loss_sum(before: dict[str, Shortfall], after: dict[str, Shortfall]) -> Sum | None:
    """Return the sum for the node whose loss would end worst; None if HA manages nothing."""
    pairs = [(before.get(n, Shortfall(node=n, need=0, have=0)), s) for n, s in after.items()]
    if not pairs:
        return None
    was, now = max(pairs, key=lambda pair: _trouble(*pair))
    worse, _ = _trouble(was, now)
    figures = {
        "short": now.short,
        "short_before": was.short,
        "need": now.need,
        "have": now.have,
    }
    known: dict[str, Detail] = {k: mib(v) for k, v in figures.items() if v is not None}
    return Sum(
        name="node loss",
        unit=Unit.MIB,
        before=was.short,
        after=now.short,
        room=now.have,
        warn_at=0,
        worse=worse,
        notes=known | {"node": now.node, "others": now.others},
    )


def node_loss(before: dict[str, Load], after: dict[str, Load]) -> Finding | None:
    """Judge one change: never hard, for the node may live for years."""
    then = shortfalls(after)
    figure = loss_sum(shortfalls(before), then)
    if figure is None:
        return None
    missing = then[str(figure.notes["node"])].blind
    span = Range(low=figure.after or 0, high=figure.after)
    return weigh(figure, span, "node loss", missing=missing, bounded=True)
