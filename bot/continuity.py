"""Whether the store still knows all that it knew; if not, the gate is closed until it is released.

`look` compares the store with this host's heartbeat, and alone writes it: only after the old entry was
found, so that the first new entry after an emptied store wipes no evidence. `compare` looks for our own
tasks in Proxmox that no journal knows.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from bot.inventory import Inventory
from bot.model.audit import AuditEntry
from bot.model.errors import HypervisorFault, StoreFault, StoreUnavailable, VersionConflict
from bot.model.gate import (
    GATE,
    NEARBY_S,
    ForgottenTask,
    Gate,
    Mark,
    WentBack,
    as_forgotten,
    forgotten,
    knows,
    newest,
)
from bot.model.people import SYSTEM, Person
from bot.model.plan import Plan
from bot.model.request import ChangeRequest, State
from bot.model.save import Save
from bot.model.terms import DAY
from bot.ports import Clock, Heartbeat, Hypervisor, RequestStore

LOOK_SECONDS = 1.0
"""How often every process looks."""

AGAIN_MS = 30_000
"""How soon a cluster that could not be compared is asked again."""

OLDEST = 30 * DAY
"""Tasks from before are not looked at: what was approved then has long expired."""

MOST = 500
"""Forgotten tasks that are kept with the evidence: the newest; more of them say nothing else."""

NAMED = 20
"""Tasks that are named in the audit."""

FEW = 200
"""Requests read at first to find whose tasks these are; four times as many each time after."""

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Continuity:
    """Watches one store from one process."""

    store: RequestStore
    hypervisor: Hypervisor
    inventory: Inventory
    heartbeat: Heartbeat
    clock: Clock
    _seen: Mark | None = None
    _run_id: str = ""
    _unasked: set[str] = field(default_factory=set)
    _ask_at: int = 0
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(self) -> None:
        """Look once; a store that is away is left to `watch`, a heartbeat that cannot be kept is not."""
        try:
            await self.look()
        except StoreUnavailable as fault:
            log.warning("the heartbeat waits for the store", fault=str(fault))

    async def watch(self, stopping: Callable[[], bool]) -> None:
        """Look every second until cancelled or `stopping`; with Proxmox whenever the store was away."""
        while not stopping():
            try:
                await self._notice_another_run()
                await self.look()
                await self.compare()
            except StoreFault as fault:
                log.warning("the heartbeat waits for the store", fault=str(fault))
                self._run_id = ""
            await self.clock.wait(LOOK_SECONDS)

    async def look(self) -> Gate:
        """Return the gate, closed now if this host has seen an entry that the store no longer knows."""
        async with self._one:
            seen = newest(self._seen, await self.heartbeat.kept())
            trail = await self.store.trail(seen)
            if trail.gate.closed:
                return trail.gate
            if seen is not None and not knows(trail, seen):
                before = await self.store.entry_before(seen.position)
                ends_at = before.at if before else 0
                self._ask_all()
                return await self._found(trail.gate, ends_at, (), seen_at=seen.at)
            if trail.last is not None and trail.last != seen:
                await self.heartbeat.keep(trail.last, seen)
            self._seen = trail.last
            return trail.gate

    async def compare(self) -> None:
        """Look for tasks that no journal knows in every cluster that was not asked since it mattered."""
        if not self._unasked or self.clock.now() < self._ask_at:
            return
        self._ask_at = self.clock.now() + AGAIN_MS
        for cluster in sorted(self._unasked):
            gate = await self.store.gate()
            try:
                tasks = await self._forgotten_in(cluster, gate)
            except HypervisorFault as fault:
                log.info("tasks are compared later", cluster=cluster, fault=str(fault))
                continue
            self._unasked.discard(cluster)
            await self._tell(gate, tasks)

    async def forgotten_on(self, request: ChangeRequest, plan: Plan, gate: Gate) -> bool:
        """Return whether Proxmox has a task on its guest since the approval that no journal knows.

        It is asked for a plan whose steps leave tasks: a change of a container's config leaves none,
        so that what was done of it can only be told by the heartbeat.
        """
        if not any(step.leaves_task for step in plan.steps):
            return False
        since = (request.decided_at or request.created_at) // 1000
        tasks = await self._on_guest(request, plan.target.node, since, gate)
        left = await self._in_no_journal(tasks)
        await self._tell(gate, left)
        return bool(left)

    async def sent_already(self, request: ChangeRequest, node: str) -> bool:
        """Return whether a request under way has to wait for the release before its next call.

        It does while the gate is closed and its guest has a task that its own journal does not know:
        then the call may be one that the store has forgotten.
        """
        gate = await self.look()
        if not gate.closed:
            return False
        since = (request.started_at or request.created_at) // 1000
        known = {entry.upid for entry in request.journal}
        tasks = await self._on_guest(request, node, since, gate)
        left = tuple(task for task in tasks if task.upid not in known)
        await self._tell(gate, left)
        return bool(left)

    async def _on_guest(
        self, request: ChangeRequest, node: str, since_s: int, gate: Gate
    ) -> list[ForgottenTask]:
        """Return our own tasks on a request's guest since then, also where it was when planned."""
        target = request.plan.target
        found = list(await self.hypervisor.tasks_of(target.ref, node, since_s - NEARBY_S))
        if target.node != node:
            with suppress(HypervisorFault):  # that node may be gone
                found += await self.hypervisor.tasks_of(target.ref, target.node, since_s - NEARBY_S)
        names = {str(target.ref.vmid): target.name}
        return _unreleased([as_forgotten(t, target.ref.cluster, names) for t in found], gate)

    async def release(self, gate: Gate, by: Person) -> Gate:
        """Open the gate as it was shown to somebody. VersionConflict if it has moved since."""
        went = gate.went_back
        if went is None:
            return gate
        now = await self.store.now()
        at = max(now, went.seen_at, *(task.started_at * 1000 + 999 for task in went.tasks), 0)
        released = replace(went, released_at=now, released_by=by)
        after = replace(gate, released_at=at, went_back=released)
        return await self._save(after, by, "release", now)

    async def evidence(self) -> Gate:
        """Return the gate after a look at all that there is: the heartbeat, and every cluster."""
        self._ask_all()
        await self.look()
        await self.compare()
        return await self.store.gate()

    @property
    def unasked(self) -> tuple[str, ...]:
        """Return the clusters whose tasks could not be compared yet."""
        return tuple(sorted(self._unasked))

    def _ask_all(self) -> None:
        self._unasked |= set(self.hypervisor.clusters())
        self._ask_at = 0

    async def _notice_another_run(self) -> None:
        """Compare with Proxmox at the start, after a fault, and when the server was started anew."""
        run_id = await self.store.run_id()
        if not self._run_id or run_id != self._run_id:
            self._ask_all()
        self._run_id = run_id or "not told"

    async def _forgotten_in(self, cluster: str, gate: Gate) -> tuple[ForgottenTask, ...]:
        now = await self.store.now()
        ends_at = (
            gate.went_back.ends_at if gate.went_back and gate.closed else await self._ends_at()
        )
        since = max(now - OLDEST, min(ends_at, now - DAY), gate.released_at)
        picture = await self.inventory.picture(cluster)
        nodes = [node.name for node in picture.nodes if node.online]
        found = await self.hypervisor.own_tasks(cluster, nodes, since // 1000)
        names = {str(guest.ref.vmid): guest.name for guest in picture.guests}
        tasks = [as_forgotten(t, cluster, names) for t in found if t.vmid.isdigit()]
        return await self._in_no_journal(_unreleased(tasks, gate))

    async def _ends_at(self) -> int:
        last = (await self.store.trail(None)).last
        return last.at if last else 0

    async def _in_no_journal(self, tasks: Sequence[ForgottenTask]) -> tuple[ForgottenTask, ...]:
        """Return those that no request accounts for; the requests are read after the tasks were."""
        left, limit = tuple(tasks), FEW
        while left:
            requests = await self.store.recent_requests(limit)
            left = forgotten(left, requests)
            if len(requests) < limit:
                break
            limit *= 4
        return left

    async def _tell(self, gate: Gate, tasks: tuple[ForgottenTask, ...]) -> None:
        """Close the gate for these tasks, or add them to what has closed it."""
        known = gate.went_back.tasks if gate.went_back and gate.closed else ()
        new = tuple(task for task in tasks if task.upid not in {k.upid for k in known})
        if new and len(known) < MOST:
            first = min(task.started_at for task in new)  # of which Proxmox tells no parts
            before = await self.store.entry_before(f"{first * 1000 + 1000}-0")
            await self._found(gate, before.at if before else 0, new)

    async def _found(
        self, gate: Gate, ends_at: int, tasks: tuple[ForgottenTask, ...], seen_at: int = 0
    ) -> Gate:
        """Write the evidence down; whoever was first has closed the gate already."""
        now = await self.store.now()
        went = gate.went_back if gate.closed else None
        if went is None:
            went = WentBack(
                id=self.clock.token(64), since=now, ends_at=ends_at, seen_at=seen_at, tasks=tasks
            )
        else:
            went = replace(went, tasks=(*went.tasks, *tasks))
        went = replace(went, tasks=tuple(sorted(went.tasks, key=lambda t: t.started_at)[-MOST:]))
        try:
            return await self._save(replace(gate, went_back=went), SYSTEM, "went back", now)
        except VersionConflict:
            self._ask_all()
            return await self.store.gate()

    async def _save(self, gate: Gate, actor: Person, what: str, now: int) -> Gate:
        """Save the gate's next edition; its message and the cards of approved requests follow."""
        gate = replace(gate, edition=gate.edition + 1)
        tasks = gate.went_back.tasks if gate.went_back else ()
        entry = AuditEntry(
            at=now,
            actor=actor,
            what=what,
            request_id="",
            handle="",
            accepted=True,
            why=", ".join([f"{len(tasks)} tasks", *(task.upid for task in tasks[:NAMED])]),
        )
        waiting = [r for r in await self.store.open_requests() if r.state is State.APPROVED]
        due: dict[str, int | None] = {GATE: now, **{f"card:{r.id}": now for r in waiting}}
        await self.store.save(Save(gate=gate, audit=entry, due=due))
        log.warning("the store went back in time" if gate.closed else "released", tasks=len(tasks))
        return replace(gate, version=gate.version + 1)


def _unreleased(tasks: Sequence[ForgottenTask], gate: Gate) -> list[ForgottenTask]:
    """Leave out what an operator has released."""
    return [task for task in tasks if task.started_at * 1000 > gate.released_at]
