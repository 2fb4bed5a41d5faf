"""A request's steps: which comes next, what an entry was an attempt at, and why one was refused. Pure."""

from bot.executor.attempts import HOTPLUG, LACKING
from bot.model.guest import GuestFacts
from bot.model.plan import Expect, Step, Where
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest, JournalEntry, Progress


def step_of(request: ChangeRequest, entry: JournalEntry) -> Step:
    """Return the step an entry is an attempt at; for an undo, the step that reverts."""
    step = next(s for s in request.plan.steps if s.name == entry.step)
    return undo_of(step) if entry.undo else step


def undo_of(step: Step) -> Step:
    """Return the step that takes back what a step left waiting."""
    return Step(
        name=step.name,
        method=step.method,
        path="config",
        params={"revert": ",".join(step.revert)},
        expects=tuple(Expect(where=Where.NOT_PENDING, key=k, value=None) for k in step.revert),
        task_types=step.task_types,
        digest=True,
    )


def next_step(request: ChangeRequest) -> Step | None:
    """Return the first step that was not read back as done; None if there is none left."""
    done = {e.step for e in request.journal if e.progress is Progress.DONE and not e.undo}
    return next((s for s in request.plan.steps if s.name not in done), None)


def refused(entry: JournalEntry, step: Step, guest: GuestFacts | None = None) -> Refusal:
    """Return why the step did not do; a guest that is down did at least shut down."""
    if step.asks_guest and guest is not None and not guest.running:
        return refuse(Reason.STEP_REFUSED, step=step.name, text="it went down and did not start")
    if step.asks_guest:
        given = int(step.params.get("timeout", step.patience_seconds))
        return refuse(Reason.NO_SHUTDOWN, seconds=given, text=entry.text)
    if entry.text.startswith(LACKING):
        privilege, _, path = entry.text.removeprefix(LACKING).partition(" on ")
        return refuse(Reason.MISSING_PRIVILEGE, privilege=privilege, path=path)
    if HOTPLUG in entry.text:
        named, _, text = entry.text.partition(HOTPLUG)
        field = named.rstrip(": ").rpartition(" ")[2].rpartition("\n")[2]
        return refuse(Reason.HOTPLUG_STOPPED, field=field, text=text.strip())
    return refuse(Reason.STEP_REFUSED, step=step.name, text=entry.text)
