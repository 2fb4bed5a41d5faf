"""What has to be right before the service can do its work: `headroom check` and `headroom init`."""

from bot.preflight.commands import check, init, manifest

__all__ = ["check", "init", "manifest"]
