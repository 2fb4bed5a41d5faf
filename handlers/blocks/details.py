"""A request for one viewer, in a dialog: the plan in full, and what this person may do."""

from bot.model.button import Action, Press
from bot.model.guest import GuestSummary
from bot.model.notice import DetailsView
from bot.model.plan import Plan
from bot.model.quantity import number
from bot.model.request import ChangeRequest, State
from bot.model.samples import Window
from bot.model.unit import Unit
from handlers.blocks.decision import glass_line, votes_line
from handlers.blocks.guest import table
from handlers.blocks.kit import Block, actions, clean, context, name, section
from handlers.blocks.lists import history_blocks, rule_lines
from handlers.blocks.request import approve_button, body, fits, headline
from handlers.blocks.result import aftermath, pointer_of
from handlers.blocks.told import press_button
from handlers.blocks.words import amount, lasting, ref_word, shown, when

ROW = (
    Action.APPROVE,
    Action.ACCEPT_OFFER,
    Action.DENY,
    Action.OFFER,
    Action.ASK_LESS,
    Action.EDIT,
    Action.WITHDRAW,
    Action.CANCEL,
    Action.VETO,
    Action.REVIEWED,
    Action.BREAK_GLASS,
    Action.ASK_AGAIN,
    Action.GIVE_BACK,
    Action.END_NOW,
    Action.END_LATER,
    Action.END_REVERT,
)
"""The order of buttons in the dialog."""

ONLY_PENDING = frozenset(
    {
        Action.APPROVE,
        Action.DENY,
        Action.OFFER,
        Action.ACCEPT_OFFER,
        Action.WITHDRAW,
        Action.EDIT,
        Action.BREAK_GLASS,
    }
)
ONLY_BEFORE = frozenset({Action.CANCEL, Action.VETO})
ONLY_AFTER = frozenset({Action.ASK_AGAIN, Action.GIVE_BACK})
WAITING_ENDS = frozenset({Action.END_NOW, Action.END_LATER, Action.END_REVERT})
NEIGHBOUR_COLUMNS = (26, 10, 12, 12)


def _allowed(action: Action, request: ChangeRequest) -> bool:
    if action is Action.ACCEPT_OFFER and request.offer is None:
        return False
    if action is Action.BREAK_GLASS and not fits(request):
        return False
    if action in {Action.APPROVE, Action.ASK_LESS}:
        return request.state is State.PENDING and fits(request) is (action is Action.APPROVE)
    if action in ONLY_BEFORE:
        return request.state in {State.PENDING, State.APPROVED}
    if action in ONLY_AFTER:
        return request.state.final
    return request.state is State.PENDING or action not in ONLY_PENDING


def buttons(view: DetailsView) -> list[Block]:
    """Build the buttons this viewer may press, as far as the record's state allows them."""
    request = view.request
    row = []
    for action in ROW:
        if action not in view.may or not _allowed(action, request):
            continue
        if action is Action.APPROVE:
            row.append(approve_button(request))
        else:
            at = request.id if action in WAITING_ENDS else pointer_of(action, request)
            row.append(press_button(Press(action=action, pointer=at)))
    return actions(row)


def _neighbour_row(guest: GuestSummary) -> tuple[str, ...]:
    promised = "unknown" if guest.memory_mib is None else amount(guest.memory_mib, Unit.MIB)
    used = "unknown" if guest.used_mib is None else amount(guest.used_mib, Unit.MIB)
    return (clean(guest.name) or "(no name)", ref_word(guest.ref), promised, used)


def _neighbours(view: DetailsView) -> list[Block]:
    if not view.neighbours:
        return []
    rows: list[tuple[str, ...]] = [("guest", "number", "promised", "in use")]
    rows += [_neighbour_row(g) for g in view.neighbours[:40]]
    return [section("*Guests on the same node that you may see*"), *table(rows, NEIGHBOUR_COLUMNS)]


def spaced(key: str) -> str:
    """Return the name of a figure as words."""
    return name(key.replace("_", " "))


def figures(plan: Plan) -> list[Block]:
    """Build the facts that admission rests on, by name."""
    facts = [f"{spaced(k)} {shown(k, d)}" for k, d in list(plan.verdict.facts.items())[:20]]
    for each in plan.verdict.sums[:12]:
        noted = [f"{spaced(k)} {shown(k, d)}" for k, d in list(each.notes.items())[:12]]
        facts += [f"{name(each.name)}: {', '.join(noted)}"] if noted else []
    return [context(" · ".join(facts[:20]))] if facts else []


def _evidence(view: DetailsView) -> list[Block]:
    """Build what the guest used over the last week, with the picture of it behind a button."""
    found = view.evidence
    if found is None:
        return []
    said = []
    if found.memory:
        typical, peak = (
            amount(round(mib), Unit.MIB) for mib in (found.memory.typical, found.memory.peak)
        )
        said.append(f"memory typically {typical}, at most {peak}")
    if found.cpu:
        typical, peak = (
            f"{number(percent, 0)} %" for percent in (found.cpu.typical, found.cpu.peak)
        )
        said.append(f"CPU typically {typical}, at most {peak} busy")
    step = max(use.step for use in (found.memory, found.cpu) if use)
    averages = f" (averages of {lasting(step * 1000)}: shorter peaks do not show)" if step else ""
    title = f"*What {name(view.request.plan.target.name)} used*, from {when(found.since * 1000)} on"
    row = []
    if Action.GRAPH in view.may:
        week = f"{view.request.plan.target.ref.key}:{Window.WEEK.value}"
        row = [press_button(Press(action=Action.GRAPH, pointer=week), "Graph of the week")]
    return [section(f"{title}: {'; '.join(said)}{averages}."), *actions(row)]


def details_blocks(view: DetailsView) -> list[Block]:
    """Build the dialog's blocks."""
    request = view.request
    blocks = [
        section(headline(request, view.closed, view.pauses)),
        *glass_line(request),
        *body(request),
    ]
    if request.state.final:
        blocks += aftermath(request, view.closed)
    blocks += _evidence(view)
    blocks.append(section(f"{votes_line(request, ())}\n{rule_lines(request)}"))
    blocks += buttons(view)
    blocks += [*_neighbours(view), *figures(request.plan)]
    if view.history:
        blocks += [section("*What happened so far*"), *history_blocks(view.history)]
    return [*blocks, context(f"{name(request.handle)} · plan {request.plan_rev}")]
