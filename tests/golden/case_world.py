"""A recorded case as a simulated world: the environment that the recording's `_meta` describes."""

from collections.abc import Mapping
from typing import Any

from bot.simulation.clock import Clock
from bot.simulation.proxmox.config_file import Kind
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.node import Node
from bot.simulation.proxmox.sizes import GIB
from bot.simulation.proxmox.storage import Storage, Volume, new_pool
from bot.simulation.proxmox.world import World

NODES = ("pve1", "pve2")
ROLE = frozenset(
    {
        "VM.Audit",
        "VM.Config.CPU",
        "VM.Config.Memory",
        "VM.Config.Disk",
        "VM.PowerMgmt",
        "Datastore.Audit",
        "Datastore.AllocateSpace",
    }
)
KINDS: dict[str, Kind] = {"qemu-server": "qemu", "lxc": "lxc"}
PASSWORD = "recorded"


def build(case: Mapping[str, Any]) -> World:
    """Build the world of a case; tasks end at once."""
    world = World(Clock(scale=0), name="recorded", ha_acts=False)
    for name in NODES:
        world.nodes[name] = Node(name, cpus=64, memory=512 * GIB, own_memory=4 * GIB)
        world.nodes[name].started_at = world.clock.now()
    for name, content in (("data", ("images", "rootdir")), ("local", ("iso", "backup", "vztmpl"))):
        pools = {node: new_pool(total_gib=2000) for node in NODES}
        world.storages[name] = Storage(name, "dir", content, pools=pools)
    for path, size in case.get("disks", {}).items():
        vmid = int(path.partition("/")[0])
        volume = Volume(f"data:{path}", vmid, size, 0, format=path.rpartition(".")[2])
        world.storages["data"].add("pve1", volume)
    for path, text in case["files"].items():
        folder, _, vmid = path.partition("/")
        _add_guest(world, case, Guest(int(vmid), KINDS[folder], "pve1", text))
    _add_users(world, case.get("user", "root@pam"))
    return world


def _add_guest(world: World, case: Mapping[str, Any], guest: Guest) -> None:
    guest.lists_dimms = False
    world.guests[guest.vmid] = guest
    guest.running = bool(case.get("running"))
    guest.paused = bool(case.get("paused"))
    if case.get("ha"):
        world.manage(guest.vmid)


def _add_users(world: World, caller: str) -> None:
    access = world.access
    access.roles["Recorded"] = ROLE
    for user in ("root@pam", "bot@pve", "nobody@pve", caller.partition("!")[0]):
        world.login(user, PASSWORD)
    world.add_token("bot@pve!slack")
    for subject in ("bot@pve", "bot@pve!slack"):
        for path in ("/vms", "/storage"):
            access.grant(path, subject, "Recorded")
