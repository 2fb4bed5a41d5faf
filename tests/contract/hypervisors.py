"""The driver in front of a Proxmox: what the contract tests of the port share."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.model.guest import GuestRef, Kind
from bot.model.plan import Step
from bot.model.task import TaskView
from bot.proxmox.client import ClusterAccess
from bot.proxmox.hypervisor import ProxmoxHypervisor
from bot.simulation.proxmox.simulated import SimulatedProxmox

CLUSTER = "ilinux"
NODE = "pve1"
CT = GuestRef(cluster=CLUSTER, kind=Kind.CT, vmid=104)
VM = GuestRef(cluster=CLUSTER, kind=Kind.VM, vmid=106)
POLLS = 200


@dataclass
class Host:
    """The host's clock (ms) and what the driver told of its calls."""

    ms: int = 1_000_000
    told: list[tuple[str, str, float, str]] = field(default_factory=list)

    def now(self) -> int:
        """Return the time."""
        return self.ms

    def observe(self, cluster: str, call: str, seconds: float, outcome: str) -> None:
        """Note a call."""
        self.told.append((cluster, call, seconds, outcome))

    @property
    def calls(self) -> list[str]:
        """Return the calls in the order they ended."""
        return [call for _, call, _, _ in self.told]


@dataclass
class Stage:
    """A simulated cluster, the driver in front of it, and the host between them."""

    pve: SimulatedProxmox
    driver: ProxmoxHypervisor
    host: Host

    @property
    def deadline_ms(self) -> int:
        """Return a deadline that is far away."""
        return self.host.ms + 60_000

    async def change(self, ref: GuestRef, step: Step, digest: str = "") -> str:
        """Carry out one step in time."""
        return await self.driver.change(ref, NODE, step, digest, deadline_ms=self.deadline_ms)

    async def ended(self, upid: str) -> TaskView:
        """Follow a task to its end; every poll is a call, so that its end comes nearer."""
        for _ in range(POLLS):
            task = await self.driver.task(CLUSTER, upid)
            if not task.running:
                return task
        raise AssertionError(f"{upid} runs on")

    @property
    def writes(self) -> list[str]:
        """Return the changing calls that reached the cluster."""
        return [f"{c.method} {c.path}" for c in self.pve.calls if c.method != "GET"]


def access(
    token: str, hosts: Sequence[str], *, ca_file: str = "", fingerprint: str = ""
) -> ClusterAccess:
    """Return the way to a cluster with a token as the simulators print it."""
    token_id, _, secret = token.partition("=")
    user, _, name = token_id.partition("!")
    return ClusterAccess(
        name=CLUSTER,
        hosts=tuple(hosts),
        user=user,
        token_name=name,
        token=secret,
        ca_file=ca_file,
        fingerprint=fingerprint,
    )


@asynccontextmanager
async def driven(*way: ClusterAccess, host: Host) -> AsyncIterator[ProxmoxHypervisor]:
    """Build a driver and close it in the end."""
    driver = ProxmoxHypervisor(way, now=host.now, observe=host.observe)
    try:
        yield driver
    finally:
        await driver.close()


@asynccontextmanager
async def staged(
    scenario: str = "ilinux", *, token: str = "", before: Sequence[str] = ()
) -> AsyncIterator[Stage]:
    """Put the driver in front of a scenario; `before`: hosts that are asked first."""
    host = Host()
    async with SimulatedProxmox(scenario=scenario, time_scale=0) as pve:
        way = access(token or pve.token, [*before, pve.url], ca_file=str(pve.ca_file))
        async with driven(way, host=host) as driver:
            yield Stage(pve=pve, driver=driver, host=host)


def step(path: str, method: str = "PUT", *, digest: bool = False, **params: str) -> Step:
    """Return a step with just what a call needs."""
    return Step(name=path, method=method, path=path, params=params, expects=(), digest=digest)
