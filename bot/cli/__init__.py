"""The commands of `headroom`."""

from importlib import import_module
from typing import ClassVar

import click


class Commands(click.Group):
    """Commands that are imported when they are called for: the service needs no simulators."""

    homes: ClassVar[dict[str, str]] = {
        "run": "bot.cli.service:run",
        "check": "bot.preflight:check",
        "init": "bot.preflight:init",
        "manifest": "bot.preflight:manifest",
        "policy": "bot.cli.policy:policy",
        "pause": "bot.cli.host:pause",
        "unpause": "bot.cli.host:unpause",
        "requests": "bot.cli.host:requests",
        "cancel": "bot.cli.host:cancel",
        "resolve": "bot.cli.host:resolve",
        "demo": "bot.cli.play:demo",
        "simulate": "bot.cli.play:simulate",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        return sorted({*super().list_commands(ctx), *self.homes})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        home = self.homes.get(cmd_name)
        if home is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = home.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


@click.group(cls=Commands)
def main() -> None:
    """Run Proxmox VE from Slack."""
