"""A store that went back in time: what tells it, and the gate that then keeps claims back. Pure.

Two things outlive the store: a file on the host that holds the newest audit entry it has seen, and the
tasks in Proxmox. A change of a container's config leaves no task there: only the file can tell of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.model.people import Person
from bot.model.request import ChangeRequest, JournalEntry
from bot.model.task import TaskView

GATE = "gate:announce"
"""The due-set's member that tells of the gate."""

NEARBY_S = 60
"""How far (s) a node's clock and ours may be apart where a task is told by its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One audit entry, by its position in the stream and its hash; `previous` is the hash before."""

    position: str
    hash: str
    previous: str = field(default="", compare=False)

    @property
    def order(self) -> tuple[int, int]:
        """Return what positions are ordered by."""
        at, _, number = self.position.partition("-")
        return int(at), int(number or 0)

    @property
    def at(self) -> int:
        """Return when it was written (ms since the epoch, by the store's clock)."""
        return self.order[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenTask:
    """A task of our own in Proxmox that no journal in the store knows; `started_at` in s."""

    cluster: str
    upid: str
    type: str
    vmid: str
    started_at: int
    guest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBack:
    """Evidence that the store went back in time. Times in ms.

    Its records end at `ends_at` (0: none are left); noticed at `since`. `seen_at`: when the entry was
    written that a host has seen and that is gone (0: Proxmox's tasks alone tell it). `shown` is the
    edition of the gate that the message at `channel` and `ts` shows.
    """

    id: str
    since: int
    ends_at: int
    seen_at: int = 0
    tasks: tuple[ForgottenTask, ...] = ()
    channel: str = ""
    ts: str = ""
    shown: int = 0
    released_at: int | None = None
    released_by: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whether requests may be claimed; versioned. `edition` counts what there was to tell.

    `released_at` (ms): what is missing from before it is known to an operator.
    """

    version: int = 0
    edition: int = 0
    went_back: WentBack | None = None
    released_at: int = 0

    @property
    def closed(self) -> bool:
        """Return whether nothing may be claimed."""
        return self.went_back is not None and self.went_back.released_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The audit's ends, read at one moment; `found` is the hash at the position that was asked for."""

    gate: Gate
    first: Mark | None = None
    last: Mark | None = None
    head: str = ""
    found: str = ""


def newest(*marks: Mark | None) -> Mark | None:
    """Return the mark that was written last, if there is one."""
    return max((mark for mark in marks if mark is not None), key=lambda m: m.order, default=None)


def knows(trail: Trail, seen: Mark) -> bool:
    """Return whether the store still knows an entry that was seen in it, or may do without.

    What was trimmed lies before the first entry, which then follows another one: where the chain
    begins anew nothing was trimmed. Of a chain that was trimmed whole the head is left.
    """
    if seen.at <= trail.gate.released_at:
        return True
    if trail.found:
        return trail.found == seen.hash
    if trail.first is None:
        return bool(trail.head)
    return seen.order < trail.first.order and bool(trail.first.previous)


def forgotten(
    tasks: Iterable[ForgottenTask], requests: Iterable[ChangeRequest]
) -> tuple[ForgottenTask, ...]:
    """Return the tasks that none of these requests accounts for. The tasks were read first."""
    known = tuple(requests)
    return tuple(task for task in tasks if not any(_accounts_for(r, task) for r in known))


def _accounts_for(request: ChangeRequest, task: ForgottenTask) -> bool:
    """Return whether it is the request's: by its UPID, or by time where a call brought no UPID."""
    if any(entry.upid == task.upid for entry in request.journal):
        return True
    ref = request.plan.target.ref
    if (ref.cluster, str(ref.vmid)) != (task.cluster, task.vmid):
        return False
    if request.state.executing:
        return True
    return any(_about_then(request, entry, task) for entry in request.journal if not entry.upid)


def _about_then(request: ChangeRequest, entry: JournalEntry, task: ForgottenTask) -> bool:
    began = (entry.node_clock or entry.at // 1000) - NEARBY_S
    ended = max(request.ended_at or 0, entry.deadline) // 1000 + NEARBY_S
    return began <= task.started_at <= ended


def as_forgotten(
    task: TaskView, cluster: str, names: dict[str, str] | None = None
) -> ForgottenTask:
    """Return a task as one that may turn out to be forgotten."""
    return ForgottenTask(
        cluster=cluster,
        upid=task.upid,
        type=task.type,
        vmid=task.vmid,
        started_at=task.started_at,
        guest=(names or {}).get(task.vmid, ""),
    )
