"""A hundred nodes and ten thousand guests, made up by rule; files are written when first read."""

from functools import partial

from bot.simulation.clock import Clock
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.node import Node
from bot.simulation.proxmox.scenarios.parts import (
    BOOTED_BEFORE,
    Plan,
    ct_text,
    gib,
    give_rights,
    usage,
    vm_text,
)
from bot.simulation.proxmox.sizes import GIB
from bot.simulation.proxmox.storage import Storage, Volume, new_pool
from bot.simulation.proxmox.world import World

NODES = 100
GUESTS_PER_NODE = 100
TEAMS = ("web", "db", "search", "queue", "build", "mail", "cache", "report", "auth", "batch")
MEMORY_MIB = (512, 1024, 1024, 2048, 2048, 4096, 4096, 8192)
DISK_GIB = (8, 16, 16, 32, 40, 64)
FIRST_VMID = 1000


def _plan(number: int, node: str) -> Plan:
    team = TEAMS[number * 7 % len(TEAMS)]
    option = "scsi0" if number % 3 == 0 else "rootfs"
    return Plan(
        vmid=FIRST_VMID + number,
        name=f"{team}-{number:05d}",
        node=node,
        memory=MEMORY_MIB[number * 11 % len(MEMORY_MIB)],
        cores=1 + number % 4,
        disks={option: f"ceph:{DISK_GIB[number * 13 % len(DISK_GIB)]}G"},
        options={"tags": team},
        pool=f"team-{team}",
        running=number % 23 != 0,
        onboot=number % 11 != 0,
        cpu=0.01 + number % 40 / 100,
        memory_used=0.2 + number % 70 / 100,
        disk_used=0.2 + number % 60 / 100,
    )


def build(clock: Clock) -> World:
    """Build the fleet."""
    world = World(clock, name="fleet")
    ceph = Storage("ceph", "rbd", ("images", "rootdir"), shared=True)
    ceph.pools[""] = new_pool(total_gib=900_000)
    names = [f"pve{number:03d}" for number in range(1, NODES + 1)]
    local = {name: new_pool(total_gib=94, other_gib=12) for name in names}
    world.storages = {
        "local": Storage("local", "dir", ("backup", "iso", "vztmpl"), pools=local),
        "ceph": ceph,
    }
    started = clock.now() - BOOTED_BEFORE
    for number, name in enumerate(names):
        world.nodes[name] = Node(
            name, cpus=64, memory=gib(384), own_memory=gib(10), started_at=started
        )
        world.nodes[name].cpu = 0.1 + number % 60 / 100
        for index in range(GUESTS_PER_NODE):
            _settle(world, ceph, _plan(number * GUESTS_PER_NODE + index, name), started)
    give_rights(world)
    return world


def _settle(world: World, ceph: Storage, plan: Plan, started: float) -> None:
    option, disk = next(iter(plan.disks.items()))
    ct = option == "rootfs"
    volid = f"ceph:vm-{plan.vmid}-disk-0"
    size = int(disk.removeprefix("ceph:").removesuffix("G")) * GIB
    ceph.pools[""].volumes[volid] = Volume(volid, plan.vmid, size, int(size * plan.disk_used))
    write = ct_text if ct else vm_text
    guest = Guest(
        plan.vmid,
        "lxc" if ct else "qemu",
        plan.node,
        partial(write, plan, {option: volid}),
        running=plan.running,
        started_at=started,
        usage=usage(plan),
    )
    world.guests[plan.vmid] = guest
    if plan.pool:
        world.pools.setdefault(plan.pool, set()).add(plan.vmid)
