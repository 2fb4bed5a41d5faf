"""`tick`: from a request and what was just seen to the next action. Pure, and generic over steps.

One attempt at a step goes INTENDED → SUBMITTED → DONE; a refusal makes it FAILED, proof of no effect
UNDONE (it may be tried again), and silence UNKNOWN. Every branch below answers one question: what do
we know, and what may we do without ever doing it twice?
"""

from dataclasses import dataclass, replace

from bot.executor.attempts import (
    LOCKED,
    NOT_SHOWN,
    UNTRIED,
    came_to_nothing,
    locked_since,
)
from bot.executor.ending import End, end
from bot.executor.steps import next_step, refused, step_of, undo_of
from bot.model import readback
from bot.model.guest import GuestFacts
from bot.model.plan import Step
from bot.model.refusal import Moment, Reason, Refusal, refuse
from bot.model.request import ChangeRequest, JournalEntry, Progress, State
from bot.model.task import TaskView
from bot.model.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was just read. `guest` is None if it could not be read, then `trouble` says why.

    `gone`: it is on no node of its cluster. `barred`: our token is not accepted. `task` is the task of
    the attempt under way; `tasks` are our own on the guest since it was intended (None: unread).
    """

    now: int
    guest: GuestFacts | None = None
    task: TaskView | None = None
    tasks: tuple[TaskView, ...] | None = None
    trouble: str = ""
    gone: bool = False
    barred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Intend and make this call now."""

    step: Step
    undo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Record this attempt's progress and tick again."""

    entry: JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Look again after so many ms; `for_lock` starts (or keeps) the wait for the guest's lock."""

    ms: int
    for_lock: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """It cannot be proved whether the attempt took effect: UNCERTAIN."""

    entry: JournalEntry


REACHED = frozenset({Progress.SUBMITTED, Progress.DONE, Progress.FAILED})
"""Attempts that reached Proxmox."""

Next = Send | Note | Wait | Doubt | End


def tick(request: ChangeRequest, seen: Seen, terms: Terms) -> Next:
    """Return what to do next for a request that is RUNNING or UNCERTAIN."""
    if seen.guest and not _rewritten(request) and _another(request, seen.guest):
        why = refuse(Reason.IDENTITY_CHANGED, guest=_name(request))
        return end(request, None, seen.now, why)
    entry = request.journal[-1] if request.journal else None
    if entry is None or (entry.progress is Progress.DONE and not entry.undo):
        return _begin(request, seen, terms)
    if entry.undo and entry.progress in {Progress.DONE, Progress.FAILED}:
        return _settled(request, seen, terms)
    step = step_of(request, entry)
    if entry.progress in {Progress.INTENDED, Progress.UNKNOWN}:
        return _prove(request, step, entry, seen, terms)
    if entry.progress is Progress.SUBMITTED:
        return _judge(step, entry, seen, terms)
    if entry.progress is Progress.FAILED:
        return _settle(request, step, entry, seen, terms)
    return _begin(request, seen, terms)


def _another(request: ChangeRequest, guest: GuestFacts) -> bool:
    """Return whether it is not the guest that was planned for."""
    return not guest.identity.same_guest(request.plan.target.identity)


def _rewritten(request: ChangeRequest) -> bool:
    """Return whether a call of ours may have changed what tells the guest from others (a rollback)."""
    taken = {e.step for e in request.journal if e.progress in REACHED}
    return any(step.task_decides and step.name in taken for step in request.plan.steps)


def _name(request: ChangeRequest) -> str:
    return request.plan.target.name


def _begin(request: ChangeRequest, seen: Seen, terms: Terms) -> Next:
    """Begin the next step, or end if there is none."""
    step, guest = next_step(request), seen.guest
    undoing = bool(request.journal) and request.journal[-1].undo
    if step is not None and undoing:
        step = undo_of(step)
    if guest is None:
        silent = refuse(Reason.HYPERVISOR_SILENT, **_where(request, seen))
        return _patience(request, seen, terms, silent if step is not None else None)
    if step is None:
        return end(request, guest, seen.now, None)
    if _shows(step, guest, seen.now, seen.now):
        return Note(entry=_entry(step, Progress.DONE, seen, guest, undo=undoing))
    if changed := readback.moved(step, guest):
        why = refuse(Reason.GUEST_CHANGED, guest=_name(request), what=", ".join(changed))
        return end(request, guest, seen.now, why)
    if guest.lock or locked_since(request.journal):
        waiting = _wait_for_lock(request, guest, seen.now, terms)
        if guest.lock or isinstance(waiting, End):
            return waiting
    if came_to_nothing(request.journal, step.name, undo=undoing) >= terms.attempts:
        text = request.journal[-1].text if request.journal else ""
        return end(request, guest, seen.now, refuse(Reason.STEP_REFUSED, step=step.name, text=text))
    return Send(step=step, undo=undoing)


def _shows(step: Step, guest: GuestFacts, since: int, now: int) -> bool:
    """Return whether the guest itself proves that the step is done."""
    return not step.task_decides and readback.is_done(step, guest, since, now)


def _where(request: ChangeRequest, seen: Seen) -> dict[str, str]:
    return {"cluster": request.plan.target.ref.cluster, "doing": seen.trouble}


def _patience(request: ChangeRequest, seen: Seen, terms: Terms, why: Refusal | None) -> Next:
    """Wait while nothing can be read; with nothing under way, give up after a while.

    A token that is not accepted is waited for as long as it takes: nobody else can mend it for us.

    `why` is None once every step was read back as done: then only the last look is missing.
    """
    since = max(request.started_at or seen.now, request.journal[-1].at if request.journal else 0)
    if request.waiting_since is not None:
        since = max(since, request.waiting_since + terms.wait_for_lock)
    if seen.barred or seen.now < since + terms.give_up_after:
        return Wait(ms=terms.poll_task * 5)
    if seen.gone and why is not None:
        why = refuse(Reason.GUEST_GONE, guest=_name(request))
    return end(request, None, seen.now, why)


def _wait_for_lock(request: ChangeRequest, guest: GuestFacts, now: int, terms: Terms) -> Next:
    since = min(request.waiting_since or now, locked_since(request.journal) or now)
    if now >= since + terms.wait_for_lock:
        lock = guest.lock or "another task"
        at = Moment(epoch_ms=since)
        why = refuse(Reason.LOCKED_TOO_LONG, guest=guest.name, lock=lock, since=at)
        return end(request, guest, now, why)
    return Wait(ms=terms.poll_task * 2, for_lock=guest.lock)


def _entry(
    step: Step, progress: Progress, seen: Seen, guest: GuestFacts | None, *, undo: bool = False
) -> JournalEntry:
    shown = readback.shown(step, guest) if guest else {}
    return JournalEntry(
        step=step.name,
        progress=progress,
        at=seen.now,
        deadline=seen.now,
        undo=undo,
        node=guest.node if guest else "",
        read_back=shown,
    )


def _prove(
    request: ChangeRequest, step: Step, entry: JournalEntry, seen: Seen, terms: Terms
) -> Next:
    """Find out whether a call without an answer took effect: its task, then the guest itself."""
    if entry.upid:
        return _by_its_task(step, entry, seen, terms)
    others = {e.upid for e in request.journal[:-1]}
    mine = (t for t in seen.tasks or () if t.type in step.task_types and t.upid not in others)
    task = next(mine, None)
    if task is not None:
        return Note(entry=replace(entry, progress=Progress.SUBMITTED, upid=task.upid))
    if seen.guest and _shows(step, seen.guest, entry.at, seen.now):
        return Note(entry=_done(entry, step, seen.guest))
    readable = seen.guest is not None and (seen.tasks is not None or not step.leaves_task)
    if readable and seen.guest and seen.now >= entry.deadline + terms.settle:
        if left := readback.left_waiting(step, seen.guest):
            text = f"it left {', '.join(left)} waiting"
            return Note(entry=replace(entry, progress=Progress.FAILED, text=text))
        return Note(
            entry=replace(entry, progress=Progress.UNDONE, text="proven to have had no effect")
        )
    if request.state is State.RUNNING and (entry.progress is Progress.UNKNOWN or not readable):
        return Doubt(
            entry=replace(entry, progress=Progress.UNKNOWN, text=entry.text or seen.trouble)
        )
    return Wait(ms=_until_proof(entry, seen, terms))


def _by_its_task(step: Step, entry: JournalEntry, seen: Seen, terms: Terms) -> Next:
    """Ask the task itself, then the guest: a call that left a task is never proven undone."""
    if seen.task is not None:
        return Note(entry=replace(entry, progress=Progress.SUBMITTED))
    if seen.guest and _shows(step, seen.guest, entry.at, seen.now):
        return Note(entry=_done(entry, step, seen.guest))
    return Wait(ms=terms.reconcile_every)


def _until_proof(entry: JournalEntry, seen: Seen, terms: Terms) -> int:
    left = entry.deadline + terms.settle - seen.now
    return min(max(left, terms.poll_task), terms.reconcile_every)


def _done(entry: JournalEntry, step: Step, guest: GuestFacts) -> JournalEntry:
    shown = readback.shown(step, guest)
    return replace(entry, progress=Progress.DONE, read_back=shown)


def _judge(step: Step, entry: JournalEntry, seen: Seen, terms: Terms) -> Next:
    """Judge a call that Proxmox took: its task decides, then the read-back.

    A guest may be down although its shutdown's task gave up; values that a failed task left waiting
    are no success.
    """
    if seen.task is not None and seen.task.running:
        return Wait(ms=terms.poll_task)
    if seen.guest is None or (entry.upid and seen.task is None):
        if seen.now < entry.at + terms.settle:
            return Wait(ms=terms.poll_task * 2)
        return Doubt(entry=replace(entry, progress=Progress.UNKNOWN, text=seen.trouble))
    task_failed = seen.task is not None and not seen.task.ok
    proven = not step.task_decides or (seen.task is not None and seen.task.ok)
    left_behind = task_failed and bool(step.revert)
    if proven and not left_behind and readback.is_done(step, seen.guest, entry.at, seen.now):
        return Note(entry=_done(entry, step, seen.guest))
    if seen.task is not None and not seen.task.ok:
        return Note(entry=_task_failed(step, entry, seen.task.exit_text))
    if seen.now < entry.at + step.patience_seconds * 1000:
        return Wait(ms=terms.poll_task)
    return Note(entry=replace(entry, progress=Progress.FAILED, text=NOT_SHOWN))


def _task_failed(step: Step, entry: JournalEntry, text: str) -> JournalEntry:
    """Return the attempt after its task failed."""
    if not step.asks_guest and any(mark in text for mark in UNTRIED):
        return replace(entry, progress=Progress.UNDONE, text=LOCKED + text)
    return replace(entry, progress=Progress.FAILED, text=text)


def _settle(
    request: ChangeRequest, step: Step, entry: JournalEntry, seen: Seen, terms: Terms
) -> Next:
    """After a refused step: take back what it left waiting, then say what is in force."""
    if seen.guest is None:
        return _unread(request, step, seen, terms, refused(entry, step))
    came_late = not step.revert or entry.text == NOT_SHOWN
    if came_late and _shows(step, seen.guest, entry.at, seen.now):
        return Note(entry=_done(entry, step, seen.guest))
    left = [k for k in step.revert if k in seen.guest.pending]
    if left and not entry.undo:
        return Send(step=undo_of(replace(step, revert=tuple(left))), undo=True)
    return _settled(request, seen, terms)


def _settled(request: ChangeRequest, seen: Seen, terms: Terms) -> Next:
    failed = next(e for e in reversed(request.journal) if not e.undo)
    step = step_of(request, failed)
    if seen.guest is None:
        return _unread(request, step, seen, terms, refused(failed, step))
    return end(request, seen.guest, seen.now, refused(failed, step, seen.guest))


def _unread(request: ChangeRequest, step: Step, seen: Seen, terms: Terms, why: Refusal) -> Next:
    """Wait for a look at the guest: a step that may have left values waiting is never given up."""
    if step.revert:
        return Wait(ms=terms.poll_task * 5)
    return _patience(request, seen, terms, why)
