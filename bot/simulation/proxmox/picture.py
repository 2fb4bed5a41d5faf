"""What each node's pvestatd last told the cluster: /cluster/resources is served from it.

The truth stands in World; this lags behind it by up to a cycle of 10 s (scaled).
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bot.simulation.proxmox import property_string
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.node import Node
from bot.simulation.proxmox.sizes import MIB, config_size
from bot.simulation.proxmox.world import World

CYCLE = 10
FORGOTTEN_AFTER = 300
PLUGIN = {"dir": "dir", "lvm": "lvm", "lvmthin": "lvmthin", "zfspool": "zfspool", "rbd": "rbd"}

Row = dict[str, Any]


@dataclass(slots=True)
class Picture:
    """The last figures of each node with the time they were taken."""

    world: World
    taken: dict[str, float] = field(default_factory=dict)
    guests: dict[str, dict[int, Row]] = field(default_factory=dict)
    nodes: dict[str, Row] = field(default_factory=dict)
    storages: dict[str, dict[str, Row]] = field(default_factory=dict)

    def take(self) -> None:
        """Let every node that is up send its figures."""
        now = self.world.clock.now()
        senders = {n.name: n for n in self.world.nodes.values() if n.online and n.pvestatd}
        by_node: dict[str, dict[int, Row]] = {name: {} for name in senders}
        for guest in self.world.guests.values():
            if guest.node in senders:
                figures = guest_figures(guest, senders[guest.node], now)
                by_node[guest.node][guest.vmid] = figures
        shared = {s.name: s.used("") for s in self.world.storages.values() if s.shared}
        for node in senders.values():
            guests = by_node[node.name]
            self.taken[node.name] = now
            self.guests[node.name] = guests
            self.nodes[node.name] = node_figures(node, sum(g["mem"] for g in guests.values()), now)
            self.storages[node.name] = storage_figures(self.world, node, shared)

    async def keep_taking(self) -> None:
        """Take a picture every cycle, until cancelled."""
        while True:
            await self.world.clock.wait(CYCLE)
            self.take()

    def refresh(self) -> None:
        """Without waiting (time scale 0) every look is a fresh one."""
        if self.world.clock.scale == 0:
            self.take()

    def known(self, node: str) -> bool:
        """Whether the node's figures still count."""
        fresh = self.world.clock.now() - self.taken.get(node, 0) < FORGOTTEN_AFTER
        return self.world.nodes[node].online and fresh

    def start(self) -> asyncio.Task[None] | None:
        """Begin the cycle; None at time scale 0, where none is needed."""
        self.take()
        return asyncio.create_task(self.keep_taking()) if self.world.clock.scale else None


def disk_size(guest: Guest) -> int:
    """Return the bytes of the boot disk (VM) or root file system (CT), as the config says."""
    values = guest.config.values
    if guest.kind == "lxc":
        option = "rootfs"
    else:
        order = property_string.parse(values.get("boot", ""), first="legacy").get("order", "")
        disks = sorted(o for o in values if o.startswith(("scsi0", "virtio0", "ide0", "sata0")))
        option = order.split(";")[0] or (disks[0] if disks else "")
    return config_size(property_string.parse(values.get(option, ""), first="_").get("size", "0"))


def guest_figures(guest: Guest, node: Node, now: float) -> Row:
    """Return a guest's figures, bytes and seconds."""
    usage, up = guest.usage, guest.running
    row: Row = {
        "status": "running" if up else "stopped",
        "maxcpu": guest.cpus(node.cpus),
        "maxmem": guest.memory_mib * MIB,
        "maxdisk": disk_size(guest),
        "uptime": int(now - guest.started_at) if up else 0,
        "cpu": usage.cpu if up else 0,
        "mem": guest.memory_used,
        "disk": usage.disk if guest.kind == "lxc" else 0,
        "netin": usage.netin if up else 0,
        "netout": usage.netout if up else 0,
        "diskread": usage.diskread if up else 0,
        "diskwrite": usage.diskwrite if up else 0,
    }
    if guest.kind == "qemu":
        row["memhost"] = guest.memory_used
    return row


def memory_used(world: World, node: Node) -> int:
    """Return the node's used memory in bytes: its own and its guests'."""
    guests = sum(guest.memory_used for guest in world.on_node(node.name))
    return min(node.memory, node.own_memory + guests)


def node_figures(node: Node, guests: int, now: float) -> Row:
    """Return a node's figures, bytes and seconds; `guests` is the memory its guests use."""
    return {
        "cpu": node.cpu,
        "maxcpu": node.cpus,
        "mem": min(node.memory, node.own_memory + guests),
        "maxmem": node.memory,
        "disk": node.root_used,
        "maxdisk": node.root,
        "uptime": int(now - node.started_at),
    }


def storage_figures(world: World, node: Node, shared: dict[str, int]) -> dict[str, Row]:
    """Return the figures of a node's storages, bytes; `shared` has what shared ones use."""
    figures = {}
    for storage in world.storages.values():
        pool = storage.pool(node.name)
        if pool is None:
            continue
        used = shared[storage.name] if storage.shared else storage.used(node.name)
        figures[storage.name] = {
            "status": "available" if pool.active else "unknown",
            "disk": used if pool.active else 0,
            "maxdisk": pool.total if pool.active else 0,
        }
    return figures
