"""The HA manager: it acts some ten seconds after it was asked, in tasks of root@pam."""

from bot.simulation.proxmox import migration, power
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.ha import Resource
from bot.simulation.proxmox.tasks import Task, Work
from bot.simulation.proxmox.world import World

ROUND_SECONDS = 10
TYPES = {
    "qemu": {
        "start": "qmstart",
        "stop": "qmstop",
        "shutdown": "qmshutdown",
        "migrate": "qmigrate",
    },
    "lxc": {
        "start": "vzstart",
        "stop": "vzstop",
        "shutdown": "vzshutdown",
        "migrate": "vzmigrate",
    },
}
SID = {"qemu": "vm", "lxc": "ct"}


def sid(guest: Guest) -> str:
    """Return the resource's name, such as vm:100."""
    return f"{SID[guest.kind]}:{guest.vmid}"


def request(
    world: World, guest: Guest, state: str, *, patience: int = power.DEFAULT_TIMEOUT
) -> None:
    """Set what is wanted; the manager makes it so in a later round.

    `patience` is how many seconds a shutdown may take; 0 cuts the power.
    """
    resource = world.ha[guest.vmid]
    if resource.reached == "error" and state != "disabled":
        raise died(f"service '{sid(guest)}' in error state, must be disabled and fixed first")
    resource.wanted = state
    if (state == "started") != guest.running:
        resource.reached = "request_start" if state == "started" else "request_stop"
    if world.ha_acts:
        world.tasks.in_background(_act(world, guest, resource, patience))


async def _act(world: World, guest: Guest, resource: Resource, patience: int) -> None:
    await world.clock.wait(ROUND_SECONDS)
    wanted = resource.wanted
    if wanted == "started" and not guest.running:
        await _run(world, guest, "start", lambda _task: power.start(world, guest))
    elif wanted in {"stopped", "disabled"} and guest.running:
        await _end(world, guest, patience)
    if resource.wanted == wanted:
        resource.reached = "started" if guest.running else "stopped"


async def _end(world: World, guest: Guest, patience: int) -> None:
    async def work(task: Task) -> None:
        if patience:
            await power.shut_down(world, guest, task, patience=patience, force=True)
        else:
            await power.stop(world, guest)

    await _run(world, guest, "shutdown" if patience else "stop", work)


async def _run(world: World, guest: Guest, what: str, work: Work) -> None:
    upid = world.tasks.start(
        node=guest.node,
        type_=TYPES[guest.kind][what],
        id_=str(guest.vmid),
        user="root@pam",
        work=work,
    )
    await world.tasks.find(upid).done.wait()


def request_migration(world: World, guest: Guest, target: str) -> None:
    """Ask the manager to move the guest."""
    world.ha[guest.vmid].reached = "migrate"
    if world.ha_acts:
        world.tasks.in_background(_migrate(world, guest, target))


async def _migrate(world: World, guest: Guest, target: str) -> None:
    await world.clock.wait(ROUND_SECONDS)

    async def work(task: Task) -> None:
        await migration.move(world, guest, task, target, restart=True)

    await _run(world, guest, "migrate", work)
    world.ha[guest.vmid].reached = "started" if guest.running else "stopped"
