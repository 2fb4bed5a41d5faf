"""Graph data and what a guest agent tells."""

import math
from collections.abc import Callable

from bot.simulation.proxmox.call import Call, Needs, Route, for_both, vm
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.grid import keeps, moments
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params.methods import NODE_RRD, NOTHING, RRD
from bot.simulation.proxmox.picture import Row, disk_size, guest_figures, memory_used

COUNTERS = ("netin", "netout", "diskread", "diskwrite")
DAY = 86400
PRESSURES = {
    f"pressure{what}{how}": 0.0 for what in ("cpu", "io", "memory") for how in ("some", "full")
}
"""Stall figures; a node's and a guest's are named alike."""


def _rows(call: Call, sample: Callable[[float], Row]) -> list[Row]:
    """Build samples up to now, with the figures that the node's version keeps."""
    node = call.world.nodes[call.node]
    rows: list[Row] = []
    for at, there in moments(node, call.params["timeframe"], call.world.clock.now()):
        figures = sample(1 + 0.2 * math.sin(2 * math.pi * at / DAY)) if there else {}
        rows.append({"time": at} | {k: v for k, v in figures.items() if keeps(node, k)})
    return rows


def guest_rrd(call: Call) -> list[Row]:
    """Answer with a guest's samples; memory in bytes, rates in bytes per second."""
    guest = call.guest
    figures = guest_figures(guest, call.world.nodes[guest.node], call.world.clock.now())
    rates = {key: figures[key] / max(1, figures["uptime"]) for key in COUNTERS}
    fixed = {key: figures[key] for key in ("maxcpu", "maxmem", "maxdisk", "disk")}

    def sample(wave: float) -> Row:
        return (
            fixed
            | {key: rate * wave for key, rate in rates.items()}
            | {"cpu": figures["cpu"] * wave, "mem": figures["mem"] * wave / 1.2}
            | {"memhost": figures["mem"] * wave / 1.2, **PRESSURES}
        )

    return _rows(call, sample)


def node_rrd(call: Call) -> list[Row]:
    """Answer with a node's samples; bytes."""
    node = call.world.nodes[call.node]
    used = memory_used(call.world, node)

    def sample(wave: float) -> Row:
        return {
            "cpu": node.cpu * wave,
            "maxcpu": node.cpus,
            "loadavg": node.cpu * node.cpus * wave,
            "memtotal": node.memory,
            "memused": used * wave / 1.2,
            "memavailable": node.memory - used * wave / 1.2,
            "arcsize": node.arc,
            "swaptotal": node.swap,
            "swapused": node.swap_used,
            "roottotal": node.root,
            "rootused": node.root_used,
            **PRESSURES,
        }

    return _rows(call, sample)


def storage_rrd(call: Call) -> list[Row]:
    """Answer with a storage's samples, growing by a tenth until now; bytes."""
    storage = call.world.storages.get(call.place["storage"])
    pool = storage.pool(call.node) if storage else None
    if storage is None or pool is None:
        raise died(f"storage '{call.place['storage']}' does not exist")
    used = storage.used(call.node)
    rows = _rows(call, lambda _wave: {"total": pool.total})
    for number, row in enumerate(row for row in rows if "total" in row):
        row["used"] = int(used * (0.9 + 0.1 * number / len(rows)))
    return rows


def _agent(call: Call) -> Guest:
    guest = call.guest
    if not guest.config.values.get("agent", "0").startswith(("1", "enabled=1")):
        raise died("No QEMU guest agent configured")
    if not guest.running:
        raise died(f"VM {guest.vmid} is not running")
    if not guest.usage.agent:
        raise died("QEMU guest agent is not running")
    return guest


def ping(call: Call) -> Row:
    """Answer if the guest agent does."""
    _agent(call)
    return {"result": {}}


def file_systems(call: Call) -> Row:
    """Answer with the guest's file systems; bytes."""
    guest = _agent(call)
    total = disk_size(guest)
    used = guest.usage.disk
    return {
        "result": [
            {
                "name": "sda1",
                "mountpoint": "/",
                "type": "ext4",
                "total-bytes": total,
                "used-bytes": min(used, total),
                "disk": [],
            }
        ]
    }


def interfaces(call: Call) -> list[Row]:
    """Answer with a CT's addresses; none while it is stopped."""
    guest = call.guest
    if not guest.running:
        return []
    ip = f"10.0.{guest.vmid >> 8 & 255}.{guest.vmid & 255}"
    return [
        {"name": "lo", "hwaddr": "00:00:00:00:00:00", "inet": "127.0.0.1/8"},
        {"name": "eth0", "hwaddr": "bc:24:11:00:00:01", "inet": f"{ip}/16"},
    ]


STORAGE = Needs("/storage/{storage}", ("Datastore.Audit", "Datastore.AllocateSpace"), any=True)
AGENT = vm("VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted", any_=True)

ROUTES = (
    *for_both(
        {"qemu": RRD, "lxc": RRD}, "GET", "/rrddata", handler=guest_rrd, needs=vm("VM.Audit")
    ),
    Route(
        "GET", "/nodes/{node}/rrddata", node_rrd, NODE_RRD, Needs("/nodes/{node}", ("Sys.Audit",))
    ),
    Route("GET", "/nodes/{node}/storage/{storage}/rrddata", storage_rrd, RRD, STORAGE),
    Route("POST", "/nodes/{node}/qemu/{vmid}/agent/ping", ping, NOTHING, AGENT),
    Route("GET", "/nodes/{node}/qemu/{vmid}/agent/get-fsinfo", file_systems, NOTHING, AGENT),
    Route("GET", "/nodes/{node}/lxc/{vmid}/interfaces", interfaces, NOTHING, vm("VM.Audit")),
)
