"""Refusals as sentences, as parts of sentences, and as messages."""

from collections.abc import Mapping

from bot.model.button import Action
from bot.model.notice import Declined
from bot.model.refusal import Quantity, Refusal
from handlers.blocks.kit import Block, Message, message, section
from handlers.blocks.problem import PROBLEMS
from handlers.blocks.problem_asking import COUNTED
from handlers.blocks.told import press_row
from handlers.blocks.words import amount, sentence


def cause(refusal: Refusal) -> str:
    """Return what is wrong, as a part of a sentence (markup)."""
    return sentence(PROBLEMS[refusal.reason].wrong, refusal.details)


def advice(refusal: Refusal) -> str:
    """Return what would work, as whole sentences (markup); often empty."""
    return sentence(PROBLEMS[refusal.reason].works, refusal.details)


def problem(refusal: Refusal, *, voted: bool = False) -> str:
    """Return the whole refusal: what is wrong, and what would work (markup)."""
    words = PROBLEMS[refusal.reason]
    lead = COUNTED if voted else words.lead
    wrong = cause(refusal)
    if not lead and not words.wrong.startswith("{"):
        wrong = wrong[:1].upper() + wrong[1:]
    stop = "" if wrong.endswith((".", "?", "!", "…")) else "."
    return f"{lead}{wrong}{stop} {advice(refusal)}".strip()


def labels(refusal: Refusal) -> Mapping[Action, str]:
    """Return words for buttons where the refusal's figures give better ones."""
    fitting = _fitting(refusal)
    return {Action.ASK_LESS: f"Ask for {fitting}"} if fitting else {}


def _fitting(refusal: Refusal) -> str:
    largest = refusal.details.get("largest")
    unit = refusal.details.get("unit")
    if isinstance(largest, Quantity):
        return amount(largest.amount, largest.unit)
    if isinstance(largest, int) and isinstance(unit, str):
        return amount(largest, unit)
    return ""


def declined_blocks(notice: Declined) -> list[Block]:
    """Build the blocks of a refusal."""
    said = problem(notice.refusal, voted=notice.voted)
    return [section(said), *press_row(notice.presses, labels(notice.refusal))]


def declined(notice: Declined) -> Message:
    """Render a refusal."""
    return message(problem(notice.refusal, voted=notice.voted), declined_blocks(notice))
