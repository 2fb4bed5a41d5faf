"""The heartbeat file, the gate in the store, and our own tasks: each against the real thing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.clock import SystemClock
from bot.continuity import Continuity
from bot.inventory import Inventory
from bot.model.errors import StoreFault, VersionConflict
from bot.model.gate import Gate, Mark, WentBack
from bot.model.people import Person
from bot.proxmox import calls
from bot.proxmox.hypervisor import ProxmoxHypervisor
from bot.redis_store.heartbeat import HeartbeatFile
from bot.redis_store.keys import Keys
from bot.redis_store.store import RedisStore
from bot.simulation.proxmox.tasks import Task
from tests.contract.hypervisors import CLUSTER, CT, NODE, Host, staged, step
from tests.unit.redis_store.samples import entry, pending, save_of

pytest_plugins = ["tests.stores"]

MARK = Mark(position="2000-1", hash="b")
OLDER = Mark(position="1000-0", hash="a")


def watching(store: RedisStore, folder: Path) -> Continuity:
    """Return what watches the store from a host with that state folder, and no cluster."""
    clock = SystemClock()
    nowhere = ProxmoxHypervisor((), now=Host().now)
    return Continuity(
        store=store,
        hypervisor=nowhere,
        inventory=Inventory(nowhere, clock),
        heartbeat=HeartbeatFile(folder),
        clock=clock,
    )


async def test_the_heartbeat_is_written_whole_and_read_back(tmp_path: Path) -> None:
    """In a folder that is made for it; nothing else is left there."""
    heartbeat = HeartbeatFile(tmp_path / "state")
    assert await heartbeat.kept() is None
    await heartbeat.keep(MARK, None)
    assert await heartbeat.kept() == MARK
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["heartbeat.json"]


async def test_a_slower_process_takes_nothing_back(tmp_path: Path) -> None:
    """What was found in the store may be replaced by anything; a newer entry by nothing older."""
    heartbeat = HeartbeatFile(tmp_path)
    await heartbeat.keep(MARK, None)
    await heartbeat.keep(OLDER, None)
    assert await heartbeat.kept() == MARK
    await heartbeat.keep(OLDER, MARK)
    assert await heartbeat.kept() == OLDER


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"position": "x", "hash": "a"}'])
async def test_a_file_that_is_no_heartbeat_is_named(tmp_path: Path, text: str) -> None:
    """Evidence that cannot be read is not silently replaced."""
    (tmp_path / "heartbeat.json").write_text(text)
    with pytest.raises(StoreFault, match="it is no heartbeat of ours"):
        await HeartbeatFile(tmp_path).kept()


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The start says so."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFault, match="heartbeat"):
        await HeartbeatFile(tmp_path / "file").keep(MARK, None)


async def test_two_bots_on_one_host_and_a_trimmed_audit_are_no_alarm(
    store: RedisStore, tmp_path: Path
) -> None:
    """Each finds its entry, or that it was trimmed."""
    one, other = watching(store, tmp_path / "a"), watching(store, tmp_path / "a")
    late = watching(store, tmp_path / "b")
    await late.look()
    for number in range(1, 6):
        await store.save(save_of(pending(number)))
        assert not (await one.look()).closed
        assert not (await other.look()).closed
        if number == 1:
            await late.look()
    trail = await store.trail(None)
    assert trail.last is not None
    await store.trim_audit(trail.last.at + 1)
    assert not (await watching(store, tmp_path / "a").look()).closed
    assert not (await watching(store, tmp_path / "b").look()).closed
    await store.note(entry())
    assert not (await late.look()).closed


async def test_the_first_entry_of_an_emptied_store_wipes_no_evidence(
    store: RedisStore, redis: Redis, prefix: str, tmp_path: Path
) -> None:
    """Somebody's ask was kept before anybody looked."""
    host = watching(store, tmp_path)
    await store.save(save_of(pending()))
    await host.look()
    names = [key async for key in redis.scan_iter(f"{{{prefix}}}:*", count=1000)]
    await redis.delete(*names)
    await store.note(entry())
    gate = await host.look()
    assert gate.closed
    assert gate.went_back is not None
    assert gate.went_back.ends_at == 0
    assert (await watching(store, tmp_path).look()).closed


async def test_many_that_notice_at_once_close_one_gate(
    store: RedisStore, redis: Redis, prefix: str, tmp_path: Path
) -> None:
    """One piece of evidence, one edition."""
    hosts = [watching(store, tmp_path / str(number)) for number in range(5)]
    await store.save(save_of(pending()))
    await asyncio.gather(*(host.look() for host in hosts))
    await redis.delete(Keys(prefix).audit, Keys(prefix).audit_head)
    gates = await asyncio.gather(*(host.look() for host in hosts))
    assert all(gate.closed for gate in gates)
    assert len({gate.went_back.id for gate in gates if gate.went_back}) == 1
    assert (await store.gate()).edition == 1


async def test_a_save_that_asks_for_the_gate_fails_once_it_has_moved(store: RedisStore) -> None:
    """So no claim slips past evidence that came up after it had looked."""
    looked = await store.gate()
    await store.save(replace(save_of(pending(1)), gate_at=looked.version))
    went = WentBack(id="w", since=1, ends_at=0)
    await store.save(replace(save_of(pending(2)), gate=Gate(went_back=went)))
    with pytest.raises(VersionConflict, match="the gate"):
        await store.save(replace(save_of(pending(3)), gate_at=looked.version))
    assert (await store.gate()).version == 1
    assert await store.request(pending(3).id) is None


async def test_a_release_is_for_what_was_shown(store: RedisStore, tmp_path: Path) -> None:
    """Evidence that came since has to be looked at, too; the release is in the audit."""
    host = watching(store, tmp_path)
    root = Person(team_id="", user_id="host:root")
    await store.save(
        replace(save_of(pending(1)), gate=Gate(went_back=WentBack(id="w", since=1, ends_at=0)))
    )
    shown = await store.gate()
    await store.save(replace(save_of(pending(2)), gate=shown))
    with pytest.raises(VersionConflict):
        await host.release(shown, root)
    await host.release(await store.gate(), root)
    assert not (await store.gate()).closed
    last = (await store.audit_since("0", 100))[-1].entry
    assert (last.what, last.actor) == ("release", root)


async def _nothing(_task: Task) -> None:
    """Do nothing."""


async def test_our_own_tasks_are_listed_page_by_page_and_nobody_elses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also those of more guests than fit on a page; none of another token of the same user."""
    monkeypatch.setattr(calls, "TASKS", 2)
    async with staged() as stage:
        user = stage.pve.token.partition("=")[0].partition("!")[0]
        for _ in range(5):
            upid = await stage.change(CT, step("status/reboot", "POST"))
            await stage.ended(upid)
            stage.pve.world.tasks.start(
                node=NODE, type_="vzreboot", id_="104", user=f"{user}!other", work=_nothing
            )
        found = await stage.driver.own_tasks(CLUSTER, [NODE], 0)
        assert len(found) == 5
        assert upid in {task.upid for task in found}
