"""A guest: its configuration file and its process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.simulation.clock import Clock
from bot.simulation.proxmox import config_file, property_string
from bot.simulation.proxmox.config_file import ConfigFile, Kind
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.sizes import MIB

DEFAULT_MEMORY_MIB = 512
LOCK_WAIT = 10
WORD: dict[Kind, str] = {"qemu": "VM", "lxc": "CT"}


@dataclass(slots=True)
class Usage:
    """What a guest uses: cpu as a fraction of its CPUs, the rest in bytes (counters since start).

    `agent` says whether a guest agent answers inside a VM; `balloon_info` whether a VM tells its
    memory use (without it the host's view is shown).
    """

    cpu: float = 0.02
    mem: int = 0
    disk: int = 0
    netin: int = 0
    netout: int = 0
    diskread: int = 0
    diskwrite: int = 0
    agent: bool = False
    balloon_info: bool = True


@dataclass(slots=True)
class Guest:
    """A VM or CT.

    Test switches: `ignores_shutdown` (a shutdown or reboot runs into its time-out),
    `keeps_memory` (the guest gives no DIMM back), `lists_dimms` (False: the machine shows no
    DIMM, so a decrease silently does nothing), `hotplug_limit` (so many DIMMs are accepted, then
    an error; None: no limit). `dimms` are the sizes in MiB of the plugged memory modules.
    """

    vmid: int
    kind: Kind
    node: str
    source: str | Callable[[], str]
    running: bool = False
    paused: bool = False
    started_at: float = 0.0
    pid: int = 0
    usage: Usage = field(default_factory=Usage)
    ignores_shutdown: bool = False
    keeps_memory: bool = False
    lists_dimms: bool = True
    hotplug_limit: int | None = None
    dimms: list[int] = field(default_factory=list)
    file_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _parsed: tuple[str, ConfigFile] | None = None

    @property
    def text(self) -> str:
        """The configuration file."""
        if not isinstance(self.source, str):
            self.source = self.source()
        return self.source

    @text.setter
    def text(self, text: str) -> None:
        self.source = text

    @property
    def word(self) -> str:
        """What error texts call it: VM or CT."""
        return WORD[self.kind]

    @property
    def digest(self) -> str:
        """The digest of the configuration file."""
        return config_file.digest(self.text)

    @property
    def config(self) -> ConfigFile:
        """The parsed configuration, to read only; `load` gives one to change."""
        if self._parsed is None or self._parsed[0] != self.text:
            self._parsed = (self.text, config_file.parse(self.text, self.kind))
        return self._parsed[1]

    def load(self) -> ConfigFile:
        """Read the configuration file anew, to change it and `save` it."""
        return config_file.parse(self.text, self.kind)

    def save(self, config: ConfigFile) -> None:
        """Write the configuration file."""
        self.source = config_file.write(config)

    def set(self, **options: str | None) -> None:
        """Change values in force directly, as an administrator on the node would; None removes.

        A hyphen in an option's name is written as two underscores.
        """
        config = self.load()
        for name, value in options.items():
            option = name.replace("__", "-")
            if value is None:
                config.values.pop(option, None)
            else:
                config.values[option] = value
        self.save(config)

    def leave_pending(self, **options: str) -> None:
        """Let values wait for the next start, as somebody in the web interface would."""
        config = self.load()
        for name, value in options.items():
            config.set_pending(name.replace("__", "-"), value)
        self.save(config)

    def revert(self, *options: str) -> None:
        """Forget what waits for these options, as somebody in the web interface would."""
        config = self.load()
        for option in options:
            config.revert(option)
        self.save(config)

    @property
    def lock(self) -> str | None:
        """The lock in the configuration; setting it changes the file."""
        return self.config.values.get("lock")

    @lock.setter
    def lock(self, lock: str | None) -> None:
        self.set(lock=lock)

    def check_lock(self) -> None:
        """Die if the guest is locked."""
        if self.lock:
            raise died(f"{self.word} is locked ({self.lock})")

    @asynccontextmanager
    async def locked_file(self, clock: Clock) -> AsyncIterator[None]:
        """Hold the configuration file's lock; dies after 10 s (scaled) if somebody else does."""
        if self.file_lock.locked():
            try:
                await asyncio.wait_for(self.file_lock.acquire(), LOCK_WAIT * clock.scale)
            except TimeoutError:
                raise died(f"can't lock file '{self.lock_path}' - got timeout") from None
        else:
            await self.file_lock.acquire()
        try:
            yield
        finally:
            self.file_lock.release()

    @property
    def lock_path(self) -> str:
        """The file whose lock guards the configuration."""
        if self.kind == "qemu":
            return f"/var/lock/qemu-server/lock-{self.vmid}.conf"
        return f"/run/lock/lxc/pve-config-{self.vmid}.lock"

    @property
    def name(self) -> str:
        """The name shown in lists."""
        values = self.config.values
        return values.get("name" if self.kind == "qemu" else "hostname", f"{self.word}{self.vmid}")

    @property
    def template(self) -> bool:
        """Whether it is a template."""
        return self.config.values.get("template") == "1"

    @property
    def memory_mib(self) -> int:
        """The memory in force, MiB."""
        return memory_mib(self.config.values.get("memory"))

    @property
    def memory_used(self) -> int:
        """The bytes in use, never above what it has."""
        return min(self.usage.mem, self.memory_mib * MIB) if self.running else 0

    def cpus(self, host_cpus: int) -> float:
        """Return the CPUs as /cluster/resources counts them."""
        values = self.config.values
        if self.kind == "qemu":
            if "vcpus" in values:
                return int(values["vcpus"])
            return min(max_vcpus(values), host_cpus)
        if "cores" in values:
            return int(values["cores"])
        limit = float(values.get("cpulimit", "0"))
        return limit or host_cpus


def memory_mib(text: str | None) -> int:
    """Read a memory value in MiB: `4096` or `current=4096`; unset is 512."""
    if not text:
        return DEFAULT_MEMORY_MIB
    return int(property_string.parse(text, first="current")["current"])


def max_vcpus(values: dict[str, str]) -> int:
    """Return sockets times cores of a VM's values."""
    return int(values.get("sockets", "1")) * int(values.get("cores", "1"))
