"""Moving a guest to another node."""

from typing import Any

from bot.simulation.proxmox import crm, migration
from bot.simulation.proxmox.call import Call, Route, for_both, vm
from bot.simulation.proxmox.errors import died, wrong_parameters
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params import methods
from bot.simulation.proxmox.permissions import SUPERUSER
from bot.simulation.proxmox.tasks import Task


def preconditions(call: Call) -> dict[str, Any]:
    """Answer whether and where the guest can go."""
    guest, world = call.guest, call.world
    others = [node for node in world.nodes if node != guest.node]
    missing = {node: migration.missing_storages(world, guest, node) for node in others}
    refused: dict[str, Any] = {
        node: {"unavailable_storages": storages} for node, storages in missing.items() if storages
    }
    answer: dict[str, Any] = {
        "running": int(guest.running),
        "allowed_nodes": [node for node in others if node not in refused],
        "not_allowed_nodes": refused,
    }
    if guest.kind == "qemu":
        answer |= {
            "local_disks": migration.local_disks(world, guest),
            "local_resources": [],
            "mapped-resources": [],
            "mapped-resource-info": {},
            "has-dbus-vmstate": 0,
        }
    return answer


def _check_target(call: Call) -> str:
    target = call.params["target"]
    if target == call.node:
        raise wrong_parameters({"target": "target is local node."})
    if target not in call.world.nodes:
        raise died(f"no such cluster node '{target}'")
    return target


def _leave_to_ha(call: Call, guest: Guest, target: str) -> str:
    async def work(task: Task) -> None:
        task.say(f"Requesting HA migration for {guest.word} {guest.vmid} to node {target}")
        crm.request_migration(call.world, guest, target)

    return call.start_task("hamigrate", work)


def migrate_qemu(call: Call) -> str:
    """Move a VM; a running one needs online=1."""
    target, guest, world = _check_target(call), call.guest, call.world
    if call.flag("force") and call.who != SUPERUSER:
        raise wrong_parameters({"force": "Only root may use this option."})
    if "targetstorage" in call.params and not call.flag("online"):
        text = "Live storage migration can only be done online."
        raise wrong_parameters({"targetstorage": text})
    guest.check_lock()
    if guest.running and not call.flag("online"):
        raise died("can't migrate running VM without --online")
    if "targetstorage" not in call.params:
        migration.check_storages(world, guest, target)
    if guest.running and guest.vmid in world.replicated and world.replicated[guest.vmid] != target:
        raise died(
            f"Cannot live migrate replicated VM to node '{target}' - not a replication target. "
            "Use 'force' to override."
        )
    if guest.vmid in world.ha:
        return _leave_to_ha(call, guest, target)
    with_local_disks = call.flag("with-local-disks")

    async def work(task: Task) -> None:
        await migration.move(world, guest, task, target, with_local_disks=with_local_disks)

    return call.start_task("qmigrate", work)


def migrate_lxc(call: Call) -> str:
    """Move a CT; a running one needs restart=1."""
    target, guest, world = _check_target(call), call.guest, call.world
    guest.check_lock()
    restart = call.flag("restart")
    if guest.running and not (restart or call.flag("online")):
        raise died("can't migrate running container without --online or --restart")
    if "target-storage" not in call.params:
        migration.check_storages(world, guest, target)
    if guest.vmid in world.ha:
        return _leave_to_ha(call, guest, target)

    async def work(task: Task) -> None:
        await migration.move(world, guest, task, target, restart=restart)

    return call.start_task("vzmigrate", work)


MIGRATE = vm("VM.Migrate")

ROUTES = (
    *for_both(
        {"qemu": methods.MIGRATE_CHECK, "lxc": methods.MIGRATE_CHECK},
        "GET",
        "/migrate",
        handler=preconditions,
        needs=MIGRATE,
    ),
    Route(
        "POST",
        "/nodes/{node}/qemu/{vmid}/migrate",
        migrate_qemu,
        methods.QEMU_MIGRATE,
        MIGRATE,
    ),
    Route(
        "POST",
        "/nodes/{node}/lxc/{vmid}/migrate",
        migrate_lxc,
        methods.LXC_MIGRATE,
        MIGRATE,
    ),
)
