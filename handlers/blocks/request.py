"""The card: one message, built whole from the record, edited in place."""

from bot.model.button import Action, Press
from bot.model.intake import Closed, OpenEnd
from bot.model.intent import When
from bot.model.notice import CardNotice, OfferNotice
from bot.model.pause import Pause
from bot.model.request import ChangeRequest, JournalEntry, Offer, Progress, State
from bot.model.review import Review
from bot.model.verdict import NoteKind, VerdictClass
from handlers.blocks.admission import admission, bars, keeps, verdict_sentence
from handlers.blocks.decision import (
    glass_line,
    pause_sentence,
    review_line,
    vetoers,
    votes_line,
)
from handlers.blocks.declined import cause
from handlers.blocks.ending import ENDINGS, ending, people_line
from handlers.blocks.gate import held_line
from handlers.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    confirm,
    context,
    message,
    name,
    quotation,
    section,
    unmarked,
)
from handlers.blocks.notes import note_line
from handlers.blocks.plan import change_line, how, note_lines, value_word, what
from handlers.blocks.result import aftermath, next_labels, next_steps, pointer, pointer_of
from handlers.blocks.told import LABELS, press_button, press_row
from handlers.blocks.words import shown, when, who

NOT_FITTING = VerdictClass.DOES_NOT_FIT
TO_CONFIRM = frozenset(
    {
        NoteKind.CUTS_POWER,
        NoteKind.OWN_CONTAINER,
        NoteKind.RESTARTS,
        NoteKind.ROLLBACK_LOSES,
        NoteKind.ROLLBACK_STOPS,
        NoteKind.ROLLBACK_MEMORY,
    }
)


def fits(request: ChangeRequest) -> bool:
    """Return whether admission does not stand against the plan."""
    return request.plan.verdict.verdict is not NOT_FITTING


def headline(
    request: ChangeRequest, closed: Closed | None = None, pauses: tuple[Pause, ...] = ()
) -> str:
    """Return the card's first line, which stands alone: it is the notification's text too."""
    if request.state in ENDINGS:
        said = ending(request, closed)
        told = request.state in {State.SUCCEEDED, State.PARTIAL}
        return f"{said} {people_line(request)}" if told else said
    plan = request.plan
    if request.state is State.APPROVED and request.decision.wait_ms and not request.votes:
        asks = f"{who(request.requester)} asks: {what(plan)}. {how(plan)}"
        return f"{asks} {_starts(request, pauses)}".replace("  ", " ")
    if request.state is State.APPROVED:
        by = f" by {who(request.glass.by)} alone, who broke the glass" if request.glass else ""
        return f"Approved{by}: {what(plan)}. {how(plan)} {_starts(request, pauses)}".replace(
            "  ", " "
        )
    if request.state is State.RUNNING:
        return f"Under way: {what(plan)}. {progress(request)}"
    parts = [f"{who(request.requester)} asks: {what(plan)}.", how(plan)]
    parts.append(keeps(plan) if fits(request) else verdict_sentence(plan))
    return " ".join(part for part in parts if part)


def _starts(request: ChangeRequest, pauses: tuple[Pause, ...]) -> str:
    if pauses:
        said = " ".join(map(pause_sentence, pauses))
        return (
            f"It waits: {said} It begins once that is over, before {when(request.execute_before)}."
        )
    latest = max((v.at for v in request.votes), default=request.created_at)
    if request.not_before > latest:
        start = when(request.not_before)
        if request.plan.timing.when is When.AT:
            return f"Nothing happens before {start}; the room is held."
        if request.decision.wait_ms:
            return f"I begin at {start}, unless {vetoers(request)} vetoes it before."
        return f"I begin at {start}, unless somebody stops it before (Veto in Details)."
    return "I begin now."


def progress(request: ChangeRequest) -> str:
    """Return which step runs, and what is being waited for."""
    steps = [step.name for step in request.plan.steps]
    if not request.journal:
        return f"{_lock_wait(request) or 'It is about to start.'}"
    entry = request.journal[-1]
    done = entry.progress is Progress.DONE and not entry.undo
    at = steps.index(entry.step) + 1 if entry.step in steps else len(request.journal)
    at = min(at + done, len(steps)) if steps else at
    step = name(steps[at - 1] if done and steps else entry.step)
    verb = "taking back" if entry.undo else "step"
    place = step if entry.undo else f"{at} of {max(len(steps), at)} ({step})"
    wait = _lock_wait(request) or ("" if done else _waits_for(request, entry))
    return f"{verb[:1].upper()}{verb[1:]} {place}.{' ' if wait else ''}{wait}"


def _lock_wait(request: ChangeRequest) -> str:
    if request.waiting_since is None:
        return ""
    lock = f" ({name(request.waiting_for)})" if request.waiting_for else ""
    return f"Waiting since {when(request.waiting_since)} for its lock{lock} to go; I never unlock."


def _waits_for(request: ChangeRequest, entry: JournalEntry) -> str:
    step = next((s for s in request.plan.steps if s.name == entry.step), None)
    if entry.progress is Progress.SUBMITTED and step and step.asks_guest:
        said = "The guest was asked and has not followed yet."
    elif entry.progress is Progress.SUBMITTED:
        said = "Proxmox took it; I wait for what it shows."
    elif entry.progress is Progress.UNKNOWN:
        said = "No answer yet; I look before anything else is sent."
    else:
        said = ""
    return f"{said} Last word: {name(entry.text, 200)}." if said and entry.text else said


def _moved(request: ChangeRequest) -> list[Block]:
    if request.moved is None or request.state not in {State.PENDING, State.APPROVED}:
        return []
    said = f"This plan is new since {when(request.moved.at)}: {cause(request.moved.why)}."
    return [section(f"{said} Earlier votes no longer count.")]


def _offered(offer: Offer) -> str:
    return f"{who(offer.by)} offers instead: {what(offer.plan)}. {how(offer.plan)}"


def _offer(request: ChangeRequest) -> list[Block]:
    offer = request.offer
    if offer is None or request.state is not State.PENDING:
        return []
    stands = f"{who(request.requester)} may accept it; until then the plan above stands."
    return [section(f"{_offered(offer)} {stands}")]


def offer_notice(notice: OfferNotice) -> Message:
    """Render an offer for who asked."""
    request, offer = notice.request, notice.request.offer
    asked = f"You asked in {name(request.handle)}: {what(request.plan)}. {how(request.plan)}"
    if offer is None:
        return message(asked, [section(asked)])
    first = _offered(offer)
    notes = [note_line(n) for n in offer.plan.notes if n.kind in TO_CONFIRM]
    blocks = [section(" ".join([first, *notes])), section(verdict_sentence(offer.plan))]
    blocks.append(section(f"{asked} That stays open unless you accept."))
    presses = [
        Press(action=a, pointer=pointer_of(a, request))
        for a in (Action.ACCEPT_OFFER, Action.CANCEL)
    ]
    return message(first, [*blocks, *press_row(presses)])


def body(request: ChangeRequest) -> list[Block]:
    """Build what is asked and what speaks for and against it, for cards, prompts and details."""
    plan = request.plan
    blocks = _moved(request)
    if plan.changes:
        blocks.append(section("\n".join(change_line(c) for c in plan.changes[:30])))
    if said := admission(plan):
        blocks.append(section(said))
    if drawn := bars(plan.verdict.sums):
        blocks.append(section(drawn))
    if notes := note_lines(plan):
        blocks.append(section(notes))
    blocks += _offer(request)
    if request.ask.reason.strip():
        blocks.append(quotation("Reason", request.ask.reason))
    return blocks


def approve_button(request: ChangeRequest) -> Block:
    """Build the button that votes, with a dialog that restates the change."""
    plan = request.plan
    warnings = [note_line(n) for n in plan.notes if n.kind in TO_CONFIRM]
    restated = unmarked(" ".join([f"{what(plan)}. {how(plan)}", *warnings]))
    ask = confirm(f"Approve plan {request.plan_rev} of {request.handle}?", restated, "Approve")
    return button(
        LABELS[Action.APPROVE],
        Action.APPROVE.value,
        pointer(request),
        style="primary",
        ask=ask,
    )


def _less_button(request: ChangeRequest) -> list[Block]:
    verdict = request.plan.verdict
    change = next((c for c in request.changes if c.field == verdict.largest_field), None)
    if fits(request) or verdict.largest is None or change is None:
        return []
    if isinstance(change.before, int) and verdict.largest <= change.before:
        return []
    label = f"Ask for {value_word(change.field, verdict.largest, change.unit)}"
    return [press_button(Press(action=Action.ASK_LESS, pointer=pointer(request)), label)]


def buttons(
    request: ChangeRequest,
    open_end: OpenEnd | None,
    closed: Closed | None,
    review: Review | None = None,
) -> list[Block]:
    """Build the row of buttons that the record's state allows, and its review."""
    at = pointer(request)
    first = (Press(action=Action.REVIEWED, pointer=at),) if review and review.open else ()
    if request.state.final:
        steps = next_steps(request, open_end, closed)
        return press_row((*first, *steps), {**LABELS, **next_labels(request)})
    details = press_button(Press(action=Action.DETAILS, pointer=at))
    if request.state is not State.PENDING:
        waits = request.state is State.APPROVED and request.decision.wait_ms
        veto = (Press(action=Action.VETO, pointer=at),) if waits else ()
        return actions([*(press_button(p) for p in (*veto, *first)), details])
    row = [approve_button(request)] if fits(request) else _less_button(request)
    wanted = [Action.DENY, Action.OFFER]
    if request.offer is not None:
        wanted.insert(0, Action.ACCEPT_OFFER)
    row += [press_button(Press(action=a, pointer=pointer_of(a, request))) for a in wanted]
    return actions([*row, details])


def card(notice: CardNotice) -> Message:
    """Render the card of a request."""
    request = notice.request
    first = headline(request, notice.closed, notice.pauses)
    if notice.held:
        first = f"Approved: {what(request.plan)}. {held_line(notice.held)}"
    blocks = [section(first), *glass_line(request)]
    if request.state.final or request.state is State.UNCERTAIN:
        blocks += aftermath(request, notice.closed)
        if request.ask.reason.strip():
            blocks.append(quotation("Reason", request.ask.reason))
    else:
        blocks += body(request)
    blocks.append(section(votes_line(request, notice.approvers)))
    blocks += review_line(notice)
    blocks += buttons(request, notice.open_end, notice.closed, notice.review)
    if notice.instead_of:
        there = shown("channel", notice.instead_of)
        blocks.append(context(f"This card stands here because {there} takes no messages."))
    blocks.append(context(f"{name(request.handle)} · plan {request.plan_rev}"))
    return message(first, blocks, mark=f"card.{request.handle}.{request.version}")
