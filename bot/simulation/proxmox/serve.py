"""The command that serves a simulated Proxmox VE until it is interrupted."""

import asyncio
import contextlib
import signal
from pathlib import Path

import click

from bot.simulation.proxmox.scenarios import SCENARIOS
from bot.simulation.proxmox.simulated import SimulatedProxmox


@click.command(name="proxmox")
@click.option("--port", default=0, show_default=True, help="Port on 127.0.0.1; 0: any free one.")
@click.option("--scenario", type=click.Choice(list(SCENARIOS)), default="ilinux", show_default=True)
@click.option(
    "--time-scale",
    default=1.0,
    show_default=True,
    help="1: as slow as the real thing; 0.1: ten times faster; 0: tasks end at once.",
)
@click.option("--record", type=click.Path(path_type=Path), help="Write a JSON line per call here.")
def proxmox(port: int, scenario: str, time_scale: float, record: Path | None) -> None:
    """Simulated Proxmox VE over HTTPS."""
    asyncio.run(serve(port=port, scenario=scenario, time_scale=time_scale, record=record))


async def serve(*, port: int, scenario: str, time_scale: float, record: Path | None) -> None:
    """Serve until SIGINT or SIGTERM; prints address, CA file and tokens first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    simulated = SimulatedProxmox(scenario=scenario, time_scale=time_scale, record=record, port=port)
    async with simulated as pve:
        click.echo(f"address   {pve.url}")
        click.echo(f"CA file   {pve.ca_file}")
        click.echo(f"token     {pve.token}")
        click.echo(f"superuser {pve.root_token}")
        click.echo(f"faults    curl --cacert {pve.ca_file} {pve.url}/faults")
        await stop.wait()
