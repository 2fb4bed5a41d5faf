"""What several people change at the same moment: one is first, the others look and try anew in turn."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from bot.model.errors import VersionConflict
from bot.model.refusal import Reason, Refusal, refuse
from bot.ports import Clock, RequestStore

PATIENCE = 60_000
"""How long (ms) somebody tries while others save first; then they are told so."""

TURN_SECONDS = 5
"""How long one of them has the turn at most, should they die with it."""

LONGEST_PAUSE = 0.1
"""Whoever waits for the turn asks for it again after so many seconds at most, at random."""

Said = TypeVar("Said")


async def insist(
    store: RequestStore, clock: Clock, attempt: Callable[[], Awaitable[Said]]
) -> Said | Refusal:
    """Return what an attempt comes to, made anew while somebody else saves first.

    Everybody may try at once. Who was too late queues for the one turn at what was saved: else many
    who plan for long would be too late again and again. The turn is a courtesy; versions decide.
    """
    try:
        return await attempt()
    except VersionConflict as fault:
        return await _in_turn(store, clock, f"turn:{fault.over}", attempt)


async def _in_turn(
    store: RequestStore, clock: Clock, turn: str, attempt: Callable[[], Awaitable[Said]]
) -> Said | Refusal:
    owner, last = clock.token(64), clock.now() + PATIENCE
    try:
        while clock.now() < last:
            if not await store.lease(turn, owner, TURN_SECONDS):
                await clock.wait(LONGEST_PAUSE * int(clock.token(16), 16) / 0xFFFF)
                continue
            with suppress(VersionConflict):
                return await attempt()
    finally:
        await store.release(turn, owner)
    return refuse(Reason.CONTENDED, seconds=PATIENCE // 1000)
