"""The cluster as a whole: version, resources, status, free ids."""

from typing import Any

from bot.simulation.proxmox.call import Call, Needs, Route
from bot.simulation.proxmox.errors import wrong_parameters
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params.methods import NEXTID, NOTHING, RESOURCES
from bot.simulation.proxmox.picture import PLUGIN, Row

RELEASE = "9.1"
REPOID = "a8736b6c5dd4b0bb"


def version(call: Call) -> Row:
    """Answer with the version."""
    node = call.world.nodes[call.here]
    return {"version": node.version, "release": RELEASE, "repoid": REPOID}


def status(call: Call) -> list[Row]:
    """Answer with the cluster and one row per node."""
    world = call.world
    rows: list[Row] = []
    if len(world.nodes) > 1:
        rows.append(
            {
                "type": "cluster",
                "id": "cluster",
                "name": world.name,
                "nodes": len(world.nodes),
                "quorate": int(world.quorate),
                "version": len(world.nodes),
            }
        )
    for number, node in enumerate(world.nodes.values(), start=1):
        rows.append(
            {
                "type": "node",
                "id": f"node/{node.name}",
                "name": node.name,
                "nodeid": number,
                "ip": node.ip,
                "local": int(node.name == call.here),
                "online": int(node.online),
                "level": "",
            }
        )
    return rows


def options(call: Call) -> Row:
    """Answer with the data centre's options; all but the registered tags need Sys.Audit."""
    answer: Row = {"allowed-tags": sorted(call.world.registered_tags)}
    if call.may("/", "Sys.Audit"):
        answer["keyboard"] = "de"
        if call.world.registered_tags:
            answer["registered-tags"] = sorted(call.world.registered_tags)
    return answer


def next_id(call: Call) -> str:
    """Answer with the lowest free vmid, or check one."""
    wanted = call.params.get("vmid")
    if wanted is None:
        return str(call.world.next_vmid())
    if int(wanted) in call.world.guests:
        raise wrong_parameters({"vmid": f"VM {wanted} already exists"})
    return wanted


def resources(call: Call) -> list[Row]:
    """Answer with everything the caller may see; figures lag behind."""
    picture = call.picture
    picture.refresh()
    wanted = call.params.get("type")
    rows: list[Row] = []
    if wanted is None:
        rows += _pools(call)
    if wanted in {None, "vm"}:
        guests = call.world.guests.values()
        rows += [_guest(call, g) for g in guests if call.may(f"/vms/{g.vmid}", "VM.Audit")]
    if wanted in {None, "node"}:
        rows += [_node(call, name) for name in call.world.nodes]
    if wanted in {None, "storage"}:
        rows += _storages(call)
    if wanted in {None, "sdn"} and call.may("/sdn/zones/localnetwork", "SDN.Audit", "SDN.Use"):
        rows += [_sdn(name) for name in call.world.nodes]
    return rows


def _pools(call: Call) -> list[Row]:
    seen = (pool for pool in call.world.pools if call.may(f"/pool/{pool}", "Pool.Audit"))
    return [{"id": f"/pool/{pool}", "type": "pool", "pool": pool} for pool in seen]


def _guest(call: Call, guest: Guest) -> Row:
    picture = call.picture
    row: Row = {
        "id": f"{guest.kind}/{guest.vmid}",
        "type": guest.kind,
        "vmid": guest.vmid,
        "node": guest.node,
    }
    figures = picture.guests.get(guest.node, {}).get(guest.vmid)
    if figures is None or not picture.known(guest.node):
        return row | {"status": "unknown"}
    row |= figures
    row |= {"name": guest.name, "template": int(guest.template)}
    values = guest.config.values
    row |= {key: values[key] for key in ("tags", "lock") if values.get(key)}
    pool = call.world.pool_of(guest.vmid)
    if pool:
        row["pool"] = pool
    resource = call.world.ha.get(guest.vmid)
    if resource:
        row["hastate"] = resource.reached
    return row


def _node(call: Call, name: str) -> Row:
    picture = call.picture
    row: Row = {"id": f"node/{name}", "type": "node", "node": name, "level": "", "cgroup-mode": 2}
    if not picture.known(name):
        online = call.world.nodes[name].online
        return row | {"status": "unknown" if online else "offline"}
    row["status"] = "online"
    if call.may(f"/nodes/{name}", "Sys.Audit"):
        row |= picture.nodes[name]
    return row


def _storages(call: Call) -> list[Row]:
    picture = call.picture
    rows = []
    for node in call.world.nodes:
        for storage in call.world.storages.values():
            if storage.pool(node) is None:
                continue
            if not call.may(
                f"/storage/{storage.name}", "Datastore.Audit", "Datastore.AllocateSpace"
            ):
                continue
            row: Row = {
                "id": f"storage/{node}/{storage.name}",
                "type": "storage",
                "storage": storage.name,
                "node": node,
                "shared": int(storage.shared),
                "plugintype": PLUGIN[storage.type],
                "content": ",".join(storage.content),
                "status": "unknown",
            }
            figures: dict[str, Any] = picture.storages.get(node, {}).get(storage.name, {})
            rows.append(row | (figures if picture.known(node) else {}))
    return rows


def _sdn(node: str) -> Row:
    return {
        "id": f"sdn/{node}/localnetwork",
        "type": "sdn",
        "sdn": "localnetwork",
        "node": node,
        "status": "ok",
    }


ROUTES = (
    Route("GET", "/version", version, NOTHING),
    Route("GET", "/cluster/status", status, NOTHING, Needs("/", ("Sys.Audit",))),
    Route("GET", "/cluster/resources", resources, RESOURCES),
    Route("GET", "/cluster/options", options, NOTHING),
    Route("GET", "/cluster/nextid", next_id, NEXTID),
)
