"""Alerts: thresholds over the inventory's picture, and what Proxmox itself notifies of."""

from bot.alerts.hooks import Hooks
from bot.alerts.watching import Watching

__all__ = ["Hooks", "Watching"]
