"""How a request ends: judged by what is read back, never by what a call returned. Pure."""

from dataclasses import dataclass

from bot.model.guest import GuestFacts
from bot.model.intake import OpenEnd
from bot.model.readback import read_back, same
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest, InForce, Outcome, Progress, State
from bot.model.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The request is over: in this state, with what was read back."""

    state: State
    outcome: Outcome


def end(request: ChangeRequest, guest: GuestFacts | None, now: int, why: Refusal | None) -> End:
    """Return how the request ends; `why` is None when every step was read back as done.

    A value that waits for a restart makes a refused restart PARTIAL, as does any value that is no
    longer the one before; what others set while we sent nothing is none of ours. Without a readable
    guest the journal tells: a step that was read back as done is in force.
    """
    shown = read_back(request.plan, guest) if guest else ()
    outcome = Outcome(at=now, in_force=shown, why=why)
    if why is None:
        return End(state=State.SUCCEEDED, outcome=outcome)
    partly = any(v.is_waiting or _moved(v) for v in shown) and _sent(request)
    partly = partly or (guest is None and _anything_done(request))
    return End(state=State.PARTIAL if partly else State.FAILED, outcome=outcome)


def _sent(request: ChangeRequest) -> bool:
    """Return whether a call was made that is not proven to have had no effect."""
    return any(e.progress is not Progress.UNDONE for e in request.journal)


def _anything_done(request: ChangeRequest) -> bool:
    """Return whether a step was read back as done."""
    return any(e.progress is Progress.DONE and not e.undo for e in request.journal)


def _moved(shown: InForce) -> bool:
    """Return whether the value moved from where it was towards what was asked.

    Where both are the same (a reboot: running before and after) any other value is half the way. A
    value to be taken back that still waits has not moved, whatever is in force.
    """
    still_waits = shown.waiting is not None and not shown.is_waiting
    if same(shown.value, shown.before) or (still_waits and same(shown.waiting, shown.before)):
        return False
    if same(shown.before, shown.asked):
        return True
    if (
        isinstance(shown.value, int)
        and isinstance(shown.before, int)
        and isinstance(shown.asked, int)
    ):
        return (shown.value > shown.before) == (shown.asked > shown.before)
    return same(shown.value, shown.asked)


def open_end_of(request: ChangeRequest, ended: End, terms: Terms) -> OpenEnd | None:
    """Return the open end that a request leaves: values accepted, and not in force yet."""
    waiting = {v.field for v in ended.outcome.in_force if v.is_waiting}
    if not waiting or ended.state is State.FAILED:
        return None
    return OpenEnd(
        request_id=request.id,
        handle=request.handle,
        owner=request.requester,
        guest=request.plan.target.ref,
        guest_name=request.plan.target.name,
        changes=tuple(c for c in request.changes if c.field in waiting),
        since=ended.outcome.at,
        remind_at=ended.outcome.at + terms.remind_open_end,
    )
