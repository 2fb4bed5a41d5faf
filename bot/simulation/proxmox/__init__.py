"""A simulated Proxmox VE: HTTPS, API tokens, guests, tasks, storages."""

from bot.simulation.proxmox.simulated import SimulatedProxmox
from bot.simulation.proxmox.world import World

__all__ = ["SimulatedProxmox", "World"]
