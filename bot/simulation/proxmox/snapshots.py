"""Snapshots: taking one, going back to one, deleting one."""

from bot.simulation.proxmox import power
from bot.simulation.proxmox.config_file import ConfigFile
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.world import World

SECONDS = 2.0
RESERVED = frozenset({"current", "pending"})
OF_THE_SNAPSHOT = frozenset({"snaptime", "vmstate", "runningmachine", "runningcpu", "parent"})
NOT_IN_SNAPSHOT = frozenset({"lock", "parent", "description"})


def check_name(guest: Guest, name: str) -> None:
    """Die for a reserved name."""
    if name in RESERVED or (guest.kind == "lxc" and name == "vzdump"):
        raise died(f"unable to use snapshot name '{name}' (reserved name)")


def section(config: ConfigFile, name: str) -> dict[str, str]:
    """Return a snapshot's values; dies if there is none of that name."""
    if name not in config.snapshots:
        raise died(f"snapshot '{name}' does not exist")
    return config.snapshots[name]


async def take(
    world: World, guest: Guest, name: str, *, description: str | None, memory: bool
) -> None:
    """Take a snapshot; while it goes on the guest is locked."""
    async with guest.locked_file(world.clock):
        if guest.template:
            raise died("you can't take a snapshot if it's a template")
        guest.check_lock()
        if name in guest.config.snapshots:
            raise died(f"snapshot name '{name}' already used")
        where = [world.volume(guest, volid) for volid in world.disks(guest).values()]
        if not all(storage.has_snapshots or v.format == "qcow2" for storage, v in where):
            raise died("snapshot feature is not available")
        guest.lock = "snapshot"
        try:
            await world.clock.wait(SECONDS)
            for _, volume in where:
                volume.snapshots[name] = volume.size
        finally:
            guest.lock = None
        config = guest.load()
        values = {k: v for k, v in config.values.items() if k not in NOT_IN_SNAPSHOT}
        values["snaptime"] = str(int(world.clock.now()))
        if description:
            values["description"] = description
        if "parent" in config.values:
            values["parent"] = config.values["parent"]
        if memory and guest.running:
            values["vmstate"] = f"{_state_storage(world, guest)}:vm-{guest.vmid}-state-{name}"
            values["runningmachine"] = "pc-i440fx-10.1+pve0"
        config.snapshots[name] = values
        config.values["parent"] = name
        guest.save(config)


def _state_storage(world: World, guest: Guest) -> str:
    return next(iter(world.disks(guest).values())).partition(":")[0]


async def roll_back(world: World, guest: Guest, name: str, *, start: bool) -> None:
    """Go back to a snapshot: disks, values and pending changes; a running guest is stopped."""
    async with guest.locked_file(world.clock):
        values = section(guest.config, name)
        guest.check_lock()
        _check_newest(world, guest, name)
        guest.lock = "rollback"
        try:
            world.halt(guest)
            await world.clock.wait(SECONDS)
            for volid in world.disks(guest).values():
                _, volume = world.volume(guest, volid)
                volume.size = volume.snapshots.get(name, volume.size)
        finally:
            guest.lock = None
        config = guest.load()
        kept = {k: v for k, v in config.values.items() if k.startswith(("unused", "description"))}
        old = {k: v for k, v in values.items() if k not in OF_THE_SNAPSHOT and k != "description"}
        guest.save(
            ConfigFile(guest.kind, {**kept, **old, "parent": name}, snapshots=config.snapshots)
        )
    if start or "vmstate" in values:
        await power.start(world, guest)


def _check_newest(world: World, guest: Guest, name: str) -> None:
    for volid in world.disks(guest).values():
        storage, volume = world.volume(guest, volid)
        if storage.type == "zfspool" and volume.snapshots and list(volume.snapshots)[-1] != name:
            raise died(f"can't rollback, '{name}' is not most recent snapshot on '{volid}'")


async def delete(world: World, guest: Guest, name: str) -> None:
    """Delete a snapshot; those made after it get its parent."""
    async with guest.locked_file(world.clock):
        section(guest.config, name)
        guest.check_lock()
        guest.lock = "snapshot-delete"
        try:
            await world.clock.wait(SECONDS)
            for volid in world.disks(guest).values():
                world.volume(guest, volid)[1].snapshots.pop(name, None)
        finally:
            guest.lock = None
        config = guest.load()
        parent = config.snapshots.pop(name).get("parent")
        for values in (config.values, *config.snapshots.values()):
            if values.get("parent") == name:
                values.pop("parent")
                if parent:
                    values["parent"] = parent
        guest.save(config)
