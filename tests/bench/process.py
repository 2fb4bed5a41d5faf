"""A bot in a process of its own, between simulators in this one; and the least that Bolt can do."""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.redis_store import embedded
from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.slack import SimulatedSlack
from tests.journey.stage import BASE, RULES

PORT = re.compile(rb'port(?:":)? (\d+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A running process and where it listens."""

    slack: SimulatedSlack
    pve: SimulatedProxmox
    pid: int
    port: int

    @property
    def resident_mib(self) -> float:
        """Return the memory it holds now (MiB); 0 where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024 if found else 0.0


@asynccontextmanager
async def started(*words: str, scenario: str = "ilinux", more: str = "") -> AsyncIterator[Process]:
    """Start `python WORDS` between simulators, with a configuration in HTTP mode; end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="headroom-bench-") as folder:
        async with (
            SimulatedProxmox(scenario=scenario, time_scale=0) as pve,
            SimulatedSlack("http", enforce_limits=False) as slack,
        ):
            config, state = Path(folder) / "headroom.toml", Path(folder) / "state"
            base = BASE.format(
                mode="http", folder=state, proxmox=f'"{pve.url}"', ca_file=pve.ca_file
            )
            config.write_text(base + RULES + more)
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                *words,
                env=_environment(config, slack, pve),
                stderr=asyncio.subprocess.PIPE,
            )
            try:
                port = await _port(child)
                slack.request_url = f"http://127.0.0.1:{port}/slack/events"
                yield Process(slack=slack, pve=pve, pid=child.pid, port=port)
            finally:
                child.terminate()
                await child.communicate()
                await embedded.stop(state)


def _environment(config: Path, slack: SimulatedSlack, pve: SimulatedProxmox) -> dict[str, str]:
    return {
        **os.environ,
        "HEADROOM_CONFIG": str(config),
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "PROXMOX_TOKEN_HOME": pve.token,
    }


async def _port(child: asyncio.subprocess.Process) -> int:
    """Return the port that the process names on standard error once it serves."""
    if child.stderr is None:
        raise AssertionError("standard error is a pipe")
    said = b""
    while line := await child.stderr.readline():
        said += line
        if found := PORT.search(line):
            return int(found[1])
    raise AssertionError(f"it ended before it served: {said.decode()}")
