"""Domain values to Block Kit, pure: one table by type, one file per kind of thing."""

from collections.abc import Callable
from typing import Any

from bot.model.notice import CardNotice, Declined, Notice, ResultNotice, Told
from handlers.blocks.declined import declined
from handlers.blocks.kit import Message
from handlers.blocks.request import card
from handlers.blocks.result import result
from handlers.blocks.told import told

__all__ = ["Message", "render"]

MESSAGES: dict[type, Callable[[Any], Message]] = {
    Told: told,
    Declined: declined,
    CardNotice: card,
    ResultNotice: result,
}


def render(notice: Notice) -> Message:
    """Return the notice as a message: the notification's text and blocks."""
    return MESSAGES[type(notice)](notice)
