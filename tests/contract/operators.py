"""An operator at a shell: the commands of `headroom`, against both simulators."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from click.testing import CliRunner

from bot.cli import main
from bot.clock import SystemClock
from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.slack import SimulatedSlack
from handlers.manifest import SCOPES

MANIFEST_SCOPES = tuple(scope.name for scope in SCOPES)

CONFIG = """
[slack]
approvals_channel = "C0APPROVALS"
unfurl_in = ["C0WEB"]

[store]
folder = "{folder}"

[[cluster]]
name = "home"
hosts = ["{host}"]
web = ["https://pve.example.org"]
ca_file = "{ca_file}"

[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "all"
approvals = 1
approvers = ["ops"]
"""


def host_commands() -> dict[str, click.Command]:
    """Return every command of `headroom`."""
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


class LateClock(SystemClock):
    """The clock of a host that is a minute behind."""

    def now(self) -> int:
        """Return the wrong time, ms since the epoch."""
        return super().now() - 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command said, both streams together, and its exit status."""

    status: int
    text: str

    def line(self, part: str) -> str:
        """Return the one line that holds a part."""
        found = [line for line in self.text.splitlines() if part in line]
        assert len(found) == 1, f"{part!r} is in {len(found)} lines of\n{self.text}"
        return found[0]

    @property
    def problems(self) -> list[str]:
        """Return the problems, without the word."""
        return [
            line.removeprefix("PROBLEM").strip()
            for line in self.text.splitlines()
            if line.startswith("PROBLEM")
        ]

    @property
    def warnings(self) -> list[str]:
        """Return the warnings, without the word."""
        return [
            line.removeprefix("warning").strip()
            for line in self.text.splitlines()
            if line.startswith("warning")
        ]


@dataclass(slots=True, kw_only=True)
class Shell:
    """Where the commands run: the simulators, the environment, the configuration as text."""

    slack: SimulatedSlack
    pve: SimulatedProxmox
    folder: Path
    state: Path
    config: str = CONFIG
    environment: dict[str, str] = field(default_factory=dict)
    hosts: str = ""
    ca_file: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must never be printed."""
        tokens = (self.pve.token, self.pve.token.partition("=")[2], self.slack.signing_secret)
        return (self.slack.bot_token, self.slack.app_token, *tokens)

    def variables(self) -> dict[str, str]:
        """Return the environment of a command."""
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "PROXMOX_TOKEN_HOME": self.pve.token,
            **self.environment,
        }

    def write(self) -> Path:
        """Write the configuration."""
        path = self.folder / "headroom.toml"
        text = self.config.replace("{folder}", str(self.state))
        text = text.replace("{host}", self.hosts or self.pve.url)
        path.write_text(text.replace("{ca_file}", self.ca_file or str(self.pve.ca_file)))
        return path

    async def check(self) -> Said:
        """Run `headroom check` on the configuration as it is."""
        return await self.run("check", "--config", str(self.write()))

    async def run(self, *words: str, typed: str = "") -> Said:
        """Run a command; whatever it says, no secret may be in it."""
        said = await asyncio.to_thread(run, words, self.variables(), typed)
        assert [secret for secret in self.secrets if secret in said.text] == []
        return said


def run(words: tuple[str, ...], variables: Mapping[str, str], typed: str = "") -> Said:
    """Run a command of `headroom` here."""
    result = CliRunner().invoke(main, list(words), env=dict(variables), input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(status=result.exit_code, text=result.output)


@asynccontextmanager
async def a_shell(
    folder: Path, *, scopes: tuple[str, ...] = MANIFEST_SCOPES, scenario: str = "ilinux"
) -> AsyncIterator[Shell]:
    """Open a shell beside a simulated Slack and Proxmox; the bot token has these scopes."""
    async with (
        SimulatedProxmox(scenario=scenario, time_scale=0) as pve,
        SimulatedSlack(scopes=scopes) as slack,
    ):
        with tempfile.TemporaryDirectory(prefix="headroom-") as short:
            yield Shell(slack=slack, pve=pve, folder=folder, state=Path(short) / "state")
