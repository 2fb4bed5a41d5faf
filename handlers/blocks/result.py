"""A request after its end: what remains to do, what may follow, and the message that says it."""

from collections.abc import Mapping

from bot.model.button import Action, Press
from bot.model.intake import Closed, OpenEnd
from bot.model.notice import ResultNotice
from bot.model.people import SYSTEM
from bot.model.plan import Effect
from bot.model.refusal import Reason
from bot.model.request import ChangeRequest, State
from handlers.blocks.ending import ENDINGS, end_news, ending, people_line
from handlers.blocks.kit import Block, Message, context, message, name, quotation, section
from handlers.blocks.notes import AFTERWARDS, guest_work
from handlers.blocks.plan import what
from handlers.blocks.told import press_row
from handlers.blocks.words import lasting


def pointer(request: ChangeRequest) -> str:
    """Return what a request's buttons point at: its id and plan revision."""
    return f"{request.id}:{request.plan_rev}"


def pointer_of(action: Action, request: ChangeRequest) -> str:
    """Return what a button of that action points at; accepting points at one offer, by its time."""
    if action is Action.ACCEPT_OFFER and request.offer is not None:
        return f"{request.id}:{request.offer.at}"
    return pointer(request)


def aftermath(request: ChangeRequest, closed: Closed | None = None) -> list[Block]:
    """Build what follows the ending: the text given, what remains to do, how long it took."""
    blocks = [quotation("Why", request.end_text)] if request.end_text.strip() else []
    remains = _remains(request)
    if remains and request.state in {State.SUCCEEDED, State.PARTIAL}:
        blocks.append(section("\n".join(dict.fromkeys(remains))))
    if closed is None and request.outcome and request.outcome.log.strip():
        blocks.append(section(f"Proxmox says: {name(request.outcome.log, 600)}"))
    if request.started_at and request.ended_at:
        blocks.append(context(f"It took {lasting(request.ended_at - request.started_at)}."))
    return blocks


def _remains(request: ChangeRequest) -> list[str]:
    """Return what remains to do or to happen, and what was not seen to happen."""
    said = [guest_work(c.guest_work) for c in request.changes if c.guest_work]
    said += [AFTERWARDS[n.kind] for n in request.plan.notes if n.kind in AFTERWARDS]
    if any(change.effect is Effect.ON_START for change in request.changes):
        said.append("It is stopped: its next start uses this.")
    return said


def next_steps(
    request: ChangeRequest, open_end: OpenEnd | None, closed: Closed | None = None
) -> tuple[Press, ...]:
    """Return the buttons for what naturally follows the ending."""
    presses = []
    if open_end is not None:
        ends = (Action.END_NOW, Action.END_LATER, Action.END_REVERT)
        presses += [Press(action=a, pointer=open_end.request_id) for a in ends]
    elif _all_in_force(request, closed):
        if any((c.delta or 0) > 0 and not c.final for c in request.changes):
            presses.append(Press(action=Action.GIVE_BACK, pointer=pointer(request)))
    elif _may_ask_again(request, closed):
        presses.append(Press(action=Action.ASK_AGAIN, pointer=pointer(request)))
        if _stopped_half_way(request):
            rest = (Action.ASK_REST, Action.KEEP)
            presses += [Press(action=a, pointer=pointer(request)) for a in rest]
    return (*presses, Press(action=Action.DETAILS, pointer=pointer(request)))


def _all_in_force(request: ChangeRequest, closed: Closed | None) -> bool:
    fields = request.outcome.in_force if request.outcome else ()
    waited = [f for f in fields if f.is_waiting]
    arrived = closed is not None and closed.in_force >= {f.field for f in waited}
    if request.state is State.SUCCEEDED:
        return not waited or arrived
    return request.state is State.PARTIAL and arrived and len(waited) == len(fields)


def _may_ask_again(request: ChangeRequest, closed: Closed | None) -> bool:
    by_plan = request.state is State.CANCELLED and request.ended_by in {SYSTEM, None}
    short = request.state in {State.EXPIRED, State.PARTIAL, State.FAILED}
    return by_plan or short or closed is not None


def _stopped_half_way(request: ChangeRequest) -> bool:
    """Return whether the running guest took only a part of what was to be plugged."""
    why = request.outcome.why if request.outcome else None
    return (
        request.state is State.PARTIAL and why is not None and why.reason is Reason.HOTPLUG_STOPPED
    )


def next_labels(request: ChangeRequest) -> Mapping[Action, str]:
    """Return words for buttons where the ending gives better ones."""
    again = request.state in {State.PARTIAL, State.FAILED}
    return {Action.ASK_AGAIN: "Try again"} if again else {}


def result(notice: ResultNotice) -> Message:
    """Render the end of a request for its requester, and for the card's thread."""
    request, closed = notice.request, notice.closed
    if notice.news and closed:
        return _news(request, closed)
    said = ending(request, closed) if request.state in ENDINGS else f"{what(request.plan)}."
    if request.state in {State.SUCCEEDED, State.PARTIAL}:
        said = f"{said} {people_line(request)}"
    blocks = [section(said), *aftermath(request, closed)]
    if not notice.thread:
        blocks += press_row(next_steps(request, notice.open_end, closed), next_labels(request))
    blocks.append(context(f"{name(request.handle)} · plan {request.plan_rev}"))
    return message(said, blocks, mark=f"result.{request.handle}.{request.version}")


def _news(request: ChangeRequest, closed: Closed) -> Message:
    """Render the news that what waited for a restart is in force, or was taken back."""
    said = end_news(request, closed)
    presses = next_steps(request, None, closed)
    return message(said, [section(said), *press_row(presses)])
