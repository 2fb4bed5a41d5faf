"""The port Hypervisor over the Proxmox VE API: threads below, values above."""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.model.errors import HypervisorFault, MissingPrivilege, OutcomeUnknown, Refused, Unreachable
from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts
from bot.model.guest import GuestFacts, GuestRef, Snapshot
from bot.model.plan import Step
from bot.model.samples import Sample, Window
from bot.model.task import TaskView
from bot.proxmox import calls
from bot.proxmox.calls import Call
from bot.proxmox.cleaning import Cleaning
from bot.proxmox.client import THREADS, ClusterAccess, ClusterClient, Observe
from bot.proxmox.reading import estate, guests, tasks
from bot.proxmox.reading.samples import samples
from bot.proxmox.reading.values import mapping

RIGHTS_MS = 60_000
"""How long an answer on our own rights may be reused."""
SEEN_MS = 60_000
"""How old the known pool of a guest may be: an approval may rest on it."""
LONG_SECONDS = 10
"""A running task's log is read once it has run this long."""
LOG_TAIL = 20
SCANS = 2
"""Guests read at once by the slow scan: pveproxy and pvedaemon have three workers each."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the last `cluster/resources` said: vmid → (node, pool)."""

    at: int
    guests: Mapping[int, tuple[str, str]]


def _unobserved(_cluster: str, _call: str, _seconds: float, _outcome: str) -> None:
    """Tell nobody."""


class ProxmoxHypervisor:
    """All clusters. Every method raises `HypervisorFault`s; nothing blocks the event loop.

    `now` is the host's clock in ms since the epoch; `observe` is told of every call, in its thread.
    """

    def __init__(
        self,
        clusters: Sequence[ClusterAccess],
        *,
        now: Callable[[], int],
        observe: Observe = _unobserved,
    ) -> None:
        self._clients = {a.name: ClusterClient(a, now, observe) for a in clusters}
        self._cleaning = {a.name: Cleaning(a.redaction) for a in clusters}
        self._now = now
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="proxmox")
        self._rights: dict[str, tuple[int, Rights]] = {}
        self._seen: dict[str, _Seen] = {}

    async def close(self) -> None:
        """Let running calls end (those that wait for a thread are dropped), then close connections."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        for client in self._clients.values():
            client.close()

    def clusters(self) -> tuple[str, ...]:
        """Return the configured clusters' names."""
        return tuple(self._clients)

    async def picture(self, cluster: str) -> ClusterPicture:
        """Read `cluster/resources` and `cluster/status`; without the right to the latter, no quorum."""
        read_at = self._now()
        resources, status = await asyncio.gather(
            self._read(cluster, calls.resources(cluster)),
            self._read_if_allowed(cluster, calls.cluster_status(cluster)),
        )
        picture = estate.cluster_picture(cluster, resources, status, read_at)
        self._note(picture.cluster, read_at, picture)
        return self._cleaning[cluster].picture(picture)

    async def slow_scan(
        self, guests: Sequence[GuestRef], cluster: str
    ) -> dict[int, tuple[bool, int | None]]:
        """Return vmid → (starts at boot, memory waiting in MiB); what cannot be read is left out."""
        if cluster not in self._seen:
            await self._look(cluster)
        places = self._seen[cluster].guests
        few = asyncio.Semaphore(SCANS)
        found: dict[int, tuple[bool, int | None]] = {}

        async def scan(ref: GuestRef) -> None:
            async with few:
                found[ref.vmid] = await self._waiting(ref, places[ref.vmid][0])

        wanted = [ref for ref in guests if ref.vmid in places]
        results = await asyncio.gather(*map(scan, wanted), return_exceptions=True)
        for failed in results:
            if failed is not None and not isinstance(failed, HypervisorFault):
                raise failed
        return found

    async def guest(self, ref: GuestRef, node: str) -> GuestFacts:
        """Read one guest fresh: `pending` (config in force, what waits, digest) and `status/current`.

        Its pool stands in neither: it comes from a look at the cluster that is at most 60 s old.
        """
        pending, status, pool = await asyncio.gather(
            self._read(ref.cluster, calls.pending(ref, node)),
            self._read(ref.cluster, calls.status(ref, node)),
            self._pool_of(ref),
        )
        config, waiting, digest = guests.config_in_force(pending)
        if not digest:
            answer = await self._read(ref.cluster, calls.config(ref, node))
            config, digest = guests.plain_config(answer)
        clean = self._cleaning[ref.cluster]
        now, later = clean.values(config), clean.values(waiting)
        return guests.guest_facts(ref, node, now, later, digest, mapping(status), pool=pool)

    async def snapshots(self, ref: GuestRef, node: str) -> tuple[Snapshot, ...]:
        """Return the guest's snapshots, oldest first."""
        found = guests.snapshots(await self._read(ref.cluster, calls.snapshots(ref, node)))
        return tuple(map(self._cleaning[ref.cluster].snapshot, found))

    async def snapshot_memory(self, ref: GuestRef, node: str, name: str) -> int | None:
        """Return the memory (MiB) in a snapshot's config; None without a right to see it."""
        answer = await self._read_if_allowed(ref.cluster, calls.snapshot_config(ref, node, name))
        return None if answer is None else guests.snapshot_memory(answer)

    async def last_backup(self, ref: GuestRef, node: str) -> int | None:
        """Return when the newest backup was made, over all backup storages of the node."""
        listed = await self._read(ref.cluster, calls.storages(ref.cluster, node))
        contents = await asyncio.gather(
            *(
                self._read_if_allowed(
                    ref.cluster, calls.content(ref.cluster, node, name, "backup", ref.vmid)
                )
                for name in estate.backup_storages(listed)
            )
        )
        times = (estate.newest_backup(content) for content in contents)
        return max((t for t in times if t is not None), default=None)

    async def node(self, cluster: str, node: str) -> NodeFacts:
        """Read one node's status."""
        return estate.node_status(node, await self._read(cluster, calls.node_status(cluster, node)))

    async def node_clock(self, cluster: str, node: str) -> int:
        """Return a node's own time (s since the epoch); needs Sys.Audit on the node."""
        answer = await self._read(cluster, calls.node_time(cluster, node))
        return int(answer["time"]) if isinstance(answer, dict) and "time" in answer else 0

    async def guest_samples(self, ref: GuestRef, node: str, window: Window) -> tuple[Sample, ...]:
        """Return a guest's figures over time."""
        return samples(await self._read(ref.cluster, calls.guest_samples(ref, node, window)))

    async def node_samples(self, cluster: str, node: str, window: Window) -> tuple[Sample, ...]:
        """Return a node's figures over time; needs Sys.Audit on the node."""
        return samples(await self._read(cluster, calls.node_samples(cluster, node, window)))

    async def storages(
        self, cluster: str, node: str, *, provisioned: frozenset[str] = frozenset()
    ) -> tuple[StorageFacts, ...]:
        """Read the storages of a node; for those named, also the sum of all disk sizes on them."""
        names = sorted(provisioned)
        listed, *contents = await asyncio.gather(
            self._read(cluster, calls.storages(cluster, node)),
            *(self._read_if_allowed(cluster, calls.content(cluster, node, n)) for n in names),
        )
        sums = {n: estate.sizes(c) for n, c in zip(names, contents, strict=True) if c is not None}
        return estate.storage_status(
            node, listed, {name: total for name, total in sums.items() if total is not None}
        )

    async def rights(self, cluster: str) -> Rights:
        """Return our token's own privileges; an answer at most 60 s old is reused."""
        at, known = self._rights.get(cluster, (0, None))
        if known is not None and self._now() - at <= RIGHTS_MS:
            return known
        asked_at = self._now()
        fresh = estate.rights(await self._read(cluster, calls.permissions(cluster)))
        self._rights[cluster] = (asked_at, fresh)
        return fresh

    async def change(
        self, ref: GuestRef, node: str, step: Step, digest: str, *, deadline_ms: int
    ) -> str:
        """Make one changing call; return the UPID, or an empty string if it left no task."""
        call = calls.change(ref, node, step, digest)
        client = self._client(ref.cluster, call)
        try:
            answer = await self._in_thread(lambda: client.write(call, deadline_ms))
        except MissingPrivilege:
            self._rights.pop(ref.cluster, None)
            raise
        if answer is None:
            return ""
        if isinstance(answer, str) and answer.startswith("UPID:"):
            return answer
        raise OutcomeUnknown(call.doing, "the answer names no task")

    async def task(self, cluster: str, upid: str) -> TaskView:
        """Read one task's status, and the tail of its log once it stopped or runs long."""
        node = tasks.upid(upid).node
        if not node:
            raise Refused(f"reading a task of {cluster}", f"{upid!r} is no UPID", 400)
        call = calls.task_status(cluster, node, upid)
        redaction = self._client(cluster, call).access.redaction
        view = tasks.task_status(upid, redaction.inside(await self._read(cluster, call)))
        if view.running and self._now() // 1000 - view.started_at < LONG_SECONDS:
            return view
        log = await self._read_if_allowed(cluster, calls.task_log(cluster, node, upid))
        return tasks.with_log(view, redaction.inside(log), LOG_TAIL)

    async def tasks_of(self, ref: GuestRef, node: str, since_s: int) -> tuple[TaskView, ...]:
        """Return our own tasks on that vmid since then, newest first, also running ones."""
        call = calls.tasks(ref, node, since_s)
        access = self._client(ref.cluster, call).access
        answer = access.redaction.inside(await self._read(ref.cluster, call))
        return tasks.task_list(answer, access.token_id)

    async def own_tasks(
        self, cluster: str, nodes: Sequence[str], since_s: int
    ) -> tuple[TaskView, ...]:
        """Return all tasks of our own token on these nodes since then, also running ones."""
        if cluster not in self._clients:
            raise Unreachable("reading our own tasks", f"no cluster {cluster} is configured")
        access = self._clients[cluster].access
        found = await asyncio.gather(*(self._own_tasks(access, n, since_s) for n in nodes))
        return tuple(task for on_node in found for task in on_node)

    async def _own_tasks(
        self, access: ClusterAccess, node: str, since_s: int
    ) -> tuple[TaskView, ...]:
        """Read page after page; where a task begins meanwhile another shows twice, none is left out."""
        found: dict[str, TaskView] = {}
        for start in itertools.count(0, calls.TASKS):
            call = calls.own_tasks(access.name, node, access.user, since_s, start)
            answer = access.redaction.inside(await self._read(access.name, call))
            found |= {task.upid: task for task in tasks.task_list(answer, access.token_id)}
            if len(answer or ()) < calls.TASKS:
                break
        return tuple(found.values())

    async def _pool_of(self, ref: GuestRef) -> str:
        seen = self._seen.get(ref.cluster)
        if seen is None or self._now() - seen.at > SEEN_MS or ref.vmid not in seen.guests:
            await self._look(ref.cluster)
        return self._seen[ref.cluster].guests.get(ref.vmid, ("", ""))[1]

    async def _look(self, cluster: str) -> None:
        read_at = self._now()
        resources = await self._read(cluster, calls.resources(cluster))
        self._note(cluster, read_at, estate.cluster_picture(cluster, resources, None, read_at))

    def _note(self, cluster: str, at: int, picture: ClusterPicture) -> None:
        places = {g.ref.vmid: (g.node, g.pool) for g in picture.guests}
        self._seen[cluster] = _Seen(at=at, guests=places)

    async def _waiting(self, ref: GuestRef, node: str) -> tuple[bool, int | None]:
        return guests.waiting_memory(await self._read(ref.cluster, calls.pending(ref, node)))

    async def _read_if_allowed(self, cluster: str, call: Call) -> Any:
        """Return the answer, or None where Proxmox refuses it: what is missing stays unknown."""
        try:
            return await self._read(cluster, call)
        except Refused:
            return None

    async def _read(self, cluster: str, call: Call) -> Any:
        client = self._client(cluster, call)
        return await self._in_thread(lambda: client.read(call))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _client(self, cluster: str, call: Call) -> ClusterClient:
        if cluster not in self._clients:
            raise Unreachable(call.doing, f"no cluster {cluster} is configured")
        return self._clients[cluster]
