"""The journal of a request: attempts at steps, and that none is begun twice without proof."""

from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest, JournalEntry, Progress, State


def journalled(
    journal: tuple[JournalEntry, ...], entry: JournalEntry | None
) -> tuple[JournalEntry, ...]:
    """Return the journal with the entry in the place of the open attempt at its step, or added."""
    if entry is None:
        return journal
    last = journal[-1] if journal else None
    same = last and (last.step, last.undo) == (entry.step, entry.undo)
    if same and last and last.progress is not Progress.UNDONE:
        return (*journal[:-1], entry)
    return (*journal, entry)


def intended_again(request: ChangeRequest, entry: JournalEntry | None) -> Refusal | None:
    """Refuse a second attempt at a step unless the first is proven to have had no effect.

    While it is not known what became of a call, nothing else is sent either.
    """
    if entry is None or entry.progress is not Progress.INTENDED:
        return None
    earlier = [e for e in request.journal if (e.step, e.undo) == (entry.step, entry.undo)]
    free = not earlier or earlier[-1].progress is Progress.UNDONE
    if request.state is State.RUNNING and free:
        return None
    return refuse(Reason.INTERNAL, doing=f"{request.handle}: {entry.step} a second time")
