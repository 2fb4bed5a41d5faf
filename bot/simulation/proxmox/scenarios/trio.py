"""Three nodes of 64 GiB with Ceph, HA, replicated ZFS and 40 guests of every sort."""

from dataclasses import replace
from typing import Any

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
from bot.simulation.proxmox.storage import Storage, new_pool
from bot.simulation.proxmox.world import World

NODES = ("pve1", "pve2", "pve3")
SWITCHED_OFF = frozenset({4, 9})
AGENT = {"agent": "1"}
HOTPLUG = {
    "hotplug": "network,disk,usb,memory,cpu",
    "numa": "1",
    "vcpus": "2",
    "agent": "1",
    "tags": "hotplug",
}


def _vm(vmid: int, name: str, memory: int, cores: int, size: str, **rest: Any) -> Plan:
    plan = Plan(
        vmid=vmid,
        name=name,
        node=NODES[vmid % 3],
        memory=memory,
        cores=cores,
        disks={"scsi0": f"ceph:{size}"},
        options=dict(AGENT),
        pool="prod",
    )
    return replace(plan, **rest)


def _ct(vmid: int, name: str, memory: int, cores: int, size: str, **rest: Any) -> Plan:
    plan = Plan(
        vmid=vmid,
        name=name,
        node=NODES[vmid % 3],
        memory=memory,
        cores=cores,
        disks={"rootfs": f"local-zfs:{size}"},
        pool="prod",
    )
    return replace(plan, **rest)


VMS = (
    _vm(100, "pg-primary", 8192, 4, "200G", ha=True, pool="prod/db", memory_used=0.85, cpu=0.31),
    _vm(101, "pg-replica", 8192, 4, "200G", ha=True, pool="prod/db", memory_used=0.8),
    _vm(102, "shop-1", 4096, 2, "40G", ha=True, options=AGENT | {"tags": "shop;web"}),
    _vm(103, "shop-2", 4096, 2, "40G", ha=True, options=AGENT | {"tags": "shop;web"}),
    _vm(104, "elastic-1", 12288, 4, "400G", options=HOTPLUG, memory_used=0.9),
    _vm(105, "elastic-2", 12288, 4, "400G", options=AGENT | {"balloon": "4096"}),
    _vm(106, "windows-dc", 4096, 2, "80G", options={"ostype": "win11"}, memory_used=0.6),
    _vm(107, "gitlab", 8192, 4, "160G", options=AGENT | {"tags": "ci"}, memory_used=0.78),
    _vm(108, "vault", 2048, 2, "20G", ha=True, options=AGENT | {"protection": "1"}),
    _vm(109, "reporting", 4096, 2, "60G", options=AGENT | {"lock": "backup"}),
    _vm(110, "kafka-1", 6144, 2, "120G", options=AGENT | {"balloon": "0"}),
    _vm(111, "kafka-2", 6144, 2, "120G", options=AGENT | {"balloon": "0"}),
    _vm(112, "kafka-3", 6144, 2, "120G", options=AGENT | {"balloon": "0"}),
    _vm(113, "old-crm", 4096, 2, "60G", running=False, options={"tags": "legacy"}),
    _vm(
        190,
        "debian-13-tpl",
        2048,
        2,
        "8G",
        options={"template": "1"},
        running=False,
        onboot=False,
        pool=None,
    ),
    _vm(
        191,
        "ubuntu-2604-tpl",
        2048,
        2,
        "8G",
        options={"template": "1"},
        running=False,
        onboot=False,
        pool=None,
    ),
)
CTS = (
    _ct(200, "proxy-1", 1024, 2, "8G", options={"tags": "web"}),
    _ct(201, "proxy-2", 1024, 2, "8G", options={"tags": "web"}),
    _ct(202, "dns-1", 512, 1, "4G", options={"startup": "order=1,up=10"}),
    _ct(203, "dns-2", 512, 1, "4G", options={"startup": "order=1,up=10"}),
    _ct(204, "mail", 2048, 2, "80G", ha=True, disks={"rootfs": "ceph:80G"}),
    _ct(205, "wiki", 2048, 2, "20G"),
    _ct(206, "monitor", 4096, 2, "60G", options={"tags": "ops"}, memory_used=0.9, cpu=0.4),
    _ct(207, "logs", 4096, 2, "300G", memory_used=0.88, disk_used=0.83),
    _ct(208, "redis", 2048, 1, "8G", pool="prod/db", memory_used=0.7),
    _ct(209, "headroom", 1024, 1, "8G", pool=None),
    *(
        _ct(
            300 + n,
            f"dev-{name}",
            1024 * (1 + n % 3),
            1 + n % 2,
            "16G",
            pool="dev",
            onboot=n % 2 == 0,
            running=n not in SWITCHED_OFF,
        )
        for n, name in enumerate(
            (
                "ana",
                "ben",
                "chris",
                "dora",
                "emil",
                "fay",
                "gus",
                "hana",
                "ivo",
                "june",
                "kim",
                "lea",
                "max",
                "noor",
            )
        )
    ),
)


def build(clock: Clock) -> World:
    """Build the cluster; it can nearly, but not quite, lose a node."""
    world = World(clock, name="trio")
    for number, name in enumerate(NODES):
        world.nodes[name] = Node(
            name,
            cpus=16,
            memory=gib(64),
            own_memory=gib(6),
            arc=gib(4),
            cpu=0.2 + 0.1 * number,
            started_at=clock.now() - BOOTED_BEFORE,
        )
    ceph = Storage("ceph", "rbd", ("images", "rootdir"), shared=True)
    ceph.pools[""] = new_pool(total_gib=6144)
    zfs = {name: new_pool(total_gib=930) for name in NODES}
    local = {name: new_pool(total_gib=94, other_gib=14) for name in NODES}
    world.storages = {
        "local": Storage("local", "dir", ("backup", "iso", "vztmpl"), pools=local),
        "local-zfs": Storage("local-zfs", "zfspool", ("images", "rootdir"), pools=zfs),
        "ceph": ceph,
    }
    settle(world, VMS, ct=False)
    settle(world, CTS, ct=True)
    fill_to(ceph, "", 0.46)
    world.replicated = {200: "pve1", 202: "pve3", 208: "pve1"}
    give_rights(world)
    return world
