"""Alerts: thresholds over the inventory's picture, told once in the channel that is configured."""

from bot.alerts.watching import Watching

__all__ = ["Watching"]
