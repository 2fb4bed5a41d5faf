"""Snapshots of a guest."""

from typing import Any

from bot.simulation.proxmox import snapshots
from bot.simulation.proxmox.call import Call, for_both, vm
from bot.simulation.proxmox.endpoints.guest_config import shown
from bot.simulation.proxmox.params import methods
from bot.simulation.proxmox.picture import Row
from bot.simulation.proxmox.tasks import Task

PREFIX = {"qemu": "qm", "lxc": "vz"}


def list_snapshots(call: Call) -> list[Row]:
    """Answer with the snapshots and, as `current`, the present state."""
    guest = call.guest
    rows: list[Row] = []
    for name, values in guest.config.snapshots.items():
        row: Row = {
            "name": name,
            "description": values.get("description", ""),
            "snaptime": int(values.get("snaptime", "0")),
        }
        if guest.kind == "qemu":
            row["vmstate"] = int("vmstate" in values)
        if "parent" in values:
            row["parent"] = values["parent"]
        rows.append(row)
    now: Row = {
        "name": "current",
        "description": "You are here!",
        "digest": guest.digest,
        "running": int(guest.running),
    }
    if "parent" in guest.config.values:
        now["parent"] = guest.config.values["parent"]
    return [*rows, now]


def take(call: Call) -> str:
    """Take a snapshot."""
    guest, world, name = call.guest, call.world, call.params["snapname"]
    description, memory = call.params.get("description"), call.flag("vmstate")
    snapshots.check_name(guest, name)

    async def work(_task: Task) -> None:
        await snapshots.take(world, guest, name, description=description, memory=memory)

    return call.start_task(f"{PREFIX[guest.kind]}snapshot", work)


def delete(call: Call) -> str:
    """Delete a snapshot."""
    guest, world, name = call.guest, call.world, call.params["snapname"]

    async def work(_task: Task) -> None:
        await snapshots.delete(world, guest, name)

    return call.start_task(f"{PREFIX[guest.kind]}delsnapshot", work)


def roll_back(call: Call) -> str:
    """Go back to a snapshot."""
    guest, world, name = call.guest, call.world, call.params["snapname"]
    start = call.flag("start")
    if start:
        call.need(call.guest_path, "VM.PowerMgmt")

    async def work(_task: Task) -> None:
        await snapshots.roll_back(world, guest, name, start=start)

    return call.start_task(f"{PREFIX[guest.kind]}rollback", work)


def get_config(call: Call) -> dict[str, Any]:
    """Answer with a snapshot's values."""
    values = snapshots.section(call.guest.config, call.params["snapname"])
    return {option: shown(call.kind, option, value) for option, value in values.items()}


def set_config(call: Call) -> None:
    """Change a snapshot's description."""
    config = call.guest.load()
    values = snapshots.section(config, call.params["snapname"])
    call.guest.check_lock()
    if "description" in call.params:
        values["description"] = call.params["description"]
    call.guest.save(config)


SNAPSHOT = vm("VM.Snapshot")
ONE = "/snapshot/{snapname}"

ROUTES = (
    *for_both(
        {"qemu": methods.NOTHING, "lxc": methods.NOTHING},
        "GET",
        "/snapshot",
        handler=list_snapshots,
        needs=vm("VM.Audit"),
    ),
    *for_both(
        {"qemu": methods.QEMU_SNAPSHOT, "lxc": methods.LXC_SNAPSHOT},
        "POST",
        "/snapshot",
        handler=take,
        needs=SNAPSHOT,
    ),
    *for_both(
        {"qemu": methods.SNAPSHOT_DELETE, "lxc": methods.SNAPSHOT_DELETE},
        "DELETE",
        ONE,
        handler=delete,
        needs=SNAPSHOT,
    ),
    *for_both(
        {"qemu": methods.SNAPSHOT_CONFIG, "lxc": methods.SNAPSHOT_CONFIG},
        "GET",
        f"{ONE}/config",
        handler=get_config,
        needs=vm("VM.Snapshot", "VM.Snapshot.Rollback", "VM.Audit", any_=True),
    ),
    *for_both(
        {"qemu": methods.SNAPSHOT_UPDATE, "lxc": methods.SNAPSHOT_UPDATE},
        "PUT",
        f"{ONE}/config",
        handler=set_config,
        needs=SNAPSHOT,
    ),
    *for_both(
        {"qemu": methods.ROLLBACK, "lxc": methods.ROLLBACK},
        "POST",
        f"{ONE}/rollback",
        handler=roll_back,
        needs=vm("VM.Snapshot", "VM.Snapshot.Rollback", any_=True),
    ),
)
