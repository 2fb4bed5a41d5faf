"""Pointers: what buttons carry instead of data. The data stays in the store, for a day."""

import re

from bot.model.button import Action, Press
from bot.model.intent import Ask
from bot.model.notice import Declined
from bot.model.refusal import Reason, Refusal
from bot.model.terms import DAY
from bot.workflow.parts import Parts


async def keep_ask(parts: Parts, ask: Ask) -> str:
    """Keep an ask and return the pointer to it."""
    pointer = parts.clock.token(128)
    await parts.store.keep_ask(pointer, ask, DAY // 1000)
    return pointer


async def kept_ask(parts: Parts, pointer: str) -> Ask | None:
    """Return the ask a pointer points at; None once it has lapsed."""
    return await parts.store.kept_ask(pointer)


def with_newest(refusal: Refusal) -> Declined:
    """Return a refusal as an answer; one of an old card comes with a button to the newest plan."""
    handle, current = refusal.details.get("handle"), refusal.details.get("current")
    if refusal.reason is not Reason.OLD_CARD:
        return Declined(refusal=refusal)
    details = Press(action=Action.DETAILS, pointer=f"{handle}:{current}")
    return Declined(refusal=refusal, presses=(details,))


def split(pointer: str) -> tuple[str, int]:
    """Return request id and plan revision (or offer, by its time) of a pointer; 0 if it has none."""
    name, _, rev = pointer.partition(":")
    return name, int(rev) if re.fullmatch(r"[0-9]{1,15}", rev) else 0
