"""The limits that admission judges by: values, made by the configuration."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.estate import NodeFacts


def share(whole: int, ratio: float) -> int:
    """Return that share of a whole, rounded down (0.29 of 100 is 29, whatever floats say)."""
    return math.floor(round(whole * ratio, 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Memory kept for the host itself: a percentage of the node's, or a fixed amount in MiB."""

    percent: float = 0.0
    mib: int = 0

    def of(self, memory_mib: int) -> int:
        """Return the reserve in MiB on a node with that much memory."""
        return math.ceil(round(memory_mib * self.percent / 100, 6)) + self.mib


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLimits:
    """What one node has of its own; None: as everywhere."""

    memory_reserve: Reserve | None = None
    zfs_arc_max_mib: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Thresholds as ratios: `…_warn` changes the verdict, `…_max` is hard; equal to a max passes.

    `nodes` holds overrides by `NODE` or `CLUSTER/NODE` (the latter wins).
    """

    memory_reserve: Reserve = Reserve(percent=10.0)
    zfs_arc_max_mib: int | None = None
    memory_promised_warn: float = 1.0
    memory_promised_max: float = 1.6
    memory_in_use_warn: float = 0.85
    memory_in_use_max: float = 1.0
    cores_promised_warn: float = 2.0
    cores_promised_max: float = 4.0
    storage_used_warn: float = 0.80
    storage_used_max: float = 0.90
    survive_node_loss: bool = True
    nodes: Mapping[str, NodeLimits] = field(default_factory=dict)

    def own(self, cluster: str, node: str) -> NodeLimits:
        """Return what counts on that node, overrides applied."""
        own = self.nodes.get(f"{cluster}/{node}") or self.nodes.get(node) or NodeLimits()
        arc = own.zfs_arc_max_mib
        return NodeLimits(
            memory_reserve=own.memory_reserve or self.memory_reserve,
            zfs_arc_max_mib=self.zfs_arc_max_mib if arc is None else arc,
        )

    def reserve_mib(self, cluster: str, node: NodeFacts) -> int | None:
        """Return what is kept for the host, in MiB; None while the node's memory is unknown."""
        reserve = self.own(cluster, node.name).memory_reserve or self.memory_reserve
        return None if node.memory_mib is None else reserve.of(node.memory_mib)

    def usable_mib(self, cluster: str, node: NodeFacts) -> int | None:
        """Return memory − reserve: what may be in use (the ARC is part of what is in use)."""
        reserve = self.reserve_mib(cluster, node)
        if node.memory_mib is None or reserve is None:
            return None
        return max(0, node.memory_mib - reserve)

    def room_mib(self, cluster: str, node: NodeFacts) -> int | None:
        """Return memory − reserve − ARC maximum (where set): what may be promised at ratio 1."""
        usable = self.usable_mib(cluster, node)
        arc = self.own(cluster, node.name).zfs_arc_max_mib or 0
        return None if usable is None else max(0, usable - arc)
