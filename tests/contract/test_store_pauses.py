"""Pauses in the store: versioned, and a save that was made before one is refused."""

from dataclasses import replace

import pytest

from bot.model.errors import VersionConflict
from bot.model.pause import Hold, Pause, standing
from bot.model.save import Save
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import AT, BOB, entry, following, pending, save_of

pytest_plugins = ["tests.stores"]

PAUSE = Pause(cluster="home", stands=True, by=BOB, at=AT, why="no quorum")


async def test_a_pause_is_kept_for_its_cluster_and_lifted_by_whoever_read_it(
    store: RedisStore,
) -> None:
    """Each cluster has its own, and one is of everything; a lifted one keeps its version."""
    assert await store.pauses("", "home") == (Pause(), Pause(cluster="home"))
    await store.save(Save(pauses=(PAUSE,), audit=entry(what="pause")))
    everything, home = await store.pauses("", "home")
    assert standing((everything, home)) == (replace(PAUSE, version=1),)
    with pytest.raises(VersionConflict, match="the pause of home"):
        await store.save(Save(pauses=(PAUSE,), audit=entry(what="pause")))
    await store.save(Save(pauses=(replace(home, stands=False),), audit=entry(what="unpause")))
    (lifted,) = await store.pauses("home")
    assert (lifted.stands, lifted.version) == (False, 2)
    assert [e.entry.what for e in await store.audit_since("0", 9)] == ["pause", "unpause"]


@pytest.mark.parametrize("cluster", ["", "home"])
async def test_no_claim_slips_past_a_pause(store: RedisStore, cluster: str) -> None:
    """A save that read no pause changes nothing once there is one, lifted again or not."""
    await store.save(save_of(pending()))
    read = await store.pauses("", "home")
    claim = save_of(following(pending()), unpaused=read)
    await store.save(Save(pauses=(replace(PAUSE, cluster=cluster),), audit=entry(what="pause")))
    with pytest.raises(VersionConflict, match=f"the pause of {cluster or 'everything'}"):
        await store.save(claim)
    assert await store.request(pending().id) == pending()
    (stands,) = await store.pauses(cluster)
    await store.save(Save(pauses=(replace(stands, stands=False),), audit=entry(what="unpause")))
    with pytest.raises(VersionConflict):
        await store.save(claim)
    await store.save(save_of(following(pending()), unpaused=await store.pauses("", "home")))
    assert await store.request(pending().id) == following(pending())


async def test_no_claim_slips_past_a_node_that_is_held(store: RedisStore) -> None:
    """What an incident holds is part of its cluster's pause, and moves its version."""
    await store.save(save_of(pending()))
    read = await store.pauses("", "home")
    claim = save_of(following(pending()), unpaused=read)
    hold = Hold(node="pve1", incident="f" * 32, handle="I-7K2M", at=AT, why="full")
    held = replace(read[1], holds=(hold,))
    await store.save(Save(pauses=(held,), audit=entry(what="hold")))
    assert await store.pauses("home") == (replace(held, version=1),)
    with pytest.raises(VersionConflict, match="the pause of home"):
        await store.save(claim)
