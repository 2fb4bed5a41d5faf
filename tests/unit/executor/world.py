"""A guest and its node as the executor meets them, without any I/O: calls, tasks, time, faults.

A call does to the guest what its step expects, so that whatever a new operation expects is played.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.executor.attempts import LOCKED
from bot.executor.tick import Seen
from bot.model.guest import Disk, GuestFacts, Identity, Snapshot
from bot.model.plan import Expect, Step, Where
from bot.model.request import ChangeRequest, JournalEntry, Progress
from bot.model.task import TaskView
from bot.model.terms import Terms
from tests.unit.operations.estate import READ_AT

TERMS = Terms(wait_for_lock=120_000, give_up_after=120_000, poll_task=4_000)
"""The real terms, but less patience where nothing moves."""


class Fate(StrEnum):
    """What becomes of one call."""

    WORKS = "works"
    SLOW = "works, its task takes its time"
    TASK_FAILS = "its task fails"
    TASK_LOCKED = "its task meets a lock"
    REFUSED = "is refused"
    HALF = "is refused half the way"
    HALF_TASK = "its task fails half the way"
    NOT_SHOWN = "is accepted and does not show"
    LOST = "is lost, nothing happened"
    LOST_DONE = "is lost, it happened"
    LOST_LATE = "is lost, it happens at the last moment"
    LOCKED = "meets a lock"
    UNREACHABLE = "reaches nobody"


class Crash(StrEnum):
    """Where the worker dies while it sends."""

    BEFORE_INTENT = "before the intent is written"
    AFTER_INTENT = "after the intent, before the call"
    AFTER_CALL = "after the call, before its answer is written"


@dataclass
class World:
    """One guest; `now` in ms. `calls` and `effects` count by step and whether it is its undo."""

    guest: GuestFacts
    now: int = READ_AT
    booted: int = READ_AT - 3_600_000
    blind_until: int = 0
    gone: bool = False
    tasks: list[tuple[TaskView, int]] = field(default_factory=list)
    later: list[tuple[int, Step, str]] = field(default_factory=list)
    calls: list[tuple[Step, bool]] = field(default_factory=list)
    effects: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def pass_time(self, ms: int) -> None:
        """Let time pass; what was on its way arrives."""
        self.now += ms
        for due, step, upid in [p for p in self.later if p[0] <= self.now]:
            self.later.remove((due, step, upid))
            self.takes_effect(step)
            if upid:
                self.left_task(step, upid, due)

    def state(self) -> object:
        """Return all that a change could move."""
        g = self.guest
        snapshots = tuple(s.name for s in g.snapshots)
        return (g.status, dict(g.config), dict(g.pending), g.disks, snapshots)

    def look(self, request: ChangeRequest) -> Seen:
        """Return what the executor would see of it now."""
        entry = request.journal[-1] if request.journal else None
        if self.now < self.blind_until or self.gone:
            return Seen(now=self.now, trouble="no answer", gone=self.gone)
        task = None
        if entry and entry.upid and entry.progress in {Progress.SUBMITTED, Progress.UNKNOWN}:
            task = next(self.view(t, end) for t, end in self.tasks if t.upid == entry.upid)
            if task.running:
                return Seen(now=self.now, task=task)
        uptime = (self.now - self.booted) // 1000 if self.guest.running else 0
        guest = replace(self.guest, uptime_seconds=uptime)
        tasks = None
        if entry and entry.progress in {Progress.INTENDED, Progress.UNKNOWN}:
            since = entry.at // 1000 - 2
            seen = [self.view(t, end) for t, end in self.tasks if t.started_at >= since]
            tasks = tuple(reversed(seen))
        return Seen(now=self.now, guest=guest, task=task, tasks=tasks)

    def view(self, task: TaskView, end: int) -> TaskView:
        """Return the task as it stands now."""
        return replace(task, running=True, exit_text="") if self.now < end else task

    def call(self, step: Step, entry: JournalEntry, fate: Fate) -> JournalEntry:
        """Make a call; return the attempt as the executor would write it down."""
        self.calls.append((step, entry.undo))
        if fate is Fate.NOT_SHOWN and step.task_decides:
            fate = Fate.TASK_FAILS
        if fate is Fate.HALF and not plugs(step, self.guest):
            fate = Fate.HALF_TASK  # a reboot stops half the way in its task, never in its call
        at = {
            Fate.REFUSED: Progress.FAILED,
            Fate.LOST: Progress.UNKNOWN,
            Fate.LOST_DONE: Progress.UNKNOWN,
            Fate.LOST_LATE: Progress.UNKNOWN,
            Fate.LOCKED: Progress.UNDONE,
            Fate.UNREACHABLE: Progress.UNDONE,
        }.get(fate)
        if fate is Fate.HALF or (fate in FAILING_TASKS and not step.leaves_task):
            at = Progress.FAILED
        upid = "" if at or not step.leaves_task else f"UPID:{len(self.calls)}"
        self.happens(step, entry, fate, upid)
        text = {Fate.LOCKED: LOCKED + "VM is locked (backup)"}.get(fate, fate.value)
        return replace(entry, progress=at or Progress.SUBMITTED, upid=upid, text=text if at else "")

    def happens(self, step: Step, entry: JournalEntry, fate: Fate, upid: str) -> None:
        """Let the call do to the guest what is its fate."""
        key = (step.name, entry.undo)
        lost_task = f"UPID:{len(self.calls)}" if step.leaves_task else ""
        if fate in {Fate.WORKS, Fate.SLOW}:
            self.effects[key] += 1
            seconds = 3 if fate is Fate.SLOW else 0
            self.takes_effect(step)
            self.left_task(step, upid, self.now, ends=self.now + seconds * 1000)
        elif fate is Fate.LOST_DONE:
            self.effects[key] += 1
            self.takes_effect(step)
            self.left_task(step, lost_task, self.now)
        elif fate is Fate.LOST_LATE:
            self.effects[key] += 1
            last = entry.deadline + TERMS.settle - 1
            self.later.append((last, step, lost_task))
        elif fate in {Fate.HALF, Fate.HALF_TASK}:
            self.half(step)
            self.left_task(step, upid, self.now, "hotplug problem")
        elif fate in FAILING_TASKS:
            self.left_task(step, upid, self.now, FAILING_TASKS[fate])

    def left_task(self, step: Step, upid: str, at: int, text: str = "OK", *, ends: int = 0) -> None:
        """Leave a task behind."""
        if upid:
            kind = step.task_types[0]
            task = TaskView(upid=upid, running=False, exit_text=text, started_at=at // 1000)
            self.tasks.append((replace(task, type=kind), ends))

    def takes_effect(self, step: Step) -> None:
        """Make the guest what the step expects."""
        for expect in step.expects:
            self.guest = self.after(expect)
            if (expect.where, expect.value) in STARTS:
                self.booted = self.now

    def after(self, expect: Expect) -> GuestFacts:
        """Return the guest once the expectation holds."""
        guest, key, text = self.guest, expect.key, str(expect.value)
        without = {k: v for k, v in guest.pending.items() if k != key}
        match expect.where:
            case Where.IN_FORCE:
                return replace(guest, config={**guest.config, key: text}, pending=without)
            case Where.ACCEPTED if guest.running:
                return replace(guest, pending={**without, key: text})
            case Where.ACCEPTED:
                return replace(guest, config={**guest.config, key: text})
            case Where.STATUS if text == "running":
                return cold_started(guest)
            case Where.STATUS:
                return replace(guest, status=text)
            case Where.FRESH_START:
                return cold_started(guest)
            case Where.DISK:
                return replace(guest, disks=grown(guest.disks, key, expect.value))
            case Where.SNAPSHOT:
                kept = tuple(s for s in guest.snapshots if s.name != key)
                new = (Snapshot(name=key),) if text == "present" else ()
                return replace(guest, snapshots=(*kept, *new))
            case Where.NOT_PENDING:
                return replace(guest, pending=without)
        raise AssertionError(f"nobody plays {expect.where}")

    def half(self, step: Step) -> None:
        """Go half the way: what cannot be plugged in waits, all else happens; down, and not up."""
        if any(e.where is Where.FRESH_START for e in step.expects):
            self.guest = replace(self.guest, status="stopped")
        if not plugs(step, self.guest):
            return
        *others, last = sorted(step.expects, key=lambda e: e.where is Where.IN_FORCE)
        for expect in others:
            self.guest = self.after(expect)
        self.guest = replace(self.guest, pending={**self.guest.pending, last.key: str(last.value)})

    def becomes_another(self) -> None:
        """Let another guest have the vmid, with just the values that were asked for."""
        self.guest = replace(self.guest, identity=Identity(uuid="another"))


def plugs(step: Step, guest: GuestFacts) -> bool:
    """Return whether the step plugs something into the running guest, and may fail half the way."""
    live = any(e.where is Where.IN_FORCE for e in step.expects)
    return live and bool(step.revert) and guest.running


FAILING_TASKS = {
    Fate.TASK_FAILS: "got timeout",
    Fate.TASK_LOCKED: "VM is locked (backup)",
    Fate.NOT_SHOWN: "OK",
    Fate.HALF_TASK: "hotplug problem",
}
STARTS = {(Where.STATUS, "running"), (Where.FRESH_START, "running")}


def grown(disks: tuple[Disk, ...], slot: str, size: object) -> tuple[Disk, ...]:
    """Return the disks with one at that size."""
    assert isinstance(size, int)
    return tuple(replace(d, size_bytes=size) if d.slot == slot else d for d in disks)


def cold_started(guest: GuestFacts) -> GuestFacts:
    """Return the guest running, with all that waited in force."""
    gone = {k for k, v in guest.pending.items() if v is None}
    merged = {**guest.config, **{k: v for k, v in guest.pending.items() if v is not None}}
    config = {k: v for k, v in merged.items() if k not in gone}
    return replace(guest, status="running", config=config, pending={})
