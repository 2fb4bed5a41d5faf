"""Proxmox VE, as the bot sees it."""

from collections.abc import Sequence
from typing import Protocol

from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts
from bot.model.guest import GuestFacts, GuestRef, Snapshot
from bot.model.plan import Step
from bot.model.samples import Sample, Window
from bot.model.task import TaskView


class Hypervisor(Protocol):
    """All Proxmox clusters. Every method raises `HypervisorFault`s (bot/model/errors.py)."""

    def clusters(self) -> tuple[str, ...]:
        """Return the configured clusters' names."""
        ...

    async def picture(self, cluster: str) -> ClusterPicture:
        """Read `cluster/resources` and `cluster/status`: one call each, nothing slow."""
        ...

    async def slow_scan(
        self, guests: Sequence[GuestRef], cluster: str
    ) -> dict[int, tuple[bool, int | None]]:
        """Return vmid → (starts at boot, memory waiting in MiB), as far as it can be read."""
        ...

    async def guest(self, ref: GuestRef, node: str) -> GuestFacts:
        """Read one guest fresh: config in force, pending, status. Snapshots are not in it."""
        ...

    async def snapshots(self, ref: GuestRef, node: str) -> tuple[Snapshot, ...]:
        """Return the guest's snapshots, oldest first."""
        ...

    async def snapshot_memory(self, ref: GuestRef, node: str, name: str) -> int | None:
        """Return the memory (MiB) in a snapshot's config; None if it cannot be seen."""
        ...

    async def last_backup(self, ref: GuestRef, node: str) -> int | None:
        """Return when the newest backup was made (s since the epoch), None if none can be seen."""
        ...

    async def node(self, cluster: str, node: str) -> NodeFacts:
        """Read one node's status."""
        ...

    async def node_clock(self, cluster: str, node: str) -> int:
        """Return a node's own time (s since the epoch), which its tasks are dated by."""
        ...

    async def guest_samples(self, ref: GuestRef, node: str, window: Window) -> tuple[Sample, ...]:
        """Return a guest's figures over time, averaged, in no certain order."""
        ...

    async def node_samples(self, cluster: str, node: str, window: Window) -> tuple[Sample, ...]:
        """Return a node's figures over time, averaged, in no certain order."""
        ...

    async def storages(
        self, cluster: str, node: str, *, provisioned: frozenset[str] = frozenset()
    ) -> tuple[StorageFacts, ...]:
        """Read the storages of a node; for those named, also the sum of all disk sizes on them."""
        ...

    async def rights(self, cluster: str) -> Rights:
        """Return our token's own privileges; an answer at most 60 s old may be reused."""
        ...

    async def change(
        self, ref: GuestRef, node: str, step: Step, digest: str, *, deadline_ms: int
    ) -> str:
        """Make one changing call; return the UPID, or an empty string if it left no task.

        The only method that changes anything, called by the executor alone. Nothing is sent at or
        after `deadline_ms`: then it raises `Unreachable`.
        """
        ...

    async def task(self, cluster: str, upid: str) -> TaskView:
        """Read one task's status, and the tail of its log once it stopped or runs long."""
        ...

    async def tasks_of(self, ref: GuestRef, node: str, since_s: int) -> tuple[TaskView, ...]:
        """Return our own tasks on that vmid since then, newest first, also running ones."""
        ...
