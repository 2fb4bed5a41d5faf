"""A node of the cluster."""

from dataclasses import dataclass

from bot.simulation.proxmox.sizes import GIB


@dataclass(slots=True)
class Node:
    """A node; bytes. `own_memory` is what the host itself uses, ZFS ARC (`arc`) included.

    `ahead` is by how many seconds its clock is wrong; `upgraded_at` when it was upgraded from PVE 8, if it
    was: its older samples are on the former grid.
    """

    name: str
    cpus: int
    memory: int
    own_memory: int
    arc: int = 0
    cpu: float = 0.05
    swap: int = 8 * GIB
    swap_used: int = 0
    root: int = 94 * GIB
    root_used: int = 11 * GIB
    ip: str = "127.0.0.1"
    online: bool = True
    pvestatd: bool = True
    started_at: float = 0.0
    version: str = "9.1.9"
    ahead: float = 0.0
    upgraded_at: float = 0.0

    @property
    def major(self) -> int:
        """Tell the version's first number."""
        return int(self.version.partition(".")[0])
