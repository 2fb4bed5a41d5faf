"""How a request ended, or stands while it runs: what is in force, read back, and what remains."""

from collections.abc import Mapping, Sequence

from bot.model.button import Action, Press
from bot.model.intake import OpenEnd
from bot.model.notice import ResultNotice
from bot.model.people import SYSTEM
from bot.model.policy import quorum_met, votes_that_count
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest, InForce, Progress, State
from handlers.blocks.declined import advice, cause
from handlers.blocks.inforce import asked, has, still_has, values
from handlers.blocks.kit import Block, Message, context, message, name, quotation, section
from handlers.blocks.notes import guest_work
from handlers.blocks.plan import value_word, what
from handlers.blocks.told import press_row
from handlers.blocks.words import (
    COMMAND,
    field_word,
    lasting,
    listed,
    when,
    who,
)


def pointer(request: ChangeRequest) -> str:
    """Return what a request's buttons point at: its id and plan revision."""
    return f"{request.id}:{request.plan_rev}"


def _guest(request: ChangeRequest) -> str:
    return name(request.plan.target.name)


def _why(refusal: Refusal | None) -> str:
    return f": {cause(refusal)}" if refusal else ""


def _advice(refusal: Refusal | None) -> str:
    return advice(refusal) if refusal else ""


def people_line(request: ChangeRequest) -> str:
    """Return who asked and who approved, with the request's number."""
    voters = request.voters()
    if voters:
        by = f"approved by {listed([who(p) for p in voters])}"
    else:
        by = f"no approval needed (rule {name(request.decision.rule)})"
    return f"Asked by {who(request.requester)}, {by}, {name(request.handle)}."


def _waits(request: ChangeRequest) -> list[InForce]:
    return [f for f in request.outcome.in_force if f.is_waiting] if request.outcome else []


def _waiting(request: ChangeRequest, waits: Sequence[InForce]) -> str:
    alone = len(waits) == 1 and waits[0].field == "memory"
    labels = ["" if alone else f"{field_word(w.field)} " for w in waits]
    pairs = list(zip(labels, waits, strict=True))
    now = listed([label + value_word(w.field, w.value, w.unit) for label, w in pairs])
    then = listed([label + value_word(w.field, w.waiting, w.unit) for label, w in pairs])
    return (
        f"Accepted, not in force: {_guest(request)} still has {now}. "
        f"With a shutdown and start it gets {then}; a reboot inside is not enough."
    )


def _shows(request: ChangeRequest) -> bool:
    """Return whether what was read back are the changes themselves, and not only the guest's power."""
    fields = {change.field for change in request.changes}
    return request.outcome is not None and all(f.field in fields for f in request.outcome.in_force)


def _succeeded(request: ChangeRequest) -> str:
    outcome = request.outcome
    if outcome is None or not outcome.in_force:
        return f"Done: {what(request.plan)}."
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
    if outcome.resolved_by:
        said.append(f"Marked done by {who(outcome.resolved_by)}, not read back by me.")
    return " ".join(said)


def _partly(request: ChangeRequest) -> str:
    outcome = request.outcome
    if outcome is None or not outcome.in_force:
        return f"Partly done: {what(request.plan)}{_why(outcome.why if outcome else None)}."
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


def ending(request: ChangeRequest) -> str:
    """Return how a request ended (or that this is unknown), as sentences of markup."""
    return ENDINGS[request.state](request)


def aftermath(request: ChangeRequest) -> list[Block]:
    """Build what follows the ending: the text given, what remains to do, how long it took."""
    blocks = [quotation("Why", request.end_text)] if request.end_text.strip() else []
    work = [guest_work(c.guest_work) for c in request.changes if c.guest_work]
    if work and request.state in {State.SUCCEEDED, State.PARTIAL}:
        blocks.append(section("\n".join(dict.fromkeys(work))))
    if request.outcome and request.outcome.log.strip():
        blocks.append(section(f"Proxmox says: {name(request.outcome.log, 600)}"))
    if request.started_at and request.ended_at:
        blocks.append(context(f"It took {lasting(request.ended_at - request.started_at)}."))
    return blocks


def next_steps(request: ChangeRequest, open_end: OpenEnd | None) -> tuple[Press, ...]:
    """Return the buttons for what naturally follows the ending."""
    presses = []
    if open_end is not None:
        ends = (Action.END_NOW, Action.END_LATER, Action.END_REVERT)
        presses += [Press(action=a, pointer=open_end.request_id) for a in ends]
    grown = any((c.delta or 0) > 0 and not c.final for c in request.changes)
    if request.state is State.SUCCEEDED and grown and not _waits(request):
        presses.append(Press(action=Action.GIVE_BACK, pointer=pointer(request)))
    by_plan = request.state is State.CANCELLED and request.ended_by in {SYSTEM, None}
    if by_plan or request.state in {State.EXPIRED, State.PARTIAL, State.FAILED}:
        presses.append(Press(action=Action.ASK_AGAIN, pointer=pointer(request)))
    return (*presses, Press(action=Action.DETAILS, pointer=pointer(request)))


def next_labels(request: ChangeRequest) -> Mapping[Action, str]:
    """Return words for buttons where the ending gives better ones."""
    again = request.state in {State.PARTIAL, State.FAILED}
    return {Action.ASK_AGAIN: "Try again"} if again else {}


def result(notice: ResultNotice) -> Message:
    """Render the end of a request for its requester, and for the card's thread."""
    request = notice.request
    said = ending(request) if request.state in ENDINGS else f"{what(request.plan)}."
    if request.state in {State.SUCCEEDED, State.PARTIAL}:
        said = f"{said} {people_line(request)}"
    blocks = [section(said), *aftermath(request)]
    blocks += press_row(next_steps(request, notice.open_end), next_labels(request))
    blocks.append(context(f"{name(request.handle)} · plan {request.plan_rev}"))
    return message(said, blocks, mark=f"result.{request.handle}.{request.version}")
