"""The due-set forgets nothing that was filed after somebody looked."""

from dataclasses import replace

from bot.commit import Committer
from bot.model.request import ChangeRequest
from bot.redis_store.store import RedisStore
from tests.laws.world import NoWake
from tests.unit.model.acts import CAROL, DAY, TWO, approve
from tests.unit.redis_store.samples import ALICE, AT, BOB, pending

pytest_plugins = ["tests.stores"]


async def test_a_save_in_the_moment_of_the_one_before_keeps_the_card_due(
    store: RedisStore,
) -> None:
    """Who showed the version before does not take the card off, though both have the same time."""
    committer = Committer(store=store, wake=NoWake())
    request = replace(pending(1, decision=TWO), expires_at=AT + DAY)
    card = f"card:{request.id}"
    await committer.create(request, (), "", ALICE)
    first = await committer.apply(request, approve(request, BOB))
    assert isinstance(first, ChangeRequest)
    seen = await store.due_at(card)
    second = await committer.apply(first, approve(first, CAROL))
    assert isinstance(second, ChangeRequest)
    entries = [link.entry for link in await store.audit_of(request.id)]
    assert entries[-1].at == entries[-2].at
    assert not await store.move_due(card, seen, None)
    assert await store.due_at(card) is not None
