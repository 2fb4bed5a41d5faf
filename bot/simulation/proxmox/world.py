"""The simulated cluster: everything there is, and direct changes to it for tests."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.simulation.clock import Clock
from bot.simulation.proxmox import hotplug, lxc_config, property_string, qemu_config
from bot.simulation.proxmox.config_file import ConfigFile, Kind
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.ha import Resource
from bot.simulation.proxmox.node import Node
from bot.simulation.proxmox.permissions import Access, Token
from bot.simulation.proxmox.resize import storage_of
from bot.simulation.proxmox.sessions import Sessions
from bot.simulation.proxmox.storage import Storage, Volume
from bot.simulation.proxmox.tasks import Tasks

DIRECTORY: dict[Kind, str] = {"qemu": "qemu-server", "lxc": "lxc"}
FIRST_VMID = 100
GUEST_PID = 0x8000


@dataclass(slots=True)
class World:
    """A cluster; the methods change it directly, as somebody with a shell on the node would.

    `pools` maps a pool to its guests, `replicated` a guest to the node it is replicated to.
    `ha_acts` False: the HA manager takes orders and does nothing about them.
    """

    clock: Clock
    name: str = "simulated"
    nodes: dict[str, Node] = field(default_factory=dict)
    guests: dict[int, Guest] = field(default_factory=dict)
    storages: dict[str, Storage] = field(default_factory=dict)
    pools: dict[str, set[int]] = field(default_factory=dict)
    ha: dict[int, Resource] = field(default_factory=dict)
    replicated: dict[int, str] = field(default_factory=dict)
    registered_tags: set[str] = field(default_factory=set)
    quorate: bool = True
    ha_acts: bool = True
    access: Access = field(init=False)
    tasks: Tasks = field(init=False)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.access = Access(self._pool_of_path)
        self.tasks = Tasks(self.clock)
        self.sessions = Sessions(self.clock)

    def _pool_of_path(self, path: str) -> str | None:
        if not path.startswith("/vms/"):
            return None
        return self.pool_of(int(path.removeprefix("/vms/")))

    def pool_of(self, vmid: int) -> str | None:
        """Return the pool a guest is in."""
        return next((pool for pool, members in self.pools.items() if vmid in members), None)

    def guest(self, vmid: int) -> Guest:
        """Return a guest; KeyError if there is none."""
        return self.guests[vmid]

    def named(self, name: str) -> Guest:
        """Return the first guest of that name; KeyError if there is none."""
        for guest in self.guests.values():
            if guest.name == name:
                return guest
        raise KeyError(name)

    def find(self, node: str, kind: Kind, vmid: int) -> Guest:
        """Return a guest as the API looks for it; dies if it is not on that node."""
        guest = self.guests.get(vmid)
        if guest is None or guest.kind != kind or guest.node != node:
            where = f"nodes/{node}/{DIRECTORY[kind]}/{vmid}.conf"
            raise died(f"Configuration file '{where}' does not exist")
        return guest

    def on_node(self, node: str) -> Iterator[Guest]:
        """Every guest of a node."""
        return (guest for guest in self.guests.values() if guest.node == node)

    def next_vmid(self) -> int:
        """Return the lowest free vmid."""
        vmid = FIRST_VMID
        while vmid in self.guests:
            vmid += 1
        return vmid

    def add(self, guest: Guest) -> Guest:
        """Put a guest into the cluster; a running one is given its process."""
        self.guests[guest.vmid] = guest
        if guest.running:
            self.boot(guest)
        return guest

    def create(
        self, vmid: int, kind: Kind, node: str, text: str, *, running: bool = False
    ) -> Guest:
        """Create a guest with a configuration file."""
        return self.add(Guest(vmid, kind, node, text, running=running))

    def destroy(self, vmid: int) -> None:
        """Remove a guest, its disks, its pool and HA membership."""
        guest = self.guests.pop(vmid)
        self.ha.pop(vmid, None)
        for members in self.pools.values():
            members.discard(vmid)
        for storage in self.storages.values():
            pool = storage.pool(guest.node)
            for volume in [v for v in storage.volumes(guest.node) if v.vmid == vmid]:
                if pool:
                    del pool.volumes[volume.volid]

    def recreate(self, vmid: int, text: str, *, kind: Kind | None = None) -> Guest:
        """Destroy a guest and give its vmid to another one, which runs."""
        old = self.guests[vmid]
        self.destroy(vmid)
        return self.create(vmid, kind or old.kind, old.node, text, running=True)

    def take_down(self, node: str) -> None:
        """Let a node fail: its tasks die, its guests are gone from sight."""
        self.nodes[node].online = False
        self.tasks.die_with(node)
        for guest in self.on_node(node):
            guest.running = False

    def bring_up(self, node: str) -> None:
        """Let a failed node boot; guests with `onboot` start."""
        self.nodes[node].online = True
        self.nodes[node].started_at = self.clock.now()
        for guest in self.on_node(node):
            if guest.config.values.get("onboot") == "1" and not guest.template:
                self.boot(guest)

    def migrate(self, vmid: int, target: str) -> None:
        """Move a guest, its process and its local disks to another node."""
        guest = self.guests[vmid]
        for storage in self.storages.values():
            source, destination = storage.pool(guest.node), storage.pool(target)
            if storage.shared or source is None or destination is None:
                continue
            for volume in [v for v in source.volumes.values() if v.vmid == vmid]:
                destination.volumes[volume.volid] = source.volumes.pop(volume.volid)
        guest.node = target

    def manage(self, vmid: int) -> None:
        """Put a guest under HA in the state it has."""
        state = "started" if self.guests[vmid].running else "stopped"
        self.ha[vmid] = Resource(vmid, wanted=state, reached=state)

    def boot(self, guest: Guest) -> None:
        """Give a guest a new process: what waits is merged, its memory is what it says."""
        config = guest.load()
        if config.pending or config.pending_delete:
            merge_pending(guest, config)
        guest.running, guest.paused = True, False
        guest.started_at = self.clock.now()
        guest.pid = GUEST_PID + guest.vmid
        guest.dimms = hotplug.boot_dimms(guest.config.values) if guest.kind == "qemu" else []

    def halt(self, guest: Guest) -> None:
        """Take a guest's process away."""
        guest.running, guest.paused, guest.pid = False, False, 0
        guest.dimms = []
        if guest.kind == "lxc":
            config = guest.load()
            if config.pending or config.pending_delete:
                merge_pending(guest, config)

    def volume(self, guest: Guest, volid: str) -> tuple[Storage, Volume]:
        """Return a volume and its storage; dies if they do not exist."""
        name = storage_of(volid)
        storage = self.storages.get(name)
        if storage is None:
            raise died(f"storage '{name}' does not exist")
        pool = storage.pool(guest.node)
        if pool is None or volid not in pool.volumes:
            raise died(f"no such volume '{volid}'")
        return storage, pool.volumes[volid]

    def disks(self, guest: Guest) -> dict[str, str]:
        """Return the volume ids of a guest's disks by option, without media that are no disks."""
        first = "file" if guest.kind == "qemu" else "volume"
        prefixes = ("scsi", "virtio", "ide", "sata", "rootfs", "mp", "efidisk", "tpmstate")
        found = {}
        for option, value in guest.config.values.items():
            if option.startswith(prefixes) and option != "scsihw" and "media=cdrom" not in value:
                volid = property_string.parse(value, first=first)[first]
                if ":" in volid:
                    found[option] = volid
        return found

    def login(self, user: str, password: str) -> None:
        """Add a user who can log in."""
        self.access.passwords[user] = password

    def add_token(self, token: str, *, privsep: bool = True) -> str:
        """Add a token `user@realm!name` (and its user) and return `TOKEN=SECRET`."""
        self.access.passwords.setdefault(token.partition("!")[0], "")
        secret = self.clock.token(16).hex()
        uuid = "-".join((secret[:8], secret[8:12], secret[12:16], secret[16:20], secret[20:]))
        self.access.tokens[token] = Token(uuid, privsep)
        return f"{token}={uuid}"


def merge_pending(guest: Guest, config: ConfigFile) -> None:
    """Put in force what waits."""
    if guest.kind == "qemu":
        qemu_config.apply_stopped(guest, config)
    else:
        lxc_config.apply(config, running=False)
        guest.save(config)
