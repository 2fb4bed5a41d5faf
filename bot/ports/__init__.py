"""What the bot needs from the world, as Protocols; the drivers are built in `wiring` alone."""

from bot.ports.channels import Channels
from bot.ports.hypervisor import Hypervisor
from bot.ports.process import Clock, Heartbeat, Wake
from bot.ports.slack import Directory, Messenger
from bot.ports.store import RequestStore

__all__ = [
    "Channels",
    "Clock",
    "Directory",
    "Heartbeat",
    "Hypervisor",
    "Messenger",
    "RequestStore",
    "Wake",
]
