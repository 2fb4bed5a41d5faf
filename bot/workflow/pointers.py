"""Pointers: what buttons carry instead of data. The data stays in the store, for a day."""

from bot.model.intent import Ask
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


def split(pointer: str) -> tuple[str, int]:
    """Return request id and plan revision of a button's pointer; revision 0 if it has none."""
    name, _, rev = pointer.partition(":")
    return name, int(rev) if rev.isdecimal() else 0
