"""The founding host: one node of 16 GiB with six CTs and one VM, promised 18 GiB together."""

from bot.simulation.clock import Clock
from bot.simulation.proxmox.node import Node
from bot.simulation.proxmox.scenarios.parts import (
    BOOTED_BEFORE,
    Plan,
    fill_to,
    gib,
    give_rights,
    settle,
)
from bot.simulation.proxmox.storage import Backup, Storage, new_pool
from bot.simulation.proxmox.world import World

CTS = (
    Plan(
        vmid=101,
        name="web-01",
        memory=2048,
        cores=2,
        disks={"rootfs": "local-lvm:20G"},
        options={"tags": "web", "swap": "512"},
        pool="prod",
        memory_used=0.8,
        cpu=0.21,
        disk_used=0.62,
    ),
    Plan(
        vmid=102,
        name="db-01",
        memory=4096,
        cores=2,
        disks={"rootfs": "local-lvm:100G", "mp0": "tank:200G"},
        options={"tags": "db;postgres", "swap": "0"},
        pool="prod/db",
        memory_used=0.55,
        cpu=0.12,
        disk_used=0.71,
    ),
    Plan(
        vmid=103,
        name="mail",
        memory=2048,
        cores=1,
        disks={"rootfs": "local-lvm:20G", "mp0": "vgdata:200G"},
        options={"tags": "mail"},
        pool="prod",
        memory_used=0.4,
    ),
    Plan(
        vmid=104,
        name="build-7",
        memory=4096,
        cores=2,
        disks={"rootfs": "local-lvm:80G"},
        options={"tags": "ci", "features": "nesting=1"},
        pool="dev",
        onboot=False,
        memory_used=0.2,
        cpu=0.34,
        disk_used=0.88,
    ),
    Plan(
        vmid=105,
        name="old-wiki",
        memory=1024,
        cores=1,
        disks={"rootfs": "local-lvm:20G"},
        options={"description": "Kept until the new wiki has everything."},
        running=False,
    ),
    Plan(
        vmid=107,
        name="headroom",
        memory=1024,
        cores=1,
        disks={"rootfs": "local-lvm:8G"},
        options={"startup": "order=1"},
        memory_used=0.3,
        disk_used=0.3,
    ),
)
VMS = (
    Plan(
        vmid=106,
        name="app1",
        memory=4096,
        cores=2,
        disks={"scsi0": "local-lvm:84G"},
        options={"tags": "app"},
        pool="prod",
        memory_used=0.72,
        cpu=0.18,
        disk_used=0.8,
    ),
)


def build(clock: Clock) -> World:
    """Build the host: memory 16 GiB, about 11 in use; `local-lvm` 320 GiB at 78 %."""
    world = World(clock, name="ilinux")
    world.nodes["pve1"] = Node(
        "pve1",
        cpus=4,
        memory=gib(16),
        own_memory=gib(2.5),
        arc=gib(1),
        cpu=0.23,
        started_at=clock.now() - BOOTED_BEFORE,
    )
    world.registered_tags = {"db", "web"}
    world.storages = {storage.name: storage for storage in _storages(clock.now())}
    settle(world, CTS, ct=True)
    settle(world, VMS, ct=False)
    fill_to(world.storages["local-lvm"], "pve1", 0.78)
    fill_to(world.storages["tank"], "pve1", 0.31)
    give_rights(world)
    return world


def _storages(now: float) -> tuple[Storage, ...]:
    guests = ("images", "rootdir")
    local = new_pool(total_gib=94, other_gib=11)
    volid = "local:backup/vzdump-lxc-101-2026_11_22-02_00_00.tar.zst"
    local.backups.append(Backup(volid, 101, gib(4.2), int(now) - 100_000, "web-01"))
    return (
        Storage("local", "dir", ("backup", "iso", "vztmpl"), pools={"pve1": local}),
        Storage("local-lvm", "lvmthin", guests, pools={"pve1": new_pool(total_gib=320)}),
        Storage("tank", "zfspool", guests, pools={"pve1": new_pool(total_gib=899)}),
        Storage("vgdata", "lvm", guests, pools={"pve1": new_pool(total_gib=465.76)}),
    )
