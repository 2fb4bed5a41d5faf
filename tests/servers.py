"""Redis servers of Debian's own package for tests: replicated, watched by Sentinels, or a cluster.

Each is a process that the test started, on a free port of the loopback, in a folder of the test's;
only those are ever stopped. Without the programs the tests are skipped.
"""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from bot.clock import SystemClock
from bot.model.errors import StoreFault

SERVICE = "headroom"
NODE_TIMEOUT = 1_500
"""After how many ms of silence a server counts as dead; production takes 5,000 to 15,000."""

COMMON = (
    "--bind",
    "127.0.0.1",
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--save",
    "",
    "--repl-diskless-sync-delay",
    "0",
)

needs_redis = pytest.mark.skipif(
    not (shutil.which("redis-server") and shutil.which("redis-sentinel")),
    reason="redis-server and redis-sentinel are not installed",
)


def free_port() -> int:
    """Return a port that is free now, and with which its cluster bus (10,000 higher) is one, too."""
    while True:
        with socket.socket() as tried, socket.socket() as bus:
            tried.bind(("127.0.0.1", 0))
            port = int(tried.getsockname()[1])
            if port > 55_000:
                continue
            try:
                bus.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            return port


@dataclass(slots=True, kw_only=True)
class Server:
    """One process; `client` talks to it behind the bot's back."""

    port: int
    process: asyncio.subprocess.Process
    client: Redis = field(init=False)

    def __post_init__(self) -> None:
        self.client = Redis(port=self.port, decode_responses=True, socket_timeout=2)

    async def tell(self, *command: str | int) -> Any:
        """Run a command."""
        execute: Callable[..., Awaitable[Any]] = self.client.execute_command
        return await execute(*command)

    async def kill(self) -> None:
        """End it without a word, as a machine that loses power."""
        self._signal(signal.SIGKILL)
        await self.process.wait()

    def freeze(self) -> None:
        """Let it hold its connections and say nothing more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was, as if nothing had been."""
        self._signal(signal.SIGCONT)

    async def end(self) -> None:
        """End it, if it still runs, and wait."""
        await self.client.aclose()
        if self.process.returncode is None:
            await self.kill()

    def _signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)


async def eventually(so: Callable[[], Awaitable[object]], what: str, seconds: float = 20) -> None:
    """Ask again and again until it is so; for servers, which tell nobody when they are ready."""
    clock = SystemClock()
    last = clock.now() + round(seconds * 1000)
    while True:
        try:
            if await so():
                return
        except (RedisError, OSError, StoreFault):
            pass
        assert clock.now() < last, f"not within {seconds} s: {what}"
        await clock.wait(0.05)


@dataclass(slots=True, kw_only=True)
class Servers:
    """The processes of one test."""

    folder: Path
    running: list[Server] = field(default_factory=list)

    async def start(self, *options: str) -> Server:
        """Start a server and wait until it answers."""
        port = free_port()
        home = self.folder / str(port)
        home.mkdir(parents=True)
        command = ("redis-server", "--port", str(port), "--dir", str(home), *COMMON, *options)
        return await self._started(port, home, command)

    async def sentinel(self, primary: Server) -> Server:
        """Start a Sentinel that watches a primary, two of three to agree."""
        port = free_port()
        home = self.folder / str(port)
        home.mkdir(parents=True)
        lines = (
            f"port {port}",
            "bind 127.0.0.1",
            f"dir {home}",
            f"sentinel monitor {SERVICE} 127.0.0.1 {primary.port} 2",
            f"sentinel down-after-milliseconds {SERVICE} {NODE_TIMEOUT}",
            f"sentinel failover-timeout {SERVICE} 2000",
        )
        config = home / "sentinel.conf"
        config.write_text("\n".join(lines) + "\n")
        return await self._started(port, home, ("redis-sentinel", str(config)))

    async def _started(self, port: int, home: Path, command: tuple[str, ...]) -> Server:
        with (home / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command, stdout=log, stderr=log, start_new_session=True
            )
        server = Server(port=port, process=process)
        self.running.append(server)
        await eventually(server.client.ping, f"the server on {port} answers")
        return server


@asynccontextmanager
async def servers(folder: Path) -> AsyncIterator[Servers]:
    """Give a place to start servers in; all of them end with it."""
    there = Servers(folder=folder)
    try:
        yield there
    finally:
        for server in there.running:
            await server.end()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A primary with a replica, and three Sentinels."""

    primary: Server
    replica: Server
    url: str

    async def in_sync(self) -> None:
        """Wait until the replica has everything that the primary has."""
        await in_sync(self.primary, self.replica)

    async def primary_follows(self) -> bool:
        """Return whether the former primary has become a replica that is in touch with the new one."""
        state = await self.primary.client.info("replication")
        return state.get("master_link_status") == "up"


async def in_sync(primary: Server, replica: Server) -> None:
    """Wait until a replica has everything that its primary has."""

    async def so() -> bool:
        ahead = await primary.client.info("replication")
        behind = await replica.client.info("replication")
        linked = behind.get("master_link_status") == "up"
        return linked and behind["slave_repl_offset"] >= ahead["master_repl_offset"]

    await eventually(so, "the replica is in sync")


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Watched]:
    """Start a primary, its replica and three Sentinels that know each other."""
    async with servers(folder) as there:
        primary = await there.start()
        replica = await there.start("--replicaof", "127.0.0.1", str(primary.port))
        sentinels = [await there.sentinel(primary) for _ in range(3)]

        async def known() -> bool:
            for sentinel in sentinels:
                state = await sentinel.tell("SENTINEL MASTER", SERVICE)
                if (state["num-other-sentinels"], state["num-slaves"]) != (2, 1):
                    return False
            return True

        await eventually(known, "the Sentinels know each other and the replica")
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in sentinels)
        url = f"redis+sentinel://{hosts}/{SERVICE}"
        yield Watched(primary=primary, replica=replica, url=url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharded:
    """A cluster: each primary with its replica, and an address that names one node."""

    primaries: tuple[Server, ...]
    replicas: tuple[Server, ...]
    url: str

    @property
    def with_records(self) -> Server:
        """Return the primary that has our slot."""
        slot = key_slot(SERVICE.encode())
        return next(p for p, (_, last) in zip(self.primaries, SHARES, strict=True) if slot <= last)

    async def in_sync(self) -> None:
        """Wait until each replica has everything that its primary has."""
        for primary, replica in zip(self.primaries, self.replicas, strict=True):
            await in_sync(primary, replica)


SHARES = ((0, 5460), (5461, 10922), (10923, 16383))


@asynccontextmanager
async def sharded(folder: Path) -> AsyncIterator[Sharded]:
    """Start a cluster of three primaries with a replica each."""
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", str(NODE_TIMEOUT))
    async with servers(folder) as there:
        nodes = [await there.start(*options) for _ in range(6)]
        for number, node in enumerate(nodes):
            await node.tell("CLUSTER SET-CONFIG-EPOCH", number + 1)
        for node in nodes[1:]:
            await node.tell("CLUSTER MEET", "127.0.0.1", nodes[0].port)
        for node, (first, last) in zip(nodes, SHARES, strict=False):
            await node.tell("CLUSTER ADDSLOTSRANGE", first, last)
        await eventually(lambda: _all_meet(nodes), "the nodes know each other")
        for primary, replica in zip(nodes[:3], nodes[3:], strict=True):
            name = await primary.tell("CLUSTER MYID")
            await replica.tell("CLUSTER REPLICATE", name)
        await eventually(lambda: _covered(nodes), "the cluster is whole")
        url = f"redis+cluster://127.0.0.1:{nodes[0].port}"
        yield Sharded(primaries=tuple(nodes[:3]), replicas=tuple(nodes[3:]), url=url)


async def _all_meet(nodes: list[Server]) -> bool:
    for node in nodes:
        known = await node.tell("CLUSTER NODES")
        if len(known) != len(nodes):
            return False
    return True


async def _covered(nodes: list[Server]) -> bool:
    for node in nodes:
        state = await node.tell("CLUSTER INFO")
        shares = await node.tell("CLUSTER SLOTS")
        replication = await node.client.info("replication")
        up = replication.get("master_link_status", "up") == "up"
        if state["cluster_state"] != "ok" or not up:
            return False
        if [len(share) for share in shares] != [4, 4, 4]:
            return False
    return True
