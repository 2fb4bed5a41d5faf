"""The port Hypervisor against the simulated Proxmox VE, over real HTTPS: reading and changing."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.model.estate import StorageKind
from bot.model.guest import GuestRef
from bot.ports import Hypervisor
from tests.contract.hypervisors import CLUSTER, CT, NODE, VM, Stage, staged, step

GIB = 1024**3


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Serve the founding host."""
    async with staged() as ready:
        yield ready


async def test_the_driver_is_a_hypervisor(stage: Stage) -> None:
    """It satisfies the port (mypy checks this line) and names its clusters."""
    port: Hypervisor = stage.driver
    assert port.clusters() == (CLUSTER,)


async def test_the_picture_of_the_founding_host(stage: Stage) -> None:
    """Two calls tell the node, its seven guests and its storages."""
    picture = await stage.driver.picture(CLUSTER)
    assert sorted(stage.host.calls) == ["GET /cluster/resources", "GET /cluster/status"]
    assert (picture.read_at, picture.quorate) == (stage.host.ms, True)
    assert [n.memory_mib for n in picture.nodes] == [16384]
    assert sorted(g.ref.vmid for g in picture.guests) == list(range(101, 108))
    build = picture.guest(CT)
    assert build is not None
    assert (build.name, build.memory_mib, build.pool, build.tags) == (
        "build-7",
        4096,
        "dev",
        ("ci",),
    )


async def test_a_ct_read_fresh_takes_two_calls(stage: Stage) -> None:
    """Config in force, what waits and digest come from `pending`; the pool from the picture."""
    await stage.driver.picture(CLUSTER)
    stage.host.told.clear()
    facts = await stage.driver.guest(CT, NODE)
    assert sorted(stage.host.calls) == [
        "GET /nodes/{node}/lxc/{vmid}/pending",
        "GET /nodes/{node}/lxc/{vmid}/status/current",
    ]
    assert (facts.name, facts.status, facts.config["memory"]) == ("build-7", "running", "4096")
    assert (facts.pool, facts.tags, facts.used_mib) == ("dev", ("ci",), 819)
    assert facts.identity.comparable
    assert facts.digest == stage.pve.world.guest(104).digest
    assert [(d.slot, d.size_bytes, d.why_not) for d in facts.disks] == [("rootfs", 80 * GIB, "")]


async def test_a_guest_read_first_looks_for_its_pool(stage: Stage) -> None:
    """Without a picture a third call finds the pool: a rule may rest on it."""
    facts = await stage.driver.guest(VM, NODE)
    assert facts.pool == "prod"
    assert len(stage.host.calls) == 3


async def test_a_vm_with_a_waiting_value(stage: Stage) -> None:
    """The value in force and the one that waits are told apart."""
    task = await stage.ended(await stage.change(VM, step("config", "POST", memory="6144")))
    facts = await stage.driver.guest(VM, NODE)
    assert (task.ok, task.type) == (True, "qmconfig")
    assert (facts.config["memory"], facts.pending) == ("4096", {"memory": "6144"})
    assert await stage.driver.slow_scan([VM, CT], CLUSTER) == {
        106: (True, 6144),
        104: (False, None),
    }


async def test_memory_of_a_ct_changes_at_once(stage: Stage) -> None:
    """An LXC PUT leaves no task; the value is in force when it answers."""
    before = await stage.driver.guest(CT, NODE)
    answer = await stage.change(CT, step("config", memory="6144", digest=True), before.digest)
    assert answer == ""
    assert stage.pve.calls[-1].params == {"memory": "6144", "digest": before.digest}
    after = await stage.driver.guest(CT, NODE)
    assert (after.config["memory"], after.pending) == ("6144", {})


async def test_the_digest_goes_along_where_the_step_asks(stage: Stage) -> None:
    """A step without `digest` sends none."""
    await stage.change(CT, step("config", swap="1024"), "not sent")
    assert stage.pve.calls[-1].params == {"swap": "1024"}


@pytest.mark.parametrize(("ref", "slot", "size"), [(CT, "rootfs", "90G"), (VM, "scsi0", "100G")])
async def test_a_disk_grows(stage: Stage, ref: GuestRef, slot: str, size: str) -> None:
    """A resize to an absolute size is a task, for both kinds."""
    task = await stage.ended(await stage.change(ref, step("resize", disk=slot, size=size)))
    disk = (await stage.driver.guest(ref, NODE)).disk(slot)
    assert task.ok
    assert disk is not None
    assert disk.size_bytes == int(size.rstrip("G")) * GIB


async def test_a_shrinking_disk_fails_in_the_task(stage: Stage) -> None:
    """For a VM the call is accepted and the task tells the refusal, with its log."""
    task = await stage.ended(await stage.change(VM, step("resize", disk="scsi0", size="1G")))
    assert not task.ok
    assert "shrinking disks is not supported" in task.exit_text
    assert any("TASK ERROR" in line for line in task.log_tail)


async def test_power_is_a_task(stage: Stage) -> None:
    """A stopped CT starts, and is seen running."""
    old_wiki = next(g for g in (await stage.driver.picture(CLUSTER)).guests if g.name == "old-wiki")
    task = await stage.ended(await stage.change(old_wiki.ref, step("status/start", "POST")))
    assert (task.ok, task.type) == (True, "vzstart")
    assert (await stage.driver.guest(old_wiki.ref, NODE)).status == "running"


async def test_our_own_tasks_are_found_again(stage: Stage) -> None:
    """After a lost answer the task is found by token, vmid and time; other people's are not."""
    since = int(stage.pve.world.clock.now()) - 1
    assert await stage.driver.tasks_of(VM, NODE, since) == ()
    upid = await stage.change(VM, step("config", "POST", cores="3"))
    await stage.ended(upid)
    found = await stage.driver.tasks_of(VM, NODE, since)
    assert [(t.upid, t.running, t.ok) for t in found] == [(upid, False, True)]
    assert await stage.driver.tasks_of(VM, NODE, since + 3600) == ()
    assert await stage.driver.tasks_of(CT, NODE, since) == ()


async def test_rights_are_asked_once_a_minute(stage: Stage) -> None:
    """An answer is reused for 60 s, then asked again."""
    rights = await stage.driver.rights(CLUSTER)
    stage.host.ms += 60_000
    await stage.driver.rights(CLUSTER)
    assert stage.host.calls == ["GET /access/permissions"]
    stage.host.ms += 1
    await stage.driver.rights(CLUSTER)
    assert stage.host.calls == ["GET /access/permissions"] * 2
    assert rights.holds("/vms/104", "VM.Config.Memory")
    assert not rights.holds("/vms/104", "VM.Allocate")


async def test_node_and_storages(stage: Stage) -> None:
    """A node's memory, its storages' kinds and figures, and the sum of disk sizes where asked."""
    node = await stage.driver.node(CLUSTER, NODE)
    found = await stage.driver.storages(CLUSTER, NODE, provisioned=frozenset({"local-lvm"}))
    by_name = {s.name: s for s in found}
    assert (node.memory_mib, node.cpus, node.online) == (16384, 4, True)
    assert by_name["local-lvm"].kind is StorageKind.THIN
    assert by_name["vgdata"].kind is StorageKind.THICK
    assert (by_name["local-lvm"].provisioned_bytes or 0) > (by_name["local-lvm"].total_bytes or 0)
    assert by_name["tank"].provisioned_bytes is None


async def test_calls_run_side_by_side(stage: Stage) -> None:
    """Many readers share one client: every answer goes to who asked."""
    picture = await stage.driver.picture(CLUSTER)
    found = await asyncio.gather(
        *(stage.driver.guest(g.ref, g.node) for g in picture.guests for _ in range(8))
    )
    assert [f.ref for f in found] == [g.ref for g in picture.guests for _ in range(8)]
    assert {f.ref.vmid: f.name for f in found} == {g.ref.vmid: g.name for g in picture.guests}


async def test_every_call_is_told(stage: Stage) -> None:
    """Cluster, call without names, and outcome; for metrics."""
    await stage.driver.node(CLUSTER, NODE)
    assert stage.host.told == [(CLUSTER, "GET /nodes/{node}/status", 0.0, "ok")]
