"""The commands of `headroom`."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import click

from bot import demo as story
from bot.config import ConfigProblems, Settings, load
from bot.model.errors import Fault
from bot.operations import OPERATIONS
from bot.preflight import check, init, manifest
from bot.simulation.proxmox.serve import proxmox
from bot.simulation.slack.serve import slack
from bot.telemetry import log_to_stderr
from bot.wiring import running


@click.group()
def main() -> None:
    """Run Proxmox VE from Slack."""


@main.command()
@click.option(
    "--config", type=click.Path(path_type=Path), help="headroom.toml; else HEADROOM_CONFIG."
)
@click.option("--role", type=click.Choice(["all", "bot", "worker"]), default="all")
def run(config: Path | None, role: str) -> None:
    """Run the service: bot, worker, or both in one process."""
    log_to_stderr()
    settings = _settings(config)
    try:
        asyncio.run(_serve(settings, role))
    except Fault as fault:
        raise click.ClickException(f"not started: {fault}") from fault


def _settings(config: Path | None) -> Settings:
    """Return the settings, or end with every problem named."""
    words = frozenset(word for operation in OPERATIONS.values() for word in operation.words)
    try:
        return load(config, os.environ, words=words)
    except ConfigProblems as problems:
        for sentence in problems.sentences:
            click.echo(sentence, err=True)
        raise click.ClickException("not started; mend what is named above") from problems


async def _serve(settings: Settings, role: str) -> None:
    """Serve until SIGINT or SIGTERM; what is under way is finished or handed over."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with running(settings, role=role) as bot:
        click.echo(f"headroom runs ({role}); health on port {bot.port}", err=True)
        await stop.wait()


@main.command()
@click.option("--record", type=click.Path(path_type=Path), help="Folder for the wire's records.")
def demo(record: Path | None) -> None:
    """Play the main job on simulators; exits 0 only if the guest really changed."""
    if record is not None:
        record.mkdir(parents=True, exist_ok=True)
    changed = asyncio.run(story.play(record))
    sys.exit(0 if changed else 1)


@main.group()
def simulate() -> None:
    """Serve a simulated Slack or Proxmox VE on loopback."""


simulate.add_command(proxmox)
simulate.add_command(slack)

for command in (check, init, manifest):
    main.add_command(command)
