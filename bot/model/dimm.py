"""The grid of a VM's pluggable memory: static memory, then DIMMs of growing size.

Source: qemu-server, PVE/QemuServer/Memory.pm (`foreach_dimm`): batches of 32 modules; the first are
512 MiB (1 GiB with huge pages of 1 GiB), and each batch is twice the size of the one before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

BATCH = 32
BATCHES = 8
MOST_MIB = 4 * 1024 * 1024
"""Proxmox plugs up to 4 TiB at most, whatever the CPU's address bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A VM's memory steps in MiB: `static` is the floor, `module` the size of the first DIMMs."""

    static: int = 1024
    module: int = 512

    def _batches(self) -> Iterator[tuple[int, int]]:
        """Yield (memory below the batch, size of its modules)."""
        below, size = self.static, self.module
        for _ in range(BATCHES):
            yield below, size
            below += BATCH * size
            size *= 2

    def floor(self, target: int) -> int:
        """Return the highest value on the grid that is not above the target (nor under `static`)."""
        capped = min(target, MOST_MIB)
        reached = self.static
        for below, size in self._batches():
            if capped < below:
                break
            reached = below + min((capped - below) // size, BATCH) * size
        return reached

    @property
    def most(self) -> int:
        """Return the highest value on the grid."""
        return self.floor(MOST_MIB)

    def step_at(self, value: int) -> int:
        """Return the size of the next module above a value."""
        return next((s for b, s in self._batches() if value < b + BATCH * s), self.module)

    def modules(self, value: int) -> int:
        """Return how many modules a value takes; one that is only partly used counts."""
        count = 0
        for below, size in self._batches():
            if value <= below:
                break
            count += min(-(-(value - below) // size), BATCH)
        return count
