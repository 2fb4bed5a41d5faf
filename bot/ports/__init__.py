"""What the bot needs from the world, as Protocols; the drivers are built in `wiring` alone."""

from bot.ports.hypervisor import Hypervisor
from bot.ports.process import Clock, Wake, WakeSoon
from bot.ports.slack import Directory, Messenger
from bot.ports.store import RequestStore

__all__ = ["Clock", "Directory", "Hypervisor", "Messenger", "RequestStore", "Wake", "WakeSoon"]
