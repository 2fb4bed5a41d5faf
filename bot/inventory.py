"""One shared, dated picture of each cluster, and who is who in it.

Everybody in the process shares one `cluster/resources` call per cluster and 10 s. What that call does
not tell (starts at boot, memory that waits for a restart) is read guest by guest in the background, so
that a picture never waits for it; until it is read, it is None.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from bot.model.errors import GuestMissing, HypervisorFault
from bot.model.estate import ClusterPicture
from bot.model.guest import GuestRef, GuestSummary
from bot.model.refusal import Reason, Refusal, refuse
from bot.ports import Clock, Hypervisor

PICTURE_MS = 10_000
"""Proxmox itself renews these figures every 10 s (pvestatd)."""
SLOW_MS = 300_000
"""How old the slow scan's reading of a guest may grow before it is read again."""
AT_ONCE = 2
"""How many guests the slow scan reads at a time: it is background work for three pvedaemon workers."""
SUGGESTIONS = 3
ALIKE = 60
"""From which likeness (0-100) a name is suggested; `bd-01` for `db-01` has 80."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slow:
    """What the slow scan found for a guest, and when it looked; None: it could not be read."""

    at: int
    starts_at_boot: bool | None = None
    waiting_mib: int | None = None


class Inventory:
    """Pictures of all clusters, shared by the whole process. Raises `HypervisorFault`s."""

    def __init__(self, hypervisor: Hypervisor, clock: Clock) -> None:
        self._hypervisor = hypervisor
        self._clock = clock
        self._pictures: dict[str, ClusterPicture] = {}
        self._flights: dict[str, asyncio.Task[ClusterPicture]] = {}
        self._slow: dict[GuestRef, _Slow] = {}
        self._scanned = 0
        self._told: dict[str, tuple[ClusterPicture | None, int, ClusterPicture]] = {}
        self._scans: dict[str, asyncio.Task[None]] = {}

    def clusters(self) -> tuple[str, ...]:
        """Return the configured clusters' names."""
        return self._hypervisor.clusters()

    async def picture(self, cluster: str, max_age_ms: int = PICTURE_MS) -> ClusterPicture:
        """Return the picture, read at most so long before this call (0: not before it).

        Callers that come while it is being read share that reading, if it began late enough.
        """
        oldest = self._clock.now() - max_age_ms
        picture = self._pictures.get(cluster)
        if picture is None or picture.read_at < oldest:
            picture = await asyncio.shield(self._flight(cluster))
        if picture.read_at < oldest:
            # That reading had begun before the call; the next one cannot have.
            picture = await asyncio.shield(self._flight(cluster))
        self._scan_if_due(picture)
        return self._with_slow(picture)

    async def pictures(self, max_age_ms: int = PICTURE_MS) -> tuple[ClusterPicture, ...]:
        """Return the pictures of all clusters that answer."""
        found = await asyncio.gather(
            *(self.picture(c, max_age_ms) for c in self.clusters()), return_exceptions=True
        )
        for fault in found:
            if isinstance(fault, BaseException) and not isinstance(fault, HypervisorFault):
                raise fault
        return tuple(p for p in found if isinstance(p, ClusterPicture))

    async def locate(self, ref: GuestRef, max_age_ms: int = 0) -> str:
        """Return the node where the guest is now; GuestMissing if it is nowhere to be seen.

        Migration and HA move guests at any time: to be asked right before each call.
        """
        found = (await self.picture(ref.cluster, max_age_ms)).guest(ref)
        if found is None:
            doing = f"locating {ref.kind.word} {ref.vmid} on {ref.cluster}"
            raise GuestMissing(doing, "it is not in the cluster", 404)
        return found.node

    def look_again(self, ref: GuestRef) -> None:
        """Let the slow scan read a guest with the next picture: it was changed."""
        if ref in self._slow:
            self._slow[ref] = replace(self._slow[ref], at=0)

    async def scanned(self, cluster: str) -> None:
        """Wait for the slow scan that runs on a cluster, if one does."""
        if cluster in self._scans:
            await asyncio.shield(self._scans[cluster])

    async def close(self) -> None:
        """End background work."""
        tasks = [*self._scans.values(), *self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _flight(self, cluster: str) -> asyncio.Task[ClusterPicture]:
        running = self._flights.get(cluster)
        if running is None:
            running = _start(self._fly(cluster))
            self._flights[cluster] = running
        return running

    async def _fly(self, cluster: str) -> ClusterPicture:
        began_at = self._clock.now()
        try:
            read = await self._hypervisor.picture(cluster)
        finally:
            del self._flights[cluster]
        self._pictures[cluster] = replace(read, read_at=began_at)
        return self._pictures[cluster]

    def _with_slow(self, picture: ClusterPicture) -> ClusterPicture:
        """Merge the slow scan in: once for each picture and state of the scan, not for each caller."""
        made_from, scanned, merged = self._told.get(picture.cluster, (None, -1, picture))
        if made_from is picture and scanned == self._scanned:
            return merged
        merged = replace(picture, guests=tuple(map(self._merged, picture.guests)))
        self._told[picture.cluster] = (picture, self._scanned, merged)
        return merged

    def _merged(self, guest: GuestSummary) -> GuestSummary:
        slow = self._slow.get(guest.ref)
        if slow is None:
            return guest
        return replace(guest, starts_at_boot=slow.starts_at_boot, waiting_mib=slow.waiting_mib)

    def _scan_if_due(self, picture: ClusterPicture) -> None:
        running = self._scans.get(picture.cluster)
        if running is not None and not running.done():
            return
        due = self._due(picture)
        if due:
            self._scans[picture.cluster] = _start(self._scan(picture.cluster, due))

    def _due(self, picture: ClusterPicture) -> list[GuestRef]:
        """Return whom to read: templates never, a silent node's guests when it is back."""
        oldest = self._clock.now() - SLOW_MS
        silent = {n.name for n in picture.nodes if not n.online}
        return [
            g.ref
            for g in picture.guests
            if not g.template
            and g.node not in silent
            and (g.ref not in self._slow or self._slow[g.ref].at < oldest)
        ]

    async def _scan(self, cluster: str, due: Sequence[GuestRef]) -> None:
        """Read guests, a few at a time; who cannot be read is asked again no sooner than others."""
        waiting = iter(due)
        while few := list(islice(waiting, AT_ONCE)):
            try:
                found = await self._hypervisor.slow_scan(few, cluster)
            except HypervisorFault:
                found = {}
            for ref in few:
                starts, mib = found.get(ref.vmid, (None, None))
                at = self._clock.now()
                self._slow[ref] = _Slow(at=at, starts_at_boot=starts, waiting_mib=mib)
            self._scanned += 1


def _start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start work whose outcome may interest nobody by the time it ends."""
    task = asyncio.create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


def find(text: str, guests: Sequence[GuestSummary]) -> GuestSummary | Refusal:
    """Return the guest that a name, a vmid or `cluster/either` means among those one may see.

    A number is a vmid. Names are compared without case; a name in the very same case wins.
    """
    asked = text.strip()
    cluster, separator, inside = asked.rpartition("/")
    among = [g for g in guests if not separator or g.ref.cluster.lower() == cluster.lower()]
    found = _named(inside, among)
    if len(found) == 1:
        return found[0]
    if found:
        names = tuple(sorted(map(_address, found)))
        return refuse(Reason.AMBIGUOUS_GUEST, name=asked, candidates=names)
    return refuse(Reason.UNKNOWN_GUEST, name=asked, suggestions=_alike(inside, among or guests))


def _named(name: str, guests: Sequence[GuestSummary]) -> list[GuestSummary]:
    if name.isascii() and name.isdigit():
        return [g for g in guests if str(g.ref.vmid) == name]
    same = [g for g in guests if g.name.lower() == name.lower()]
    exactly = [g for g in same if g.name == name]
    return exactly or same


def _address(guest: GuestSummary) -> str:
    """Return what can be typed to mean this guest and no other."""
    return guest.ref.key


def _alike(name: str, guests: Sequence[GuestSummary]) -> tuple[str, ...]:
    names = sorted({g.name for g in guests})
    found = process.extract(
        name, names, scorer=fuzz.WRatio, processor=str.lower, limit=SUGGESTIONS, score_cutoff=ALIKE
    )
    return tuple(match for match, _, _ in found)
