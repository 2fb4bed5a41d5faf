"""One at a time: whoever works for a due-set member does so alone, until nothing more was filed."""

from collections.abc import Awaitable, Callable

from bot.workflow.parts import Parts

HELD_SECONDS = 30


async def alone(parts: Parts, member: str, work: Callable[[], Awaitable[int | None]]) -> None:
    """Do the work of a member under its lease; the work returns when the member is due again.

    Whoever wakes it while it lets go of its lease finds it busy: so the due-set is asked once more.
    """
    owner = parts.clock.token(64)
    while await parts.store.lease(member, owner, HELD_SECONDS):
        try:
            filed = await work()
        finally:
            await parts.store.release(member, owner)
        if await parts.store.due_at(member) == filed:
            return
