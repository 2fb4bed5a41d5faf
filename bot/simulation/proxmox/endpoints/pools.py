"""Resource pools and replication jobs."""

from bot.simulation.proxmox.call import Call, Route
from bot.simulation.proxmox.errors import died, not_permitted
from bot.simulation.proxmox.params.methods import NOTHING, POOLS
from bot.simulation.proxmox.picture import Row


def pools(call: Call) -> list[Row]:
    """Answer with the pools the caller may see, or one with its members."""
    wanted = call.params.get("poolid")
    if wanted is None:
        return [
            {"poolid": pool} | _parent(pool)
            for pool in call.world.pools
            if call.may(f"/pool/{pool}", "Pool.Audit")
        ]
    if not call.may(f"/pool/{wanted}", "Pool.Audit"):
        raise not_permitted(f"/pool/{wanted}", ["Pool.Audit"])
    if wanted not in call.world.pools:
        raise died(f"pool '{wanted}' does not exist")
    return [{"poolid": wanted, "members": _members(call, wanted)} | _parent(wanted)]


def _parent(pool: str) -> Row:
    parent, slash, _ = pool.rpartition("/")
    return {"parent": parent} if slash else {}


def _members(call: Call, pool: str) -> list[Row]:
    kind = call.params.get("type")
    guests = [call.world.guest(vmid) for vmid in sorted(call.world.pools[pool])]
    return [
        {
            "id": f"{guest.kind}/{guest.vmid}",
            "type": guest.kind,
            "vmid": guest.vmid,
            "node": guest.node,
            "name": guest.name,
            "status": "running" if guest.running else "stopped",
            "template": int(guest.template),
        }
        for guest in guests
        if kind in {None, guest.kind} and call.may(f"/vms/{guest.vmid}", "VM.Audit")
    ]


def replication(call: Call) -> list[Row]:
    """Answer with the replication jobs of guests the caller may see."""
    return [
        {
            "id": f"{vmid}-0",
            "type": "local",
            "guest": vmid,
            "jobnum": 0,
            "source": call.world.guest(vmid).node,
            "target": target,
            "schedule": "*/15",
        }
        for vmid, target in call.world.replicated.items()
        if call.may(f"/vms/{vmid}", "VM.Audit")
    ]


ROUTES = (
    Route("GET", "/pools", pools, POOLS),
    Route("GET", "/cluster/replication", replication, NOTHING),
)
