"""`headroom demo` and `headroom simulate`: everything without a Slack and a Proxmox VE."""

import asyncio
import sys
from pathlib import Path

import click

from bot import demo as story
from bot.simulation.proxmox.serve import proxmox
from bot.simulation.slack.serve import slack


@click.command()
@click.option("--record", type=click.Path(path_type=Path), help="Folder for the wire's records.")
def demo(record: Path | None) -> None:
    """Play the main job on simulators; exits 0 only if the guest really changed."""
    if record is not None:
        record.mkdir(parents=True, exist_ok=True)
    changed = asyncio.run(story.play(record))
    sys.exit(0 if changed else 1)


@click.group()
def simulate() -> None:
    """Serve a simulated Slack or Proxmox VE on loopback."""


simulate.add_command(proxmox)
simulate.add_command(slack)
