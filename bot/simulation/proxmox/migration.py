"""Moving a guest to another node."""

from typing import Any

from bot.simulation.proxmox import power
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.sizes import GIB, MIB
from bot.simulation.proxmox.tasks import Task
from bot.simulation.proxmox.world import World

SECONDS_PER_GIB = 4.0
STEPS = 4
ABORTED = "migration aborted"


def local_disks(world: World, guest: Guest) -> list[dict[str, Any]]:
    """List the guest's disks that lie on storage of one node, with size in bytes."""
    found = []
    for option, volid in world.disks(guest).items():
        storage, volume = world.volume(guest, volid)
        if not storage.shared:
            found.append(
                {
                    "volid": volid,
                    "size": volume.size,
                    "cdrom": 0,
                    "is_attached": 1,
                    "drivename": option,
                    "replicate": 1,
                }
            )
    return found


def missing_storages(world: World, guest: Guest, target: str) -> list[str]:
    """List the storages the guest needs that the target does not have."""
    needed = {volid.partition(":")[0] for volid in world.disks(guest).values()}
    return sorted(n for n in needed if world.storages[n].pool(target) is None)


def check_storages(world: World, guest: Guest, target: str) -> None:
    """Die if a storage of the guest is missing on the target."""
    for name in missing_storages(world, guest, target):
        raise died(f"storage '{name}' is not available on node '{target}'")


async def move(
    world: World,
    guest: Guest,
    task: Task,
    target: str,
    *,
    with_local_disks: bool = True,
    restart: bool = False,
) -> None:
    """Move the guest: a running VM live, a running CT by stop, move, start."""
    async with guest.locked_file(world.clock):
        guest.check_lock()
        address = world.nodes[target].ip
        task.say(f"starting migration of {guest.word} {guest.vmid} to node '{target}' ({address})")
        running = guest.running
        if running and guest.kind == "qemu" and not with_local_disks:
            _refuse_local_disks(world, guest, task)
        if running and guest.kind == "lxc":
            if not restart:
                task.say("ERROR: lxc live migration is currently not implemented")
                raise died(ABORTED)
            task.say(f"shutdown CT {guest.vmid}")
            await power.wait_for_shutdown(world, guest, task, patience=180, force=False)
        await _copy(world, guest, task)
        if not world.nodes[target].online:
            task.say(f"ERROR: migration aborted - can't connect to node '{target}'")
            raise died(ABORTED)
        world.migrate(guest.vmid, target)
        if running and guest.kind == "lxc":
            task.say(f"start container on node '{target}'")
            world.boot(guest)
        task.say("migration finished successfully (duration 00:00:21)")


def _refuse_local_disks(world: World, guest: Guest, task: Task) -> None:
    disks = local_disks(world, guest)
    if disks:
        task.say(f"found local disk '{disks[0]['volid']}' (attached)")
        task.say("ERROR: can't live migrate attached local disks without with-local-disks option")
        raise died(ABORTED)


async def _copy(world: World, guest: Guest, task: Task) -> None:
    before = guest.lock
    guest.lock = "migrate"
    try:
        total = guest.memory_mib * MIB / GIB
        for step in range(1, STEPS + 1):
            await world.clock.wait(total * SECONDS_PER_GIB / STEPS)
            if guest.running:
                done = total * step / STEPS
                task.say(
                    f"migration active, transferred {done:.1f} GiB of {total:.1f} GiB "
                    "VM-state, 110.0 MiB/s"
                )
        if guest.running:
            task.say("migration status: completed")
    finally:
        guest.lock = before
