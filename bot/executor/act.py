"""The loop around `tick`: look, decide, write down, act. The only caller of a changing API."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.assess import Assessor
from bot.commit import Committer
from bot.continuity import Continuity
from bot.executor.calling import attempt, unbroken
from bot.executor.claim import Claimer
from bot.executor.ending import End, open_end_of
from bot.executor.looking import known_task, log_of, own_tasks
from bot.executor.tick import Doubt, Note, Seen, Send, Wait, tick
from bot.model.errors import (
    GuestMissing,
    HypervisorFault,
    TokenRefused,
    VersionConflict,
)
from bot.model.events import Event, Expire, Find, Finish, Journal, Lose
from bot.model.guest import GuestFacts
from bot.model.people import SYSTEM
from bot.model.plan import Step, Where
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest, JournalEntry, Progress, State
from bot.model.task import TaskView
from bot.model.terms import Terms
from bot.ports import Clock, Directory, Hypervisor, RequestStore
from bot.reservations import given_up

STAY_MS = 1_500
"""Waits up to this long stay inside one run; longer ones go to the due-set."""

RUN_MS = 15_000
"""One run lasts no longer than this; then the due-set calls again."""

AFTER_RELEASE = 5_000
"""How soon a call that waits for a release is looked at again, in ms."""

SLOTS_PER_NODE = 2
"""Changing calls on one node at a time: pvedaemon has three workers (FACTS §11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Executor:
    """Carries approved requests out, and never the same step twice. `terms` gives the present ones.

    While the program is `stopping`, a run ends at its next wait; the due-set calls again.
    """

    hypervisor: Hypervisor
    store: RequestStore
    assessor: Assessor
    committer: Committer
    directory: Directory
    continuity: Continuity
    clock: Clock
    terms: Callable[[], Terms]
    stopping: Callable[[], bool] = lambda: False

    async def run(self, request_id: str) -> None:
        """Move one request on as far as it goes now, and file when it wants to be looked at next."""
        owner = self.clock.token(64)
        if not await self.store.lease(f"run:{request_id}", owner, 20):
            return
        try:
            while not await self._run(f"request:{request_id}", request_id):
                continue
        finally:
            await self.store.release(f"run:{request_id}", owner)

    async def _run(self, member: str, request_id: str) -> bool:
        """Move the request on until it has to wait; False if something was filed meanwhile."""
        began = self.clock.now()
        while True:
            due = await self.store.due_at(member)
            request = await self.store.request(request_id)
            if request is None or request.state.final:
                await self.store.drop_due(member)
                return True
            structlog.contextvars.bind_contextvars(handle=request.handle)
            try:
                again = await self._advance(request)
            except VersionConflict:
                continue
            if again is None and not self.stopping():
                continue
            now = await self.store.now()
            if again is None:
                await self.store.put_due(member, now)
                return True
            long = again - now > STAY_MS or self.clock.now() - began > RUN_MS
            if long or self.stopping():
                return await self.store.move_due(member, due, again)
            await self.clock.wait((again - now) / 1000)

    async def _advance(self, request: ChangeRequest) -> int | None:
        """Do the next thing; return when to look again, None to look again at once."""
        now = await self.store.now()
        if request.state is State.PENDING:
            if now < request.expires_at:
                return request.expires_at
            await self._apply(request, Expire(actor=SYSTEM, at=now))
            return None
        if request.state is State.APPROVED:
            claimed = await self._claimer().claim(request, now)
            return min(claimed, request.execute_before) if isinstance(claimed, int) else None
        seen = await self._look(request, now)
        return await self._do(request, seen)

    def _claimer(self) -> Claimer:
        return Claimer(
            store=self.store,
            assessor=self.assessor,
            committer=self.committer,
            directory=self.directory,
            continuity=self.continuity,
            terms=self.terms,
        )

    async def _look(self, request: ChangeRequest, now: int) -> Seen:
        """Read what `tick` needs: the task under way, else the guest, and its tasks if in doubt."""
        entry = request.journal[-1] if request.journal else None
        ref = request.plan.target.ref
        task: TaskView | None = None
        trouble = ""
        tasks: tuple[TaskView, ...] | None = None
        guest: GuestFacts | None = None
        try:
            if entry and entry.upid and entry.progress in {Progress.SUBMITTED, Progress.UNKNOWN}:
                task, trouble = await known_task(self.hypervisor, ref.cluster, entry.upid)
                if task is not None and task.running:
                    return Seen(now=now, task=task)
            guest = await self._guest(request)
            if entry and entry.progress in {Progress.INTENDED, Progress.UNKNOWN}:
                since = entry.node_clock or entry.at // 1000 - 2
                nodes = dict.fromkeys((guest.node, entry.node or guest.node))
                tasks = await own_tasks(self.hypervisor, self.store, request, tuple(nodes), since)
        except HypervisorFault as fault:
            return Seen(
                now=now,
                guest=guest,
                task=task,
                trouble=str(fault),
                gone=isinstance(fault, GuestMissing),
                barred=isinstance(fault, TokenRefused),
            )
        return Seen(now=now, guest=guest, task=task, tasks=tasks, trouble=trouble)

    async def _guest(self, request: ChangeRequest) -> GuestFacts:
        guest = await self.assessor.guest(request.plan.target.ref)
        if any(e.where is Where.SNAPSHOT for s in request.plan.steps for e in s.expects):
            ref = request.plan.target.ref
            return guest.with_snapshots(await self.hypervisor.snapshots(ref, guest.node))
        return guest

    async def _do(self, request: ChangeRequest, seen: Seen) -> int | None:
        action = tick(request, seen, self.terms())
        if isinstance(action, Wait):
            return await self._wait(request, action, seen.now)
        if isinstance(action, Send):
            return await self._send(request, action, seen)
        if isinstance(action, End):
            await self._end(request, action)
        elif isinstance(action, Doubt):
            await self._apply(request, Lose(actor=SYSTEM, at=seen.now, entry=action.entry))
        else:
            noted = await self._note(request, action, seen.now)
            ended = tick(noted, seen, self.terms())
            if isinstance(ended, End):  # by the same look: what was read needs no second reading
                await self._end(noted, ended)
        return None

    async def _note(self, request: ChangeRequest, action: Note, now: int) -> ChangeRequest:
        event: Event = Journal(actor=SYSTEM, at=now, entry=action.entry)
        if request.state is State.UNCERTAIN:
            event = Find(actor=SYSTEM, at=now, entry=action.entry)
        return await self._apply(request, event)

    async def _wait(self, request: ChangeRequest, action: Wait, now: int) -> int:
        if action.for_lock and request.waiting_since is None:
            lock = action.for_lock
            event = Journal(actor=SYSTEM, at=now, waiting_since=now, waiting_for=lock)
            await self._apply(request, event)
        return now + action.ms

    async def _apply(self, request: ChangeRequest, event: Event) -> ChangeRequest:
        """Save a transition that the state allows; the executor asks for no others."""
        result = await self.committer.apply(request, event, due_at=event.at + RUN_MS)
        if isinstance(result, Refusal):
            raise AssertionError(f"{request.handle}: {type(event).__name__} was refused: {result}")
        return result

    async def _send(self, request: ChangeRequest, send: Send, seen: Seen) -> int | None:
        """Make the call, if one of the node's slots is free; stopping the program waits for its answer."""
        guest = seen.guest
        if guest is None:
            raise AssertionError(f"{request.handle}: nothing is sent to an unread guest")
        if await self.continuity.sent_already(request, guest.node):
            return seen.now + AFTER_RELEASE
        slot = await self._slot(f"{guest.ref.cluster}/{guest.node}", request.id)
        if not slot:
            return seen.now + self.terms().poll_task // 2
        try:
            clock = await self._node_clock(send.step, guest)
            return await unbroken(self._sent(request, send, guest, clock))
        finally:
            await self.store.release(slot, request.id)

    async def _sent(
        self, request: ChangeRequest, send: Send, guest: GuestFacts, node_clock: int
    ) -> int | None:
        """Write down the intent, make the call, write down what came of it."""
        deadline = self.clock.now() + self.terms().send_within
        at = await self.store.now()
        entry = JournalEntry(
            step=send.step.name,
            progress=Progress.INTENDED,
            at=at,
            deadline=at + self.terms().send_within,
            undo=send.undo,
            node=guest.node,
            node_clock=node_clock,
        )
        request = await self._apply(request, Journal(actor=SYSTEM, at=at, entry=entry))
        entry = await attempt(self.hypervisor, send.step, guest, entry, deadline)
        now = await self.store.now()
        lost = entry.progress is Progress.UNKNOWN
        event = (Lose if lost else Journal)(actor=SYSTEM, at=now, entry=entry)
        await self._apply(request, event)
        nothing_yet = entry.progress is Progress.UNDONE
        return now + self.terms().poll_task if nothing_yet else None

    async def _node_clock(self, step: Step, guest: GuestFacts) -> int:
        """Return the node's own time, by which a lost call's task is found; 0 if it cannot be read."""
        if not step.leaves_task:
            return 0
        try:
            return await self.hypervisor.node_clock(guest.ref.cluster, guest.node)
        except HypervisorFault:
            return 0

    async def _slot(self, node: str, owner: str) -> str:
        """Take one of the node's slots for a changing call; empty if all are taken."""
        for number in range(SLOTS_PER_NODE):
            if await self.store.lease(f"slot:{node}:{number}", owner, 60):
                return f"slot:{node}:{number}"
        return ""

    async def _end(self, request: ChangeRequest, ended: End) -> None:
        """Save the end, with the open end it leaves; free the guest, and the room if untouched."""
        open_end = open_end_of(request, ended, self.terms())
        nothing = ended.state is State.FAILED and bool(ended.outcome.in_force)
        ledgers = await given_up(self.store, request, room_too=nothing)
        log = await log_of(self.hypervisor, request)
        outcome = replace(ended.outcome, log=log)
        event = Finish(actor=SYSTEM, at=ended.outcome.at, state=ended.state, outcome=outcome)
        result = await self.committer.apply(
            request,
            event,
            ledgers=ledgers,
            open_end=open_end,
            also_due=self._afterwards(request, ended.outcome.at, follow=open_end is not None),
        )
        if isinstance(result, Refusal):
            raise AssertionError(f"{request.handle}: the end was refused: {result}")

    def _afterwards(self, request: ChangeRequest, at: int, *, follow: bool) -> dict[str, int]:
        """Return the looks that follow: the open end, older values, reservations that may go."""
        looks = {f"end:{request.id}": at + self.terms().follow_every} if follow else {}
        if self.assessor.operations[request.plan.operation].rewrites_config:
            looks[f"values:{request.id}"] = at
        if request.plan.claims:
            looks[f"room:{request.plan.target.ref.cluster}"] = at + self.terms().inventory_lag
        return looks
