"""A plan before it is submitted, and the prompt that votes."""

from bot.model.button import Action, Press
from bot.model.notice import Preview, VotePrompt
from bot.model.plan import Plan
from bot.model.policy import Decision
from bot.model.request import State
from handlers.blocks.admission import admission, bars
from handlers.blocks.decision import votes_line
from handlers.blocks.declined import problem
from handlers.blocks.kit import Block, Message, actions, context, message, name, section
from handlers.blocks.plan import change_line, how, note_lines, what
from handlers.blocks.request import approve_button, body, fits, headline
from handlers.blocks.result import pointer
from handlers.blocks.told import press_button
from handlers.blocks.words import lasting, listed, who


def _who_is_asked(preview: Preview, decision: Decision) -> str:
    groups = listed([name(g) for g in decision.reviews])
    review = f" Somebody of {groups} reviews it." if groups else ""
    wait, vetoers = lasting(decision.wait_ms), listed([name(g) for g in decision.vetoers], "or")
    if not decision.needs_approval:
        starts = f"it starts {wait} after you send it, unless one of {vetoers} vetoes it"
        starts = starts if decision.wait_ms else "it starts when you send it"
        return f"Nobody has to approve it (rule {name(decision.rule)}): {starts}.{review}"
    groups = listed([name(g) for g in decision.groups], "or")
    people = listed([who(p) for p in preview.people])
    whom = f"{people} ({groups})" if people else groups
    return f"Will be asked: {whom}; {decision.needed} must approve (rule {name(decision.rule)})."


def _plan_blocks(plan: Plan) -> list[Block]:
    blocks = [section("\n".join(change_line(c) for c in plan.changes[:30]))] if plan.changes else []
    blocks.append(section(admission(plan)))
    if drawn := bars(plan.verdict.sums):
        blocks.append(section(drawn))
    if notes := note_lines(plan):
        blocks.append(section(notes))
    return blocks


def preview_text(notice: Preview) -> str:
    """Return the preview's first line."""
    if notice.refusal is not None:
        return problem(notice.refusal)
    if notice.plan is None:
        return "Press Check to see what this would do, and who would be asked."
    return f"This would be: {what(notice.plan)}. {how(notice.plan)}".strip()


def preview_blocks(notice: Preview) -> list[Block]:
    """Build before → after, effect, verdict and who will be asked; or the refusal."""
    blocks = [section(preview_text(notice))]
    if notice.plan is not None:
        blocks += _plan_blocks(notice.plan)
    if notice.decision is not None and notice.refusal is None:
        blocks.append(section(_who_is_asked(notice, notice.decision)))
    return blocks


def preview(notice: Preview) -> Message:
    """Render a preview as a message."""
    blocks = [*preview_blocks(notice), context("Nothing is recorded yet.")]
    return message(preview_text(notice), blocks)


def vote_prompt(notice: VotePrompt) -> Message:
    """Render the current plan with the one button that votes."""
    request = notice.request
    first = headline(request)
    row = [press_button(Press(action=Action.DETAILS, pointer=pointer(request)))]
    if request.state is State.PENDING:
        deny = press_button(Press(action=Action.DENY, pointer=pointer(request)))
        row = [*([approve_button(request)] if fits(request) else []), deny, *row]
    blocks = [section(first)]
    if request.open:
        blocks += body(request)
    blocks += [section(votes_line(request, ())), *actions(row)]
    blocks.append(context(f"{name(request.handle)} · plan {request.plan_rev}"))
    return message(first, blocks, mark=f"vote.{request.handle}.{request.version}")
