"""Starting and stopping: what a power task does to a guest, and what it takes.

The functions run inside tasks; they raise ApiError with the text the task ends with.
"""

from bot.simulation.proxmox import hotplug, property_string
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.guest import Guest, max_vcpus, memory_mib
from bot.simulation.proxmox.sizes import MIB
from bot.simulation.proxmox.tasks import Task
from bot.simulation.proxmox.world import World, merge_pending

START_SECONDS = {"qemu": 3.0, "lxc": 1.5}
STOP_SECONDS = 1.0
SHUTDOWN_SECONDS = {"qemu": 6.0, "lxc": 3.0}
DEFAULT_TIMEOUT = 60
EVENT_DAEMON_SECONDS = 0.5


def shutdown_timeout(guest: Guest) -> int:
    """Return how long a shutdown may take: the `down` of its start order, or 60 seconds."""
    startup = property_string.parse(guest.config.values.get("startup", ""), first="order")
    return int(startup.get("down", DEFAULT_TIMEOUT))


async def start(world: World, guest: Guest, *, skiplock: bool = False) -> None:
    """Start a guest; what waits is merged first, and stays merged if the start fails."""
    async with guest.locked_file(world.clock):
        if guest.template:
            article = "a vm" if guest.kind == "qemu" else "a CT"
            raise died(f"you can't start {article} if it's a template")
        if not skiplock:
            guest.check_lock()
        if guest.running:
            raise died(f"{guest.word} {guest.vmid} already running")
        config = guest.load()
        if config.pending or config.pending_delete:
            merge_pending(guest, config)
        if guest.kind == "qemu":
            check_start(world, guest)
        await world.clock.wait(START_SECONDS[guest.kind])
        world.boot(guest)


def check_start(world: World, guest: Guest) -> None:
    """Die if QEMU could not start with this configuration on this node."""
    values, node = guest.config.values, world.nodes[guest.node]
    memory = memory_mib(values.get("memory"))
    if max_vcpus(values) > node.cpus:
        raise died(f"MAX {node.cpus} vcpus allowed per VM on this node")
    if int(values.get("vcpus", "1")) > max_vcpus(values):
        raise died("you can't have more vcpus than maxcpus")
    if "memory" in hotplug.features(values.get("hotplug")):
        if values.get("numa") != "1":
            raise died("NUMA needs to be enabled for memory hotplug")
        floor = hotplug.static_mib(values)
        if memory < floor:
            raise died(f"minimum memory must be {floor}MB")
    if memory * MIB > node.memory + node.swap:
        raise died("start failed: QEMU exited with code 1")


async def stop(world: World, guest: Guest, *, skiplock: bool = False) -> None:
    """Cut the power; of a stopped VM this does nothing."""
    async with guest.locked_file(world.clock):
        if not guest.running:
            return
        if not skiplock:
            guest.check_lock()
        await world.clock.wait(STOP_SECONDS)
        world.halt(guest)


async def shut_down(
    world: World, guest: Guest, task: Task, *, patience: int | None, force: bool
) -> None:
    """Ask the guest to shut down and wait; with force the power is cut in the end.

    `patience` is in seconds; None takes the guest's own.
    """
    async with guest.locked_file(world.clock):
        if not guest.running:
            return
        guest.check_lock()
        await wait_for_shutdown(world, guest, task, patience=patience, force=force)


async def wait_for_shutdown(
    world: World, guest: Guest, task: Task, *, patience: int | None, force: bool
) -> None:
    """Wait until the guest has shut itself down; its file is locked by the caller."""
    limit = shutdown_timeout(guest) if patience is None else patience
    needed = SHUTDOWN_SECONDS[guest.kind]
    if guest.ignores_shutdown or guest.paused or needed > limit:
        await world.clock.wait(limit)
        if not force and guest.kind == "qemu":
            raise died("VM quit/powerdown failed - got timeout")
        if not force:
            raise died(
                f"command 'lxc-stop -n {guest.vmid} --nokill --timeout {limit}' failed: exit code 1"
            )
        task.say(f"{guest.word} still running - terminating now with SIGTERM")
    else:
        await world.clock.wait(needed)
    world.halt(guest)


async def reboot(world: World, guest: Guest, task: Task, *, patience: int | None) -> None:
    """Shut down and start again, which merges what waits.

    A VM's task ends when it is down: its start follows as a qmstart task of root@pam, by the event
    daemon. A CT's task ends when it is up again.
    """
    async with guest.locked_file(world.clock):
        guest.check_lock()
        await wait_for_shutdown(world, guest, task, patience=patience, force=False)
        if guest.kind == "lxc":
            await world.clock.wait(START_SECONDS["lxc"])
            world.boot(guest)
            return
    world.tasks.in_background(_start_after_reboot(world, guest))


async def _start_after_reboot(world: World, guest: Guest) -> None:
    await world.clock.wait(EVENT_DAEMON_SECONDS)

    async def work(_task: Task) -> None:
        await start(world, guest)

    world.tasks.start(
        node=guest.node, type_="qmstart", id_=str(guest.vmid), user="root@pam", work=work
    )
