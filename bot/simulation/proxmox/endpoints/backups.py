"""Backups: vzdump."""

import time

from bot.simulation.proxmox.call import Call, Route
from bot.simulation.proxmox.errors import ApiError, died, wrong_parameters
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params.formats import split_list
from bot.simulation.proxmox.params.methods import VZDUMP
from bot.simulation.proxmox.storage import Backup, Pool, Storage
from bot.simulation.proxmox.tasks import Task

SECONDS_PER_GUEST = 40.0
STEPS = 4


def vzdump(call: Call) -> str:
    """Back up guests of this node; `OK`, and nothing done, if none of them is here."""
    vmids = [int(vmid) for vmid in split_list(call.params.get("vmid", ""))]
    if not vmids:
        raise wrong_parameters({"vmid": "property is missing and it is not optional"})
    name = call.params.get("storage", "local")
    for vmid in vmids:
        call.need(f"/vms/{vmid}", "VM.Backup")
    call.need(f"/storage/{name}", "Datastore.AllocateSpace")
    storage = call.world.storages.get(name)
    pool = storage.pool(call.node) if storage else None
    if storage is None or pool is None:
        raise died(f"storage '{name}' does not exist")
    if "backup" not in storage.content:
        raise died(
            f"could not get storage information for '{name}': can't use storage '{name}' "
            "for backups - wrong content type"
        )
    here = [g for g in call.world.on_node(call.node) if g.vmid in vmids]
    if not here:
        return "OK"

    async def work(task: Task) -> None:
        failed = [guest for guest in here if not await _back_up(call, task, guest, storage, pool)]
        if failed:
            raise died("job errors")

    return call.start_task("vzdump", work, id_=str(here[0].vmid) if len(here) == 1 else "")


async def _back_up(call: Call, task: Task, guest: Guest, storage: Storage, pool: Pool) -> bool:
    clock, start = call.world.clock, call.world.clock.now()
    task.say(f"INFO: Starting Backup of VM {guest.vmid} ({guest.kind})")
    try:
        guest.check_lock()
        guest.lock = "backup"
        for step in range(1, STEPS + 1):
            await clock.wait(SECONDS_PER_GUEST / STEPS)
            if guest.kind == "qemu":
                task.say(f"INFO: {100 * step // STEPS:3}% ({step}.0 GiB of {STEPS}.0 GiB) in 10s")
        guest.lock = None
    except ApiError as error:
        task.say(f"ERROR: Backup of VM {guest.vmid} failed - {error.message}")
        return False
    stamp = time.strftime("%Y_%m_%d-%H_%M_%S", time.gmtime(start))
    ending = "tar.zst" if guest.kind == "lxc" else "vma.zst"
    pool.backups.append(
        Backup(
            f"{storage.name}:backup/vzdump-{guest.kind}-{guest.vmid}-{stamp}.{ending}",
            guest.vmid,
            _written(call, guest) // 3,
            int(start),
            call.params.get("notes-template", guest.name),
            call.flag("protected"),
        )
    )
    task.say(f"INFO: Finished Backup of VM {guest.vmid} (00:00:40)")
    return True


def _written(call: Call, guest: Guest) -> int:
    everything = (s.volumes(guest.node) for s in call.world.storages.values())
    return sum(v.written for volumes in everything for v in volumes if v.vmid == guest.vmid)


ROUTES = (Route("POST", "/nodes/{node}/vzdump", vzdump, VZDUMP),)
