"""How a request ended, or that this is unknown, in sentences: what is in force, read back."""

from collections.abc import Sequence
from dataclasses import replace

from bot.model.intake import Closed
from bot.model.people import SYSTEM
from bot.model.policy import quorum_met, votes_that_count
from bot.model.refusal import Reason, Refusal
from bot.model.request import ChangeRequest, InForce, Progress, State
from handlers.blocks.declined import advice, cause
from handlers.blocks.inforce import asked, has, still_has, values
from handlers.blocks.kit import name
from handlers.blocks.plan import is_take_back, value_word, what
from handlers.blocks.words import COMMAND, field_word, listed, when, who


def _guest(request: ChangeRequest) -> str:
    return name(request.plan.target.name)


def _why(refusal: Refusal | None) -> str:
    return f": {cause(refusal)}" if refusal else ""


def _advice(refusal: Refusal | None) -> str:
    return advice(refusal) if refusal else ""


def people_line(request: ChangeRequest) -> str:
    """Return who asked and who approved, with the request's number."""
    voters = request.voters()
    if request.glass:
        by = f"approved by {who(request.glass.by)} alone, who broke the glass"
    elif voters:
        by = f"approved by {listed([who(p) for p in voters])}"
    else:
        by = f"no approval needed (rule {name(request.decision.rule)})"
    return f"Asked by {who(request.requester)}, {by}, {name(request.handle)}."


def _waits(request: ChangeRequest) -> list[InForce]:
    return [f for f in request.outcome.in_force if f.is_waiting] if request.outcome else []


def _now(waits: Sequence[InForce]) -> str:
    """Return the values in force of fields that wait for others."""
    return values([replace(w, before=w.value) for w in waits])


def _then(waits: Sequence[InForce]) -> str:
    """Return the values that wait."""
    return values([replace(w, value=w.waiting, before=w.waiting) for w in waits])


def _waiting(request: ChangeRequest, waits: Sequence[InForce], why: str = "") -> str:
    return (
        f"Accepted, not in force: {_guest(request)} still has {_now(waits)}{why}. "
        f"With a shutdown and start it gets {_then(waits)}; a reboot inside is not enough."
    )


def _took_back(request: ChangeRequest, fields: Sequence[InForce], at: int) -> str:
    """Return what a request that takes back what waits has left."""
    gone = values([replace(f, value=f.before) for f in fields])
    stays = values([replace(f, before=f.value) for f in fields])
    read = f"Read back {when(at, seconds=True)}"
    verb = "waits" if len(fields) == 1 else "wait"
    return f"{read}: {gone} no longer {verb} on {_guest(request)}; it keeps {stays}."


def _shows(request: ChangeRequest) -> bool:
    """Return whether what was read back are the changes themselves, and not only the guest's power."""
    fields = {change.field for change in request.changes}
    return request.outcome is not None and all(f.field in fields for f in request.outcome.in_force)


def _succeeded(request: ChangeRequest) -> str:
    outcome = request.outcome
    if outcome is None or not outcome.in_force:
        by = outcome.resolved_by if outcome else None
        marked = f" Marked done by {who(by)}, not read back by me." if by else ""
        return f"Done: {what(request.plan)}.{marked}"
    if is_take_back(request.plan):
        return _took_back(request, outcome.in_force, outcome.at)
    waits = _waits(request)
    there = [f for f in outcome.in_force if not f.is_waiting]
    read = f"Read back {when(outcome.at, seconds=True)}: {_guest(request)}"
    said = []
    if there and _shows(request):
        said.append(f"{read} {has(there)}.")
    elif there:
        said.append(f"Done: {what(request.plan)}. {read} is {name(str(there[0].value))}.")
    if waits:
        said.append(_waiting(request, waits))
    return " ".join(said)


def _partly(request: ChangeRequest) -> str:
    outcome = request.outcome
    if outcome is None or not outcome.in_force:
        return f"Partly done: {what(request.plan)}{_why(outcome.why if outcome else None)}."
    waits = _waits(request)
    ignored = outcome.why is not None and outcome.why.reason is Reason.NO_SHUTDOWN
    if ignored and len(waits) == len(outcome.in_force):
        return _waiting(request, waits, f"{_why(outcome.why)}, and I do not pull the plug")
    short = [f for f in outcome.in_force if f.value != f.asked]
    parts = values(outcome.in_force)
    if len(outcome.in_force) == 1 and short:
        one = outcome.in_force[0]
        parts = parts.replace(" (was", f", not {asked(one)} (was", 1)
        parts = parts if "not" in parts else f"{parts}, not {asked(one)}"
    elif short:
        wanted = [f"{field_word(f.field)} {asked(f)}" for f in short]
        parts = f"{parts}; asked was {listed(wanted)}"
    said = f"Partly done: {_guest(request)} has {parts}{_why(outcome.why)}. {_remains(request)}"
    return f"{said} {_advice(outcome.why)}".strip()


def _remains(request: ChangeRequest) -> str:
    waits = _waits(request)
    if not waits:
        return "Nothing waits."
    values = [f"{field_word(w.field)} {value_word(w.field, w.waiting, w.unit)}" for w in waits]
    return f"{listed(values)} still waits for a shutdown and start."


def _not_done(request: ChangeRequest) -> str:
    outcome = request.outcome
    why = outcome.why if outcome else None
    if outcome and outcome.in_force and _shows(request):
        because = f" ({cause(why)})" if why else ""
        said = f"Not done: {_guest(request)} {still_has(outcome.in_force)}{because}."
    elif outcome and outcome.in_force:
        now = name(str(outcome.in_force[0].value))
        said = f"Not done: {what(request.plan)}{_why(why)}. {_guest(request)} is {now}."
    else:
        said = f"Not done: {what(request.plan)}{_why(why)}."
    if outcome and outcome.resolved_by:
        said += f" Marked so by {who(outcome.resolved_by)}."
    return f"{said} {_remains(request)} {_advice(why)}".strip()


def _uncertain(request: ChangeRequest) -> str:
    entry = next((e for e in reversed(request.journal) if e.progress is Progress.UNKNOWN), None)
    node = name(entry.node if entry and entry.node else request.plan.target.node)
    sent = f"after I sent the change at {when(entry.at, seconds=True)}" if entry else "in time"
    alone = len(request.changes) == 1
    wanted = listed(
        [
            ("" if alone and c.field == "memory" else f"{field_word(c.field)} ")
            + value_word(c.field, c.after, c.unit)
            for c in request.changes
        ]
    )
    return (
        f"I do not know whether {_guest(request)} has {wanted}: no answer from {node} {sent}. "
        f"I will not send it again; I keep looking. "
        f"If you know: {COMMAND} resolve {name(request.handle)} done|not-done WHY."
    )


def _stays(request: ChangeRequest) -> str:
    return f"{what(request.plan)}. Nothing changed."


def _denied(request: ChangeRequest) -> str:
    by = who(request.ended_by) if request.ended_by else "an approver"
    return f"Denied by {by}: {_stays(request)}"


def _cancelled(request: ChangeRequest) -> str:
    by = request.ended_by
    if by == request.requester:
        return f"Cancelled by {who(by)}: {_stays(request)}"
    if by is not None and by != SYSTEM:
        return f"Stopped by {who(by)}: {_stays(request)}"
    moved = request.moved
    reason = f" ({cause(moved.why)})" if moved else ""
    return f"Cancelled{reason}: {_stays(request)}"


def _expired(request: ChangeRequest) -> str:
    votes = tuple(v for v in request.votes if v.plan_rev == request.plan_rev)
    if quorum_met(request.decision, votes):
        return f"Expired before it could run: {_stays(request)}"
    have = votes_that_count(request.decision, votes)
    count = f"{have} of {request.decision.needed} approvals"
    return f"Expired with {count}: {_stays(request)}"


ENDINGS = {
    State.SUCCEEDED: _succeeded,
    State.PARTIAL: _partly,
    State.FAILED: _not_done,
    State.UNCERTAIN: _uncertain,
    State.DENIED: _denied,
    State.CANCELLED: _cancelled,
    State.EXPIRED: _expired,
}


def ending(request: ChangeRequest, closed: Closed | None = None) -> str:
    """Return how a request ended (or that this is unknown), as sentences of markup.

    `closed` says how what waited for a restart came to its end.
    """
    if closed is None or request.outcome is None:
        return ENDINGS[request.state](request)
    there = [f for f in request.outcome.in_force if not f.is_waiting]
    said = [_read_back(request, there, request.outcome.at)] if there else []
    if now := _arrived(request, closed):
        said.append(_read_back(request, now, closed.at))
    return " ".join([*said, *_gone(request, closed)])


def _read_back(request: ChangeRequest, fields: Sequence[InForce], at: int) -> str:
    return f"Read back {when(at, seconds=True)}: {_guest(request)} {has(fields)}."


def _arrived(request: ChangeRequest, closed: Closed) -> list[InForce]:
    """Return the fields that came into force, with the value that waited."""
    return [
        replace(w, value=w.waiting, waiting=None, is_waiting=False)
        for w in _waits(request)
        if w.field in closed.in_force
    ]


def _gone(request: ChangeRequest, closed: Closed) -> list[str]:
    """Return what was taken back and by whom, as no or one sentence."""
    waits = [w for w in _waits(request) if w.field not in closed.in_force]
    if not waits:
        return []
    by = f"by {who(closed.by)}" if closed.by else "by somebody in Proxmox, not through me"
    verb = "waits" if len(waits) == 1 else "wait"
    gone = f"{_then(waits)} no longer {verb} on {_guest(request)}; it keeps {_now(waits)}."
    return [f"Taken back {by}: {gone}"]


def end_news(request: ChangeRequest, closed: Closed) -> str:
    """Return the news, for who asked, that nothing of the request waits any more."""
    now, handle = _arrived(request, closed), name(request.handle)
    said = _gone(request, closed)
    if now:
        said.insert(0, f"In force now: {_guest(request)} has {values(now)}, as asked in {handle}.")
        return " ".join(said)
    return f"{' '.join(said)} You asked for it in {handle}."
