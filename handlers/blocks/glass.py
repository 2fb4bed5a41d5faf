"""Breaking the glass: the form that asks why, and the prompt with the one button that does it."""

from bot.model.button import Action
from bot.model.notice import GlassForm, GlassPrompt
from handlers.blocks.inputs import field, form_view, text_input
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
from handlers.blocks.plan import how, what
from handlers.blocks.request import body, headline
from handlers.blocks.result import pointer
from handlers.blocks.told import LABELS
from handlers.blocks.words import listed


def glass_form(notice: GlassForm) -> Block:
    """Build the form that asks why one person has to approve alone."""
    request = notice.request
    reason = text_input("", "Checkout is down, and nobody of ops answers", lines=True, most=1000)
    blocks = [
        section(f"{name(request.handle)}: {what(request.plan)}. {_alone(notice)}"),
        field("reason", "Why can nobody else be waited for?", reason, optional=False),
    ]
    title = f"Break glass {request.handle}"
    return form_view(title, "Go on", blocks, callback="glass.form", metadata=pointer(request))


def _alone(notice: GlassForm | GlassPrompt) -> str:
    """Return what it means to approve alone."""
    groups = listed([name(g) for g in notice.request.decision.stoppers], "or")
    return f"You approve it alone, without {groups}: they are told at once, and one of them reviews it."


def glass_prompt(notice: GlassPrompt) -> Message:
    """Render the current plan, the reason given, and the one button that breaks the glass."""
    request = notice.request
    first = headline(request)
    alone = _alone(notice)
    ask = confirm(
        f"Break the glass for {request.handle}?",
        unmarked(f"{what(request.plan)}. {how(request.plan)} {alone}"),
        "Break it",
        danger=True,
    )
    press = button(
        LABELS[Action.BREAK_NOW], Action.BREAK_NOW.value, notice.pointer, style="danger", ask=ask
    )
    times = f"{notice.left} more {'time' if notice.left == 1 else 'times'}"
    blocks = [
        section(first),
        *body(request),
        quotation("Why you break the glass", notice.reason),
        section(
            f"{alone} You may do so {times} within 24 hours; this button works for a quarter of an hour."
        ),
        *actions([press]),
        context(f"{name(request.handle)} · plan {request.plan_rev}"),
    ]
    return message(first, blocks, mark=f"glass.{request.handle}.{request.version}")
