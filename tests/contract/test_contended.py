"""Who is always too late is told so in the end, and leaves the turn to the next."""

from bot.model.errors import VersionConflict
from bot.model.refusal import Reason, Refusal
from bot.redis_store.store import RedisStore
from bot.workflow.contended import PATIENCE, insist
from tests.laws.actors import LeapingClock

pytest_plugins = ["tests.stores"]

TRIES = 4


async def test_somebody_gives_up_after_a_while_and_says_so(store: RedisStore) -> None:
    """Others save first again and again: the refusal says that, not that the store is away."""
    clock, tried = LeapingClock(), 0

    async def attempt() -> str:
        nonlocal tried
        tried += 1
        clock.ahead += PATIENCE // TRIES
        raise VersionConflict("saving R-7K2M", "somebody else saved R-7K2M first", "R-7K2M")

    said = await insist(store, clock, attempt)
    assert isinstance(said, Refusal)
    assert said.reason is Reason.CONTENDED
    assert tried == TRIES + 1
    assert await store.lease("turn:R-7K2M", "somebody else", 1)


async def test_the_next_try_is_answered(store: RedisStore) -> None:
    """Who was too late once and then is first hears what their own try came to."""
    tried = 0

    async def attempt() -> str:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise VersionConflict("saving R-7K2M", "somebody else saved R-7K2M first", "R-7K2M")
        return "saved"

    assert await insist(store, LeapingClock(), attempt) == "saved"
    assert tried == 2
