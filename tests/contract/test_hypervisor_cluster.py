"""The driver and the inventory in front of a cluster of three, with HA and shared storage."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from bot.inventory import Inventory
from bot.model.errors import GuestMissing, Unreachable
from bot.model.guest import GuestRef, GuestSummary, Kind
from bot.ports import Clock
from bot.simulation.proxmox.storage import Backup
from tests.contract.hypervisors import CLUSTER, CT, Stage, staged, step

SHOP = GuestRef(cluster=CLUSTER, kind=Kind.VM, vmid=102)
CRM = GuestRef(cluster=CLUSTER, kind=Kind.VM, vmid=113)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Serve three nodes."""
    async with staged("trio") as ready:
        yield ready


@pytest.fixture
async def inventory(stage: Stage) -> AsyncIterator[Inventory]:
    """Look at them, with the host's clock."""
    ready = Inventory(stage.driver, cast("Clock", stage.host))
    yield ready
    await ready.close()


async def summary(stage: Stage, ref: GuestRef) -> GuestSummary:
    """Return the guest as the picture shows it."""
    found = (await stage.driver.picture(CLUSTER)).guest(ref)
    assert found is not None
    return found


async def test_every_guest_can_be_read(stage: Stage) -> None:
    """Picture and fresh read agree on every guest of the cluster."""
    picture = await stage.driver.picture(CLUSTER)
    for shown in picture.guests:
        read = await stage.driver.guest(shown.ref, shown.node)
        assert (read.name, read.status, read.tags) == (shown.name, shown.status, shown.tags)
        assert (read.pool, read.template, read.ha_state) == (
            shown.pool,
            shown.template,
            shown.ha_state,
        )
        assert (read.identity.comparable, read.lock) == (True, shown.lock)


async def test_a_shared_storage_stands_once_per_node(stage: Stage) -> None:
    """Flagged, with the same figures everywhere, and one place for reservations."""
    picture = await stage.driver.picture(CLUSTER)
    ceph = [s for s in picture.storages if s.name == "ceph"]
    assert sorted(s.node for s in ceph) == ["pve1", "pve2", "pve3"]
    assert {s.place for s in ceph} == {"storage/ceph"}
    assert len({(s.total_bytes, s.used_bytes) for s in ceph}) == 1


async def test_a_node_that_died(stage: Stage) -> None:
    """Its guests are unknown, not stopped; asking it says it cannot be reached."""
    at = (await summary(stage, SHOP)).node
    stage.pve.world.take_down("pve3")
    picture = await stage.driver.picture(CLUSTER)
    lost = [g for g in picture.guests if g.node == "pve3"]
    assert at != "pve3"
    assert [n.name for n in picture.nodes if not n.online] == ["pve3"]
    assert {g.status for g in lost} == {"unknown"}
    assert {g.used_mib for g in lost} == {None}
    with pytest.raises(Unreachable, match="node pve3 of ilinux"):
        await stage.driver.node(CLUSTER, "pve3")


async def test_a_guest_that_moved(stage: Stage, inventory: Inventory) -> None:
    """The old node says it is missing; a fresh look finds the new one."""
    before = await inventory.locate(SHOP)
    stage.pve.world.migrate(102, "pve3")
    with pytest.raises(GuestMissing):
        await stage.driver.guest(SHOP, before)
    stage.host.ms += 1
    assert await inventory.locate(SHOP) == "pve3"
    assert (await stage.driver.guest(SHOP, "pve3")).node == "pve3"


async def test_snapshots_come_and_go(stage: Stage) -> None:
    """Taken, listed, and deleted again by the same steps a plan would hold."""
    node = (await summary(stage, CRM)).node
    for taken in (step("snapshot", "POST", snapname="before"), step("snapshot/before", "DELETE")):
        upid = await stage.driver.change(CRM, node, taken, "", deadline_ms=stage.deadline_ms)
        assert (await stage.ended(upid)).ok
        names = [s.name for s in await stage.driver.snapshots(CRM, node)]
        assert names == (["before"] if taken.method == "POST" else [])


async def test_a_snapshot_tells_its_memory(stage: Stage) -> None:
    """The memory it would bring back is that of when it was taken; no privilege, no figure."""
    node = (await summary(stage, CRM)).node
    taken = step("snapshot", "POST", snapname="before")
    upid = await stage.driver.change(CRM, node, taken, "", deadline_ms=stage.deadline_ms)
    assert (await stage.ended(upid)).ok
    guest = stage.pve.world.guest(CRM.vmid)
    memory = int(guest.config.values["memory"])
    guest.set(memory=str(memory * 2))
    assert memory == await stage.driver.snapshot_memory(CRM, node, "before")
    assert await stage.driver.snapshot_memory(CRM, node, "none") is None


async def test_the_age_of_a_backup(stage: Stage) -> None:
    """None until there is one; then when it was made."""
    node = (await summary(stage, CRM)).node
    assert await stage.driver.last_backup(CRM, node) is None
    kept = stage.pve.world.storages["local"].pools[node].backups
    kept += [Backup(f"local:backup/{n}.zst", 113, 1, 1_700_000_000 + n) for n in (2, 1)]
    assert await stage.driver.last_backup(CRM, node) == 1_700_000_002


async def test_the_slow_scan_over_the_wire(inventory: Inventory) -> None:
    """After it every guest but a template tells whether it starts at boot."""
    await inventory.picture(CLUSTER)
    await inventory.scanned(CLUSTER)
    picture = await inventory.picture(CLUSTER)
    known = {g.starts_at_boot is not None for g in picture.guests if not g.template}
    assert known == {True}
    assert any(g.starts_at_boot is False for g in picture.guests)


async def test_the_calls_of_a_memory_increase() -> None:
    """At most 8 calls to plan, and 8 to claim soon after the vote, to carry out and to read back."""
    async with staged() as stage:
        inventory = Inventory(stage.driver, cast("Clock", stage.host))
        await inventory.picture(CLUSTER)
        await inventory.scanned(CLUSTER)
        stage.host.ms += 60_001
        stage.host.told.clear()
        await _facts(stage, inventory)
        planned = len(stage.host.told)
        stage.host.ms += 5_000
        node = await _facts(stage, inventory)
        await stage.driver.tasks_of(CT, node, int(stage.pve.world.clock.now()) - 60)
        await stage.change(CT, step("config", memory="4608"))
        await stage.driver.guest(CT, node)
        await inventory.close()
    assert planned == 7
    assert len(stage.host.told) - planned == 8


async def _facts(stage: Stage, inventory: Inventory) -> str:
    """Read what a plan rests on."""
    node = await inventory.locate(CT, max_age_ms=10_000)
    await inventory.picture(CLUSTER)
    await stage.driver.guest(CT, node)
    await stage.driver.node(CLUSTER, node)
    await stage.driver.storages(CLUSTER, node)
    await stage.driver.rights(CLUSTER)
    return node
