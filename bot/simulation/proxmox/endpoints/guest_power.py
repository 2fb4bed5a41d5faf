"""Start, stop, shutdown, reboot, reset; guests under HA are left to its manager."""

from bot.simulation.proxmox import crm, power
from bot.simulation.proxmox.call import Call, Route, for_both, vm
from bot.simulation.proxmox.errors import died, wrong_parameters
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params import methods
from bot.simulation.proxmox.permissions import SUPERUSER
from bot.simulation.proxmox.tasks import Task

PREFIX = {"qemu": "qm", "lxc": "vz"}


def check_skiplock(call: Call) -> bool:
    """Whether locks are to be ignored, which only root@pam may ask."""
    if call.flag("skiplock") and call.who != SUPERUSER:
        raise wrong_parameters({"skiplock": "Only root may use this option."})
    return call.flag("skiplock")


def _timeout(call: Call) -> int | None:
    return int(call.params["timeout"]) if "timeout" in call.params else None


def _ask_ha(call: Call, guest: Guest, state: str, *, timeout: int = 0) -> str:
    verb = "start" if state == "started" else "stop"

    async def work(task: Task) -> None:
        task.say(f"Requesting HA {verb} for {guest.word} {guest.vmid}")
        crm.request(call.world, guest, state, patience=timeout)

    return call.start_task(f"ha{verb}", work)


def start(call: Call) -> str:
    """Start a guest."""
    guest, world, skiplock = call.guest, call.world, check_skiplock(call)
    if guest.kind == "lxc" and guest.running:
        raise died(f"CT {guest.vmid} already running")
    if guest.vmid in world.ha:
        return _ask_ha(call, guest, "started")

    async def work(_task: Task) -> None:
        await power.start(world, guest, skiplock=skiplock)

    return call.start_task(f"{PREFIX[guest.kind]}start", work)


def stop(call: Call) -> str:
    """Cut a guest's power."""
    guest, world, skiplock = call.guest, call.world, check_skiplock(call)
    _check_ct_runs(guest)
    if guest.vmid in world.ha:
        if call.flag("overrule-shutdown"):
            raise wrong_parameters({"overrule-shutdown": "Not applicable for HA resources."})
        return _ask_ha(call, guest, "stopped")
    overrule = call.flag("overrule-shutdown")

    async def work(_task: Task) -> None:
        if overrule:
            _end_shutdowns(call, guest)
        await power.stop(world, guest, skiplock=skiplock)

    return call.start_task(f"{PREFIX[guest.kind]}stop", work)


def _end_shutdowns(call: Call, guest: Guest) -> None:
    for task in call.world.tasks:
        same = task.id == str(guest.vmid) and task.type == f"{PREFIX[guest.kind]}shutdown"
        if same and task.exit is None and task.running:
            task.running.cancel()


def _check_ct_runs(guest: Guest) -> None:
    if guest.kind == "lxc" and not guest.running:
        raise died(f"CT {guest.vmid} not running")


def shutdown(call: Call) -> str:
    """Ask a guest to shut down."""
    guest, world, force, timeout = call.guest, call.world, call.flag("forceStop"), _timeout(call)
    check_skiplock(call)
    _check_ct_runs(guest)
    if guest.paused and not force:
        raise died("VM is paused - cannot shutdown")
    if guest.vmid in world.ha:
        limit = power.DEFAULT_TIMEOUT if timeout is None else timeout
        return _ask_ha(call, guest, "stopped", timeout=limit)

    async def work(task: Task) -> None:
        await power.shut_down(world, guest, task, patience=timeout, force=force)

    return call.start_task(f"{PREFIX[guest.kind]}shutdown", work)


def reboot(call: Call) -> str:
    """Shut down and start again; not a matter of HA."""
    guest, world, timeout = call.guest, call.world, _timeout(call)
    if guest.paused:
        raise died("VM is paused - cannot shutdown")
    if not guest.running:
        raise died(f"VM {guest.vmid} not running")

    async def work(task: Task) -> None:
        await power.reboot(world, guest, task, patience=timeout)

    return call.start_task(f"{PREFIX[guest.kind]}reboot", work)


def reset(call: Call) -> str:
    """Press a VM's reset button: the process goes on, what waits is not merged."""
    guest = call.guest
    check_skiplock(call)
    if not guest.running:
        raise died(f"VM {guest.vmid} not running")

    async def work(_task: Task) -> None:
        guest.check_lock()
        guest.started_at = call.world.clock.now()

    return call.start_task("qmreset", work)


POWER = vm("VM.PowerMgmt")

ROUTES = (
    *for_both(
        {"qemu": methods.QEMU_START, "lxc": methods.LXC_START},
        "POST",
        "/status/start",
        handler=start,
        needs=POWER,
    ),
    *for_both(
        {"qemu": methods.QEMU_STOP, "lxc": methods.LXC_STOP},
        "POST",
        "/status/stop",
        handler=stop,
        needs=POWER,
    ),
    *for_both(
        {"qemu": methods.QEMU_SHUTDOWN, "lxc": methods.LXC_SHUTDOWN},
        "POST",
        "/status/shutdown",
        handler=shutdown,
        needs=POWER,
    ),
    *for_both(
        {"qemu": methods.REBOOT, "lxc": methods.REBOOT},
        "POST",
        "/status/reboot",
        handler=reboot,
        needs=POWER,
    ),
    Route("POST", "/nodes/{node}/qemu/{vmid}/status/reset", reset, methods.RESET, POWER),
)
