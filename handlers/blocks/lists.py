"""Lists: guests by the page, requests, and why a request is what it is."""

from bot.model.audit import AuditEntry, ChainedEntry
from bot.model.button import Action, Press
from bot.model.guest import GuestSummary
from bot.model.policy import votes_that_count
from bot.model.quantity import number
from bot.model.request import ChangeRequest, State
from bot.model.unit import Unit
from bot.model.view import AuditList, GuestList, RequestList, WhyView
from handlers.blocks.decision import vetoers, votes_line
from handlers.blocks.guest import not_shown, table
from handlers.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    clean,
    context,
    message,
    name,
    section,
)
from handlers.blocks.plan import what
from handlers.blocks.request import headline
from handlers.blocks.result import pointer
from handlers.blocks.told import LABELS, press_button
from handlers.blocks.words import (
    STATES,
    amount,
    bare,
    lasting,
    listed,
    plural,
    ref_word,
    when,
    who,
)

GUEST_COLUMNS = (26, 10, 14, 8, 18, 5)
SHOWN_REQUESTS = 40
FEW = 5
WHICH = {
    "mine": "{count} you asked for",
    "open": "{count} still open",
    "all": "{count}, the newest first",
    "waiting": "{count} waiting for you",
    "reviews": "{count} to be reviewed, the oldest first",
}
"""Lists of requests by what was asked for; `{count}` stands for `2 requests`."""

DONE_WORDS = {
    "submit": "asked",
    "approve": "approved",
    "breakglass": "approved it alone",
    "deny": "denied",
    "withdrawvote": "took the vote back",
    "makeoffer": "offered less or another time",
    "acceptoffer": "accepted the offer",
    "edit": "changed the request",
    "replan": "made the plan anew",
    "cancel": "cancelled",
    "expire": "let it expire",
    "claim": "began",
    "journal": "noted a step",
    "lose": "lost sight of the outcome",
    "find": "found the outcome",
    "finish": "finished",
    "resolve": "said how it ended",
    "review": "reviewed it",
    "remind": "reminded of its review",
}
"""Entries of the audit by what happened, as words for people."""


def _memory(guest: GuestSummary) -> str:
    if guest.memory_mib is None:
        return "unknown"
    promised = amount(guest.memory_mib, Unit.MIB)
    if guest.used_mib is None or not guest.running:
        return promised
    return f"{bare(guest.used_mib, Unit.MIB, promised)} of {promised}"


def guest_row(guest: GuestSummary) -> tuple[str, ...]:
    """Return a guest as one row: name, kind and vmid, node, status, memory, cores."""
    cores = "?" if guest.cores is None else number(guest.cores)
    status = "template" if guest.template else clean(guest.status)
    return (
        clean(guest.name) or "(no name)",
        ref_word(guest.ref),
        clean(guest.node),
        status,
        _memory(guest),
        cores,
    )


def _page_button(view: GuestList, page: int, label: str, which: str) -> Block:
    value = f"{page}:{view.filter_text}"
    return button(label, f"{Action.PAGE.value}:{which}", value)


def _pages(view: GuestList) -> list[Block]:
    row = []
    if view.page > 1:
        row.append(_page_button(view, view.page - 1, "Earlier", "earlier"))
    if view.page < view.pages:
        row.append(_page_button(view, view.page + 1, LABELS[Action.PAGE], "more"))
    return actions(row)


def guests(view: GuestList) -> Message:
    """Render a page of guests."""
    chosen = name(view.filter_text) if view.filter_text.strip() else ""
    if not view.guests:
        said = f"No guest that you may see{' matches ' + chosen if chosen else ''}."
        return message(said, [section(said)])
    said = f"{plural(view.total, 'guest')}{' for ' + chosen if chosen else ''}."
    if view.pages > 1:
        said = f"{said[:-1]}, page {view.page} of {view.pages}."
    rows: list[tuple[str, ...]] = [("guest", "number", "node", "state", "memory", "cores")]
    rows += [guest_row(g) for g in view.guests[:600]]
    blocks = [section(said), *table(rows, GUEST_COLUMNS)]
    if len(view.guests) <= FEW:
        presses = [Press(action=Action.SHOW_GUEST, pointer=g.ref.key) for g in view.guests]
        names = [f"Show {clean(g.name) or ref_word(g.ref)}" for g in view.guests]
        built = [press_button(p, n) for p, n in zip(presses, names, strict=True)]
        blocks += actions(built)
    blocks += not_shown(view.silent)
    blocks += [*_pages(view), context(f"As seen {when(view.read_at, seconds=True)}")]
    return message(said, blocks)


def _standing(request: ChangeRequest) -> str:
    if request.state is State.PENDING:
        have = votes_that_count(request.decision, request.votes)
        votes = f"{have} of {request.decision.needed} approvals"
        return f"{STATES[request.state]}, {votes}, open until {when(request.expires_at)}"
    if request.ended_at:
        return f"{STATES[request.state]}, {when(request.ended_at)}"
    if request.state is State.APPROVED and request.decision.wait_ms:
        return f"begins at {when(request.not_before)} unless {vetoers(request)} vetoes it"
    return STATES[request.state]


def request_block(request: ChangeRequest, review_since: int | None = None) -> Block:
    """Build one request of a list, with its button."""
    said = f"{name(request.handle)}: {what(request.plan)}\n{_standing(request)}"
    said += f" · to be reviewed since {when(review_since)}" if review_since else ""
    built = section(f"{said} · asked by {who(request.requester)}")
    press = Press(action=Action.DETAILS, pointer=pointer(request))
    built["accessory"] = press_button(press)
    return built


def requests(view: RequestList) -> Message:
    """Render a list of requests."""
    which = WHICH.get(view.which, "{count}")
    if not view.requests:
        said = which.partition(",")[0].replace("{count}", "No requests") + "."
        return message(said, [section(said)])
    said = which.replace("{count}", plural(len(view.requests), "request")) + "."
    blocks = [
        section(said),
        *(request_block(r, view.reviews.get(r.id)) for r in view.requests[:SHOWN_REQUESTS]),
    ]
    if view.more or len(view.requests) > SHOWN_REQUESTS:
        blocks.append(context("There are more, which are not shown here."))
    return message(said, blocks)


def _entry_line(entry: AuditEntry) -> str:
    refused = "" if entry.accepted else ", refused"
    why = f": {name(entry.why, 200)}" if entry.why.strip() else ""
    done = DONE_WORDS.get(entry.what) or name(entry.what)
    state = f" → {state_word(entry.state_after)}" if entry.state_after and entry.accepted else ""
    return f"• {when(entry.at, seconds=True)} {who(entry.actor)}: {done}{refused}{why}{state}"


def state_word(value: str) -> str:
    """Return where a request stood, in words."""
    return next((words for state, words in STATES.items() if state.value == value), name(value))


def history_blocks(history: tuple[ChainedEntry, ...]) -> list[Block]:
    """Build a request's history, the newest sixty entries, oldest first."""
    lines = [_entry_line(each.entry) for each in history[-60:]]
    if len(history) > len(lines):
        lines.insert(0, f"{len(history) - len(lines)} older entries are left out.")
    parts = [lines[n : n + 6] for n in range(0, len(lines), 6)]
    return [section("\n".join(part)) for part in parts]


def audit(view: AuditList) -> Message:
    """Render entries of the audit, newest first, each with its request's number."""
    of = f" of {name(view.of)}" if view.of else ""
    if not view.entries:
        said = f"The audit holds nothing{of} that you may see."
        return message(said, [section(said)])
    said = f"The newest {plural(len(view.entries), 'entry', 'entries')} of the audit{of}."
    lines = [
        f"{_entry_line(e.entry)} · {name(e.entry.handle, empty='no request')}" for e in view.entries
    ]
    parts = [lines[n : n + 6] for n in range(0, len(lines), 6)]
    blocks = [section(said), *(section("\n".join(part)) for part in parts)]
    if view.more:
        blocks.append(context("Older ones: `headroom audit export` on the host."))
    return message(said, blocks)


def rule_lines(request: ChangeRequest) -> str:
    """Return what each matched rule asks, one line each."""
    lines = []
    for ask in request.decision.asks[:20]:
        quorums = [
            f"{q.needed} of {' or '.join(name(g) for g in q.groups[:8])}"
            for q in ask.quorums[:8]
            if q.needed
        ]
        lines.append(f"Rule {name(ask.rule)} asks {' and '.join(quorums) or 'nobody'}.")
    decision = request.decision
    if decision.wait_ms:
        lines.append(
            f"It waits {lasting(decision.wait_ms)}; until then {vetoers(request)} may veto it."
        )
    if decision.reviews:
        lines.append(f"Reviewed by {listed([name(g) for g in decision.reviews])}.")
    lines.append(f"Policy revision {name(request.decision.revision)}.")
    return "\n".join(lines)


def why(view: WhyView) -> Message:
    """Render why a request is what it is: rule, votes, history."""
    request = view.request
    first = f"{name(request.handle)} is {STATES[request.state]}. {headline(request, pauses=view.pauses)}"
    blocks = [section(first), section(rule_lines(request)), section(votes_line(request, ()))]
    blocks += history_blocks(view.history)
    press = Press(action=Action.DETAILS, pointer=pointer(request))
    return message(first, [*blocks, *actions([press_button(press)])])
