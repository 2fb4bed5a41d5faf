"""The HA stack: its resources and their state."""

from bot.simulation.proxmox import crm
from bot.simulation.proxmox.call import Call, Needs, Route
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.ha import Resource
from bot.simulation.proxmox.params.methods import HA_LIST, HA_STATE, NOTHING
from bot.simulation.proxmox.picture import Row


def _row(call: Call, resource: Resource) -> Row:
    guest = call.world.guest(resource.vmid)
    name = crm.sid(guest)
    row: Row = {
        "sid": name,
        "type": name.partition(":")[0],
        "state": resource.wanted,
        "max_relocate": 1,
        "max_restart": 1,
    }
    return row | ({"comment": resource.comment} if resource.comment else {})


def _find(call: Call) -> tuple[Guest, Resource]:
    wanted = call.place["sid"]
    for resource in call.world.ha.values():
        guest = call.world.guest(resource.vmid)
        if wanted in {crm.sid(guest), str(guest.vmid)}:
            return guest, resource
    raise died(f"no such resource '{wanted}'")


def resources(call: Call) -> list[Row]:
    """Answer with every guest under HA."""
    rows = [_row(call, resource) for resource in call.world.ha.values()]
    return [row for row in rows if call.params.get("type") in {None, row["type"]}]


def resource(call: Call) -> Row:
    """Answer with one guest's HA settings."""
    return _row(call, _find(call)[1])


def set_state(call: Call) -> None:
    """Set what is wanted of a guest; the manager acts later."""
    guest, found = _find(call)
    found.comment = call.params.get("comment", found.comment)
    if "state" in call.params:
        state = call.params["state"]
        crm.request(call.world, guest, "started" if state == "enabled" else state)


def status(call: Call) -> list[Row]:
    """Answer with quorum, master, local managers and services."""
    world = call.world
    master = next((node.name for node in world.nodes.values() if node.online), "")
    rows: list[Row] = [
        {
            "id": "quorum",
            "type": "quorum",
            "node": call.here,
            "quorate": int(world.quorate),
            "status": "OK" if world.quorate else "No quorum on this node!",
        },
        {"id": "master", "type": "master", "node": master, "status": f"{master} (active)"},
    ]
    for node in world.nodes.values():
        state = "active" if node.online else "old timestamp - dead?"
        rows.append(
            {
                "id": f"lrm:{node.name}",
                "type": "lrm",
                "node": node.name,
                "status": f"{node.name} ({state})",
            }
        )
    return rows + [_service(call, found) for found in world.ha.values()]


def _service(call: Call, found: Resource) -> Row:
    guest = call.world.guest(found.vmid)
    name = crm.sid(guest)
    return {
        "id": f"service:{name}",
        "type": "service",
        "sid": name,
        "node": guest.node,
        "status": f"{name} ({guest.node}, {found.reached})",
        "crm_state": found.reached,
        "request_state": found.wanted,
        "state": found.reached,
        "max_relocate": 1,
        "max_restart": 1,
    }


AUDIT = Needs("/", ("Sys.Audit",))
CONSOLE = Needs("/", ("Sys.Console",))

ROUTES = (
    Route("GET", "/cluster/ha/resources", resources, HA_LIST, AUDIT),
    Route("GET", "/cluster/ha/resources/{sid}", resource, NOTHING, AUDIT),
    Route("PUT", "/cluster/ha/resources/{sid}", set_state, HA_STATE, CONSOLE),
    Route("GET", "/cluster/ha/status/current", status, NOTHING, AUDIT),
)
