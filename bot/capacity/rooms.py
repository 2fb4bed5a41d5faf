"""The headroom of nodes as it is now, for people who ask."""

from bot.capacity.limits import Limits
from bot.capacity.loss import loads_of, loss_sum, shortfalls
from bot.capacity.memory import at, mib
from bot.capacity.promises import Held, Promise, as_mib, cores_of, memory_of, promises, unknown
from bot.capacity.storage import storage_missing, storage_sum
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.ledger import Ledger
from bot.model.refusal import Detail
from bot.model.unit import Unit
from bot.model.verdict import Sum
from bot.model.view import NodeRoom


def rooms(
    picture: ClusterPicture, ledgers: tuple[Ledger, ...], limits: Limits, wanted: str = ""
) -> tuple[NodeRoom, ...]:
    """Return the sums of a cluster's nodes (or of the one that is wanted) with their thresholds.

    What is unknown is None and named in `missing`.
    """
    nodes = promises(picture, Held(ledgers, picture.cluster))
    loss = None
    if limits.survive_node_loss:
        then = shortfalls(loads_of(picture, nodes, limits))
        loss = loss_sum(then, then)
    return tuple(
        _room(picture, node, nodes.get(node.name, []), limits, loss)
        for node in picture.nodes
        if wanted in {"", node.name}
    )


def _room(
    picture: ClusterPicture, node: NodeFacts, here: list[Promise], limits: Limits, loss: Sum | None
) -> NodeRoom:
    storages = [s for s in picture.storages if s.node == node.name]
    sums = [_promised(picture.cluster, node, memory_of(here).high, limits)]
    sums += [_in_use(picture.cluster, node, limits), _cores(node, cores_of(here).high, limits)]
    sums += [storage_sum(s, limits) for s in storages]
    missing = unknown(here, "memory") + unknown(here, "cores")
    if None in (node.memory_mib, node.used_mib, node.cpus):
        missing += (f"Sys.Audit on /nodes/{node.name}",)
    blind = [s.name for s in storages if not s.active or s.used_bytes is None]
    missing += tuple(m for name in blind for m in storage_missing(name))
    return NodeRoom(
        cluster=picture.cluster,
        node=node,
        sums=(*sums, *((loss,) if loss else ())),
        guests=len(here),
        held_mib=sum(p.held_mib for p in here),
        missing=tuple(dict.fromkeys(missing)),
        facts=_facts(picture.cluster, node, limits),
    )


def _facts(cluster: str, node: NodeFacts, limits: Limits) -> dict[str, Detail]:
    own = limits.own(cluster, node.name)
    figures = {
        "total": node.memory_mib,
        "reserve": limits.reserve_mib(cluster, node),
        "arc_max": own.zfs_arc_max_mib,
        "arc": node.arc_mib,
        "available": node.available_mib,
    }
    return {name: mib(value) for name, value in figures.items() if value is not None}


def _promised(cluster: str, node: NodeFacts, promised: float | None, limits: Limits) -> Sum:
    whole = limits.room_mib(cluster, node)
    return Sum(
        name="promised memory",
        unit=Unit.MIB,
        before=as_mib(promised),
        after=as_mib(promised),
        room=whole,
        warn_at=at(whole, limits.memory_promised_warn),
        hard_at=at(whole, limits.memory_promised_max),
    )


def _in_use(cluster: str, node: NodeFacts, limits: Limits) -> Sum:
    whole = limits.usable_mib(cluster, node)
    return Sum(
        name="in use",
        unit=Unit.MIB,
        before=node.used_mib,
        after=node.used_mib,
        room=whole,
        warn_at=at(whole, limits.memory_in_use_warn),
        hard_at=at(whole, limits.memory_in_use_max),
    )


def _cores(node: NodeFacts, promised: float | None, limits: Limits) -> Sum:
    figure = None if promised is None else -int(-promised // 1)
    return Sum(
        name="promised cores",
        unit=Unit.CORES,
        before=figure,
        after=figure,
        room=node.cpus,
        warn_at=at(node.cpus, limits.cores_promised_warn),
        hard_at=at(node.cpus, limits.cores_promised_max),
    )
