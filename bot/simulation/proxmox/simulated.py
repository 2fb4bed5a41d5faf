"""The simulated Proxmox VE for tests, the demo and the command line."""

import asyncio
import contextlib
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.simulation.clock import Clock
from bot.simulation.proxmox.api import Api
from bot.simulation.proxmox.control import Control
from bot.simulation.proxmox.passing import Action, Hook, Hooks, Matcher, Seen
from bot.simulation.proxmox.picture import Picture
from bot.simulation.proxmox.record import Recorder
from bot.simulation.proxmox.scenarios import BOT_TOKEN, ROOT_TOKEN, build
from bot.simulation.proxmox.server import Certificates, Host
from bot.simulation.proxmox.world import World


class SimulatedProxmox:
    """A Proxmox VE cluster on loopback, in the running event loop.

    `time_scale` stretches every duration: 1.0 is as slow as the real thing, 0.1 ten times faster;
    with 0 a task ends within the event loop's next turns and /cluster/resources never lags.
    `record` names a file that gets a JSON line per call. Between entering and leaving, `url`
    serves HTTPS whose root certificate is in `ca_file`, `token` is `headroom@pve!bot=SECRET`
    (privilege separated, full role), `root_token` a superuser's; `world` may be changed at will,
    and `calls` lists what was called. `world` given: that one is served, not a scenario's.
    """

    def __init__(
        self,
        *,
        scenario: str = "ilinux",
        time_scale: float = 1.0,
        record: Path | None = None,
        port: int = 0,
        world: World | None = None,
    ) -> None:
        self.world = world or build(scenario, Clock(scale=time_scale))
        self.picture = Picture(self.world)
        self.calls: list[Seen] = []
        self.hooks = Hooks()
        self._recorder = Recorder(record)
        self._port = port
        self._ca = self._certificates = Certificates()
        self._strange: list[Certificates] = []
        self._hosts: dict[str, Host] = {}
        self._cycle: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._recorder.__enter__()
        self._cycle = self.picture.start()
        await self.open_host(next(iter(self.world.nodes)), self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in list(self._hosts):
            await self.close_host(name)
        if self._cycle:
            self._cycle.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._cycle
        await self.world.tasks.close()
        self._recorder.__exit__(kind, error, trace)
        for certificates in (self._ca, *self._strange):
            certificates.close()

    @property
    def url(self) -> str:
        """The address of the first node."""
        return next(iter(self._hosts.values())).url

    @property
    def ca_file(self) -> Path:
        """The root certificate (PEM)."""
        return self._ca.ca_file

    @property
    def token(self) -> str:
        """The bot's token, `user@realm!id=secret`."""
        return f"{BOT_TOKEN}={self.world.access.tokens[BOT_TOKEN].secret}"

    @property
    def root_token(self) -> str:
        """A superuser's token, `user@realm!id=secret`."""
        return f"{ROOT_TOKEN}={self.world.access.tokens[ROOT_TOKEN].secret}"

    async def open_host(self, node: str, port: int = 0) -> str:
        """Let another node answer, too, on a port of its own; returns its address."""
        if node in self._hosts:
            return self._hosts[node].url
        api = Api(self.world, self.picture, node)
        host = Host(api, self.hooks, self.calls, self._recorder, Control(self))
        await host.open(self._certificates, port)
        self._hosts[node] = host
        return host.url

    async def close_host(self, node: str) -> None:
        """Let a node's address refuse connections; the cluster itself does not change."""
        await self._hosts.pop(node).close()

    async def change_certificate(self, *, trusted: bool = False) -> None:
        """Let every host show a certificate of another authority; `trusted`: that of `ca_file` again."""
        self._certificates = self._ca if trusted else Certificates()
        if not trusted:
            self._strange.append(self._certificates)
        for name, host in list(self._hosts.items()):
            port = int(host.url.rpartition(":")[2])
            await self.close_host(name)
            await self.open_host(name, port)

    def on_call(self, matcher: Matcher, action: Action, *, times: int | None = None) -> Hook:
        """Act around calls that match, at most so many times; see `faults` for ready actions.

        A matcher is a pattern such as `PUT /nodes/*/lxc/101/config` or a function of the call.
        """
        hook = Hook(matcher, action, times)
        self.hooks.hooks.append(hook)
        return hook

    def remove_hook(self, hook: Hook) -> None:
        """Take a hook away."""
        self.hooks.hooks.remove(hook)
