"""The commands of `headroom`."""

import click


@click.group()
def main() -> None:
    """Run Proxmox VE from Slack."""
