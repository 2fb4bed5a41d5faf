"""Pausing a VM and destroying a guest."""

from bot.simulation.proxmox.call import Call, Route, for_both, vm
from bot.simulation.proxmox.endpoints.guest_power import check_skiplock
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.params import methods
from bot.simulation.proxmox.tasks import Task

PREFIX = {"qemu": "qm", "lxc": "vz"}
PAUSE_SECONDS = 0.5
DESTROY_SECONDS = 2.0


def suspend(call: Call) -> str:
    """Pause a VM."""
    guest, clock = call.guest, call.world.clock
    check_skiplock(call)
    if not guest.running:
        raise died(f"VM {guest.vmid} not running")

    async def work(_task: Task) -> None:
        async with guest.locked_file(clock):
            guest.check_lock()
            await clock.wait(PAUSE_SECONDS)
            guest.paused = True

    return call.start_task("qmsuspend", work)


def resume(call: Call) -> str:
    """Let a paused VM go on."""
    guest, clock = call.guest, call.world.clock
    check_skiplock(call)
    if not guest.running:
        raise died(f"VM {guest.vmid} not running")

    async def work(_task: Task) -> None:
        await clock.wait(PAUSE_SECONDS)
        guest.paused = False

    return call.start_task("qmresume", work)


def destroy(call: Call) -> str:
    """Destroy a stopped guest; protection and HA forbid it."""
    guest, world = call.guest, call.world
    if guest.config.values.get("protection") == "1":
        raise died(f"can't remove {guest.word} {guest.vmid} - protection mode enabled")
    if guest.vmid in world.ha and not call.flag("purge"):
        raise died(f"unable to remove {guest.word} {guest.vmid} - used in HA resources")
    guest.check_lock()
    if guest.running:
        raise died(f"{guest.word} {guest.vmid} is running - destroy failed")

    async def work(_task: Task) -> None:
        async with guest.locked_file(world.clock):
            await world.clock.wait(DESTROY_SECONDS)
            world.destroy(guest.vmid)

    return call.start_task(f"{PREFIX[guest.kind]}destroy", work)


POWER = vm("VM.PowerMgmt")
STATUS = "/nodes/{node}/qemu/{vmid}/status"

ROUTES = (
    Route("POST", f"{STATUS}/suspend", suspend, methods.SUSPEND, POWER),
    Route("POST", f"{STATUS}/resume", resume, methods.SUSPEND, POWER),
    *for_both(
        {"qemu": methods.DESTROY, "lxc": methods.DESTROY},
        "DELETE",
        "",
        handler=destroy,
        needs=vm("VM.Allocate"),
    ),
)
