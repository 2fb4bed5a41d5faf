"""Pieces that every scenario is built from."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.simulation.proxmox import property_string
from bot.simulation.proxmox.config_file import ConfigFile, write
from bot.simulation.proxmox.guest import Guest, Usage
from bot.simulation.proxmox.sizes import GIB, config_size
from bot.simulation.proxmox.storage import Storage, Volume
from bot.simulation.proxmox.world import World

BOT_USER = "headroom@pve"
BOT_TOKEN = f"{BOT_USER}!bot"
ROOT_TOKEN = "root@pam!tests"  # noqa: S105 - a token's name, no secret
BOT_ROLE = "Headroom"
BOT_PRIVILEGES = frozenset(
    [
        "Datastore.AllocateSpace",
        "Datastore.Audit",
        "Pool.Audit",
        "SDN.Audit",
        "SDN.Use",
        "Sys.Audit",
        "VM.Audit",
        "VM.Backup",
        "VM.Config.CPU",
        "VM.Config.Disk",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
        "VM.GuestAgent.Audit",
        "VM.Migrate",
        "VM.PowerMgmt",
        "VM.Snapshot",
        "VM.Snapshot.Rollback",
    ]
)
BOOTED_BEFORE = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A guest to be: memory in MiB, disks as option -> `storage:size`, use as fractions.

    `options` are added to the usual ones of its kind.
    """

    vmid: int
    name: str
    node: str = "pve1"
    memory: int
    cores: int
    disks: dict[str, str]
    options: dict[str, str] = field(default_factory=dict)
    pool: str | None = None
    running: bool = True
    onboot: bool = True
    cpu: float = 0.03
    memory_used: float = 0.5
    disk_used: float = 0.5
    ha: bool = False


def mac(vmid: int) -> str:
    """Return a network address that belongs to the vmid."""
    return f"BC:24:11:{vmid >> 16 & 255:02X}:{vmid >> 8 & 255:02X}:{vmid & 255:02X}"


def uuid(vmid: int) -> str:
    """Return a UUID that belongs to the vmid."""
    digits = hashlib.sha256(f"smbios {vmid}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def ct_text(plan: Plan, volids: dict[str, str]) -> str:
    """Write the configuration file of a CT."""
    values = {
        "arch": "amd64",
        "cores": str(plan.cores),
        "hostname": plan.name,
        "memory": str(plan.memory),
        "net0": f"name=eth0,bridge=vmbr0,hwaddr={mac(plan.vmid)},ip=dhcp,type=veth",
        "ostype": "debian",
        "swap": "512",
        "unprivileged": "1",
    }
    return _text("lxc", plan, values, volids)


def vm_text(plan: Plan, volids: dict[str, str]) -> str:
    """Write the configuration file of a VM."""
    boot = next(iter(plan.disks))
    values = {
        "boot": f"order={boot}",
        "cores": str(plan.cores),
        "cpu": "x86-64-v2-AES",
        "memory": str(plan.memory),
        "name": plan.name,
        "net0": f"virtio={mac(plan.vmid)},bridge=vmbr0",
        "ostype": "l26",
        "scsihw": "virtio-scsi-single",
        "smbios1": f"uuid={uuid(plan.vmid)}",
        "sockets": "1",
    }
    return _text("qemu", plan, values, volids)


def _text(kind: str, plan: Plan, values: dict[str, str], volids: dict[str, str]) -> str:
    if plan.onboot:
        values["onboot"] = "1"
    for option, disk in plan.disks.items():
        size = disk.partition(":")[2]
        parts = {"volume": volids[option], "size": size}
        if option.startswith("mp"):
            parts["mp"] = f"/srv/{option}"
        values[option] = property_string.write(parts, first="volume")
    config = ConfigFile("lxc" if kind == "lxc" else "qemu", values | plan.options)
    return write(config)


def volume_name(storage: Storage, vmid: int, number: int, *, ct: bool) -> str:
    """Return the volume id Proxmox would choose."""
    if storage.type == "dir":
        return f"{storage.name}:{vmid}/vm-{vmid}-disk-{number}.raw"
    word = "subvol" if ct and storage.type == "zfspool" else "vm"
    return f"{storage.name}:{word}-{vmid}-disk-{number}"


def settle(world: World, plans: Iterable[Plan], *, ct: bool) -> None:
    """Create the guests with their disks, pools and use."""
    now = world.clock.now()
    for plan in plans:
        volids = {}
        for number, (option, disk) in enumerate(plan.disks.items()):
            name, _, size = disk.partition(":")
            storage = world.storages[name]
            volids[option] = volume_name(storage, plan.vmid, number, ct=ct)
            full = config_size(size)
            storage.add(
                plan.node, Volume(volids[option], plan.vmid, full, int(full * plan.disk_used))
            )
        text = ct_text(plan, volids) if ct else vm_text(plan, volids)
        guest = Guest(plan.vmid, "lxc" if ct else "qemu", plan.node, text, running=plan.running)
        world.add(guest)
        guest.started_at = now - BOOTED_BEFORE / 2
        guest.usage = usage(plan)
        if plan.pool:
            world.pools.setdefault(plan.pool, set()).add(plan.vmid)
        if plan.ha:
            world.manage(plan.vmid)


def usage(plan: Plan) -> Usage:
    """Return what the guest uses: memory and disk as planned, counters from its vmid."""
    root = config_size(next(iter(plan.disks.values())).partition(":")[2])
    return Usage(
        cpu=plan.cpu,
        mem=int(plan.memory * 2**20 * plan.memory_used),
        disk=int(root * plan.disk_used),
        netin=plan.vmid * 81_234_567,
        netout=plan.vmid * 23_456_789,
        diskread=plan.vmid * 12_345_678,
        diskwrite=plan.vmid * 34_567_890,
        agent=plan.options.get("agent", "0").startswith("1"),
    )


def fill_to(storage: Storage, node: str, fraction: float) -> None:
    """Let other data lie there so that the storage is used to this fraction."""
    pool = storage.pool(node)
    if pool:
        pool.other_used += int(pool.total * fraction) - storage.used(node)


def give_rights(world: World) -> None:
    """Add the bot's token with its role (for user and token), and a superuser's token."""
    world.access.roles[BOT_ROLE] = BOT_PRIVILEGES
    world.add_token(BOT_TOKEN)
    world.add_token(ROOT_TOKEN, privsep=False)
    for subject in (BOT_USER, BOT_TOKEN):
        world.access.grant("/", subject, BOT_ROLE)


def gib(amount: float) -> int:
    """Return bytes."""
    return int(amount * GIB)
