"""Growing a guest's disks."""

from bot.simulation.proxmox import resize
from bot.simulation.proxmox.call import Call, Route, vm
from bot.simulation.proxmox.errors import wrong_parameters
from bot.simulation.proxmox.option_rights import check_lxc
from bot.simulation.proxmox.params.methods import LXC_RESIZE, QEMU_RESIZE
from bot.simulation.proxmox.permissions import SUPERUSER
from bot.simulation.proxmox.resize import storage_of
from bot.simulation.proxmox.tasks import Task

GROW_SECONDS = 1.5


def resize_qemu(call: Call) -> str:
    """Grow a VM's disk in a task, which makes every check."""
    params, clock = call.params, call.world.clock
    if call.flag("skiplock") and call.who != SUPERUSER:
        raise wrong_parameters({"skiplock": "Only root may use this option."})

    async def work(_task: Task) -> None:
        guest = call.guest
        async with guest.locked_file(clock):
            resize.check_before(guest, params.get("digest"))
            volid = resize.qemu_volid(guest, params["disk"])
            call.need(f"/storage/{storage_of(volid)}", "Datastore.AllocateSpace")
            where = call.world.volume(guest, volid)
            await clock.wait(GROW_SECONDS)
            resize.grow_qemu(guest, params["disk"], params["size"], where)

    return call.start_task("resize", work)


async def resize_lxc(call: Call) -> str:
    """Grow a CT's mount point: checked at once, done in a task."""
    params, guest, clock = call.params, call.guest, call.world.clock
    async with guest.locked_file(clock):
        guest.check_lock()
        check_lxc(call, guest, {"disk": params["disk"], "size": params["size"]})
        resize.check_digest(guest, params.get("digest"))
        volid = resize.lxc_volid(guest, params["disk"])
        call.need(f"/storage/{storage_of(volid)}", "Datastore.AllocateSpace")
        where = call.world.volume(guest, volid)
        wanted = resize.check_lxc(params["size"], where[1])

    async def work(task: Task) -> None:
        async with guest.locked_file(clock):
            await clock.wait(GROW_SECONDS)
            resize.grow_lxc(guest, params["disk"], wanted, where)
            task.say("The filesystem was resized.")

    return call.start_task("resize", work)


ROUTES = (
    Route(
        "PUT",
        "/nodes/{node}/qemu/{vmid}/resize",
        resize_qemu,
        QEMU_RESIZE,
        vm("VM.Config.Disk"),
    ),
    Route(
        "PUT",
        "/nodes/{node}/lxc/{vmid}/resize",
        resize_lxc,
        LXC_RESIZE,
        vm("VM.Config.Disk"),
    ),
)
