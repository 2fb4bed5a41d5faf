"""Nodes: their list and their state."""

from bot.simulation.proxmox.call import Call, Needs, Route
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.node import Node
from bot.simulation.proxmox.params.methods import NOTHING
from bot.simulation.proxmox.picture import Row, memory_used

CPU_MODEL = "AMD Ryzen Embedded V1500B Quad-core Processor"
KERNEL = "6.17.4-1-pve"


def nodes(call: Call) -> list[Row]:
    """Answer with every node; figures only for those the caller may look at."""
    picture = call.picture
    picture.refresh()
    rows = []
    for node in call.world.nodes.values():
        row: Row = {
            "id": f"node/{node.name}",
            "type": "node",
            "node": node.name,
            "status": "online" if node.online else "offline",
            "level": "",
        }
        if picture.known(node.name) and call.may(f"/nodes/{node.name}", "Sys.Audit"):
            row |= picture.nodes[node.name]
        rows.append(row)
    return rows


def node_status(call: Call) -> Row:
    """Answer with a node's state as it is now."""
    world = call.world
    node = world.nodes[call.node]
    used = memory_used(world, node)
    return {
        "uptime": int(world.clock.now() - node.started_at),
        "idle": 0,
        "cpu": node.cpu,
        "wait": 0.001,
        "loadavg": [f"{node.cpu * node.cpus * part:.2f}" for part in (1.1, 1.0, 0.9)],
        "cpuinfo": _cpuinfo(node),
        "memory": {
            "total": node.memory,
            "used": used,
            "free": max(0, node.memory - used),
            "available": max(0, node.memory - used + node.arc // 2),
        },
        "swap": {
            "total": node.swap,
            "used": node.swap_used,
            "free": node.swap - node.swap_used,
        },
        "ksm": {"shared": 0},
        "rootfs": {
            "total": node.root,
            "used": node.root_used,
            "free": node.root - node.root_used,
            "avail": node.root - node.root_used,
        },
        "pveversion": f"pve-manager/{node.version}/a8736b6c5dd4b0bb",
        "kversion": f"Linux {KERNEL} #1 SMP PREEMPT_DYNAMIC PMX",
        "current-kernel": {"sysname": "Linux", "release": KERNEL, "machine": "x86_64"},
        "boot-info": {"mode": "efi", "secureboot": 0},
    }


def node_time(call: Call) -> Row:
    """Answer with the node's clock; its time zone is UTC."""
    now = int(call.world.clock.now() + call.world.nodes[call.node].ahead)
    return {"timezone": "UTC", "time": now, "localtime": now}


def _cpuinfo(node: Node) -> Row:
    return {
        "cpus": node.cpus,
        "cores": node.cpus,
        "sockets": 1,
        "model": CPU_MODEL,
        "mhz": "2200.000",
        "flags": "fpu sse sse2 aes",
        "hvm": "1",
        "user_hz": 100,
    }


def lvm_thin(call: Call) -> list[Row]:
    """Answer with the node's thin pools, metadata included."""
    rows = []
    for storage in call.world.storages.values():
        pool = storage.pool(call.node)
        if storage.type == "lvmthin" and pool:
            used = storage.used(call.node)
            meta = pool.total // 1000
            rows.append(
                {
                    "lv": "data",
                    "vg": "pve",
                    "lv_size": pool.total,
                    "used": used,
                    "metadata_size": meta,
                    "metadata_used": int(meta * pool.metadata_used),
                }
            )
    return rows


def lvm(call: Call) -> Row:
    """Answer with the node's volume groups, as a tree."""
    groups = []
    for storage in call.world.storages.values():
        pool = storage.pool(call.node)
        if storage.type == "lvm" and pool:
            groups.append(
                {
                    "name": storage.name,
                    "size": pool.total,
                    "free": pool.total - storage.used(call.node),
                    "lvcount": len(pool.volumes),
                    "leaf": 0,
                    "children": [],
                }
            )
    return {"leaf": 0, "children": groups}


def zfs(call: Call) -> list[Row]:
    """Answer with the node's ZFS pools."""
    rows = []
    for storage in call.world.storages.values():
        pool = storage.pool(call.node)
        if storage.type == "zfspool" and pool:
            used = storage.used(call.node)
            rows.append(
                {
                    "name": storage.name,
                    "size": pool.total,
                    "alloc": used,
                    "free": pool.total - used,
                    "frag": 12,
                    "dedup": 1.0,
                    "health": "ONLINE",
                }
            )
    return rows


def ceph_status(call: Call) -> Row:
    """Answer as `ceph status` does; dies where there is no Ceph."""
    pools = [s.pool("") for s in call.world.storages.values() if s.type == "rbd"]
    if not pools or pools[0] is None:
        raise died("binary not installed: /usr/bin/ceph-mon")
    name = next(s for s in call.world.storages.values() if s.type == "rbd")
    used = name.used("")
    return {
        "health": {"status": "HEALTH_OK", "checks": {}},
        "osdmap": {"num_osds": 6, "num_up_osds": 6, "num_in_osds": 6},
        "pgmap": {
            "bytes_total": pools[0].total * 3,
            "bytes_used": used * 3,
            "bytes_avail": (pools[0].total - used) * 3,
        },
    }


AUDIT = Needs("/nodes/{node}", ("Sys.Audit",))
ROOT_AUDIT = Needs("/", ("Sys.Audit",))
CEPH = Needs("/", ("Sys.Audit", "Datastore.Audit"), any=True)

ROUTES = (
    Route("GET", "/nodes", nodes, NOTHING),
    Route("GET", "/nodes/{node}/status", node_status, NOTHING, AUDIT),
    Route("GET", "/nodes/{node}/time", node_time, NOTHING, AUDIT),
    Route("GET", "/nodes/{node}/disks/lvmthin", lvm_thin, NOTHING, ROOT_AUDIT),
    Route("GET", "/nodes/{node}/disks/lvm", lvm, NOTHING, ROOT_AUDIT),
    Route("GET", "/nodes/{node}/disks/zfs", zfs, NOTHING, ROOT_AUDIT),
    Route("GET", "/cluster/ceph/status", ceph_status, NOTHING, CEPH),
)
