"""A guest's state as it is now, and the list of a node's guests."""

from bot.simulation.proxmox.call import Call, Route, for_both, vm
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params.methods import GUEST_LIST_QEMU, NOTHING
from bot.simulation.proxmox.picture import Row, guest_figures
from bot.simulation.proxmox.sizes import MIB

QEMU_VERSION = "10.1.2"


def _figures(call: Call, guest: Guest) -> Row:
    node = call.world.nodes[guest.node]
    row = guest_figures(guest, node, call.world.clock.now())
    row["cpus"] = row.pop("maxcpu")
    row |= {"vmid": guest.vmid, "name": guest.name}
    values = guest.config.values
    row |= {key: values[key] for key in ("tags", "lock") if values.get(key)}
    if guest.template:
        row["template"] = 1
    if guest.running:
        row["pid"] = guest.pid
    if guest.kind == "lxc":
        swap = int(values.get("swap", "512")) * MIB
        row |= {"type": "lxc", "swap": 0, "maxswap": swap}
    return row


def current(call: Call) -> Row:
    """Answer with a guest's state."""
    guest = call.guest
    row = _figures(call, guest)
    resource = call.world.ha.get(guest.vmid)
    row["ha"] = {"managed": 0}
    if resource:
        row["ha"] = {"managed": 1, "state": resource.reached}
    if guest.kind == "qemu":
        row |= _vm_state(guest)
    return row


def _vm_state(guest: Guest) -> Row:
    state = "stopped"
    if guest.running:
        state = "paused" if guest.paused else "running"
    row: Row = {"qmpstatus": state}
    if guest.config.values.get("agent", "0").startswith(("1", "enabled=1")):
        row["agent"] = 1
    if not guest.running:
        return row
    row |= {"running-qemu": QEMU_VERSION, "running-machine": "pc-i440fx-10.1+pve0"}
    if guest.config.values.get("balloon") != "0":
        total = guest.memory_mib * MIB
        row["balloon"] = total
        if "balloon" in guest.config.values:
            row["balloon_min"] = int(guest.config.values["balloon"]) * MIB
        row["ballooninfo"] = {"actual": total, "max_mem": total}
        if guest.usage.balloon_info:
            free = total - guest.memory_used
            row["freemem"] = free
            row["ballooninfo"] |= {"free_mem": free, "total_mem": total}
    return row


def guests(call: Call) -> list[Row]:
    """Answer with the node's guests that the caller may see."""
    kind = "lxc" if call.path.endswith("/lxc") else "qemu"
    return [
        _figures(call, guest)
        for guest in call.world.on_node(call.node)
        if guest.kind == kind and call.may(f"/vms/{guest.vmid}", "VM.Audit")
    ]


ROUTES = (
    Route("GET", "/nodes/{node}/qemu", guests, GUEST_LIST_QEMU),
    Route("GET", "/nodes/{node}/lxc", guests, NOTHING),
    *for_both(
        {"qemu": NOTHING, "lxc": NOTHING},
        "GET",
        "/status/current",
        handler=current,
        needs=vm("VM.Audit"),
    ),
)
