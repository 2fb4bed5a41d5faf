"""The simulated Proxmox through the real proxmoxer: tasks, power, HA, snapshots, migration."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from proxmoxer.core import ResourceException

from bot.simulation.proxmox import SimulatedProxmox
from tests.contract.proxmox_client import ask, connect, exit_of


@pytest.fixture
async def pve() -> AsyncIterator[SimulatedProxmox]:
    """Serve the founding host; tasks end at once."""
    async with SimulatedProxmox(scenario="ilinux", time_scale=0) as simulated:
        yield simulated


@pytest.fixture
async def trio() -> AsyncIterator[SimulatedProxmox]:
    """Serve the cluster of three; tasks end at once."""
    async with SimulatedProxmox(scenario="trio", time_scale=0) as simulated:
        yield simulated


def tasks_of(pve: SimulatedProxmox, type_: str) -> list[Any]:
    """Return the tasks of a type."""
    return [task for task in pve.world.tasks if task.type == type_]


async def test_reboot_applies_what_waits_and_starts_in_a_task_of_its_own(
    pve: SimulatedProxmox,
) -> None:
    """Qmreboot ends when the VM is down; a qmstart of root@pam follows and merges pending."""
    vm = connect(pve).nodes("pve1").qemu(106)
    pve.world.guest(106).leave_pending(memory="6144")
    upid = await ask(vm.status.reboot.post)
    assert await exit_of(pve, upid) == "OK"
    [started] = tasks_of(pve, "qmstart")
    await started.done.wait()
    assert started.user == "root@pam"
    assert pve.world.guest(106).running
    assert pve.world.guest(106).memory_mib == 6144


async def test_guest_that_ignores_shutdown_stays_up(pve: SimulatedProxmox) -> None:
    """The task fails with the time-out's text; nobody pulls the plug."""
    pve.world.guest(106).ignores_shutdown = True
    upid = await ask(connect(pve).nodes("pve1").qemu(106).status.shutdown.post)
    assert await exit_of(pve, upid) == "VM quit/powerdown failed - got timeout"
    assert pve.world.guest(106).running


async def test_waiting_shutdown_holds_the_configuration() -> None:
    """A change meanwhile ends with the lock's time-out; stop can overrule the shutdown."""
    async with SimulatedProxmox(time_scale=0.01) as pve:
        pve.world.guest(106).ignores_shutdown = True
        vm = connect(pve).nodes("pve1").qemu(106)
        upid = await ask(lambda: vm.status.shutdown.post(timeout=100_000))
        with pytest.raises(ResourceException) as raised:
            await ask(lambda: vm.config.put(memory=6144))
        text = "can't lock file '/var/lock/qemu-server/lock-106.conf' - got timeout"
        assert raised.value.content == text
        stop = await ask(lambda: vm.status.stop.post(**{"overrule-shutdown": 1}))
        assert await exit_of(pve, stop) == "OK"
        assert await exit_of(pve, upid) == "received interrupt"
        assert not pve.world.guest(106).running


async def test_start_that_cannot_work_fails_in_the_task_and_keeps_the_change(
    pve: SimulatedProxmox,
) -> None:
    """More CPUs than the node has break the start; the values are merged all the same."""
    guest = pve.world.guest(106)
    pve.world.halt(guest)
    guest.leave_pending(cores="8")
    upid = await ask(connect(pve).nodes("pve1").qemu(106).status.start.post)
    assert await exit_of(pve, upid) == "MAX 4 vcpus allowed per VM on this node"
    assert guest.config.values["cores"] == "8"
    assert not guest.running


async def test_next_task_of_a_type_can_be_made_to_fail(pve: SimulatedProxmox) -> None:
    """The API accepts, the task decides; nothing has happened."""
    pve.world.tasks.fail_next("resize", "command 'lvextend' failed: exit code 5")
    ct = connect(pve).nodes("pve1").lxc(101)
    upid = await ask(lambda: ct.resize.put(disk="rootfs", size="+1G"))
    assert await exit_of(pve, upid) == "command 'lvextend' failed: exit code 5"
    assert "size=20G" in pve.world.guest(101).text


async def test_next_task_of_a_type_can_be_held(pve: SimulatedProxmox) -> None:
    """It has begun and done nothing until it may go on."""
    goes_on = asyncio.Event()
    begun = pve.world.tasks.hold_next("vzshutdown", goes_on)
    upid = await ask(connect(pve).nodes("pve1").lxc(101).status.shutdown.post)
    await begun.wait()
    assert pve.world.guest(101).running
    goes_on.set()
    assert await exit_of(pve, upid) == "OK"
    assert not pve.world.guest(101).running


async def test_task_log_and_state(pve: SimulatedProxmox) -> None:
    """A task tells its owner and its lines; the last one says how it ended."""
    node = connect(pve).nodes("pve1")
    upid = await ask(lambda: node.qemu(106).config.post(memory=6144))
    await exit_of(pve, upid)
    state = await ask(node.tasks(upid).status.get)
    log = await ask(node.tasks(upid).log.get)
    assert (state["user"], state["tokenid"], state["type"]) == ("headroom@pve", "bot", "qmconfig")
    assert [line["t"] for line in log] == ["update VM 106: -memory 6144", "TASK OK"]


async def test_token_sees_only_its_own_tasks(pve: SimulatedProxmox) -> None:
    """Without Sys.Audit a token cannot read what others started."""
    pve.world.access.revoke("Sys.Audit")
    root = connect(pve, pve.root_token).nodes("pve1")
    upid = await ask(lambda: root.qemu(106).config.post(memory=6144))
    mine = connect(pve).nodes("pve1")
    with pytest.raises(ResourceException) as raised:
        await ask(mine.tasks(upid).status.get)
    assert raised.value.status_code == 403
    assert await ask(connect(pve).cluster.tasks.get) == []


async def test_unknown_task_is_400(pve: SimulatedProxmox) -> None:
    """A UPID nobody knows is a wrong parameter."""
    upid = "UPID:pve1:00001234:00001234:6B03F000:qmstart:100:root@pam:"
    with pytest.raises(ResourceException) as raised:
        await ask(connect(pve).nodes("pve1").tasks(upid).status.get)
    assert (raised.value.status_code, raised.value.errors) == (400, {"upid": "no such task"})


async def test_ha_stop_ends_before_the_guest_does(trio: SimulatedProxmox) -> None:
    """`hastop` only tells the manager, which acts later in a task of root@pam."""
    guest = trio.world.guest(102)
    trio.world.ha_acts = False
    api = connect(trio).nodes(guest.node).qemu(102)
    upid = await ask(api.status.shutdown.post)
    assert upid.split(":")[5] == "hastop"
    assert await exit_of(trio, upid) == "OK"
    current = await ask(api.status.current.get)
    assert current["status"] == "running"
    assert current["ha"] == {"managed": 1, "state": "request_stop"}


async def test_ha_manager_acts_in_the_end(trio: SimulatedProxmox) -> None:
    """The guest's own stop is a task the token did not start."""
    guest = trio.world.guest(102)
    upid = await ask(connect(trio).nodes(guest.node).qemu(102).status.shutdown.post)
    await exit_of(trio, upid)
    [stopped] = await eventually(trio, "qmshutdown")
    await stopped.done.wait()
    assert stopped.user == "root@pam"
    assert not guest.running


async def eventually(pve: SimulatedProxmox, type_: str) -> list[Any]:
    """Give the event loop turns until a task of the type is there."""
    while not tasks_of(pve, type_):
        await pve.world.clock.wait(0)
    return tasks_of(pve, type_)


async def test_rollback_brings_the_old_memory_back(pve: SimulatedProxmox) -> None:
    """A snapshot keeps configuration and disk size; going back stops the guest."""
    ct = connect(pve).nodes("pve1").lxc(101)
    taken = await ask(lambda: ct.snapshot.post(snapname="before", description="d"))
    assert await exit_of(pve, taken) == "OK"
    await ask(lambda: ct.config.put(memory=4096))
    grown = await ask(lambda: ct.resize.put(disk="rootfs", size="30G"))
    assert await exit_of(pve, grown) == "OK"
    back = await ask(lambda: ct.snapshot("before").rollback.post(start=1))
    assert await exit_of(pve, back) == "OK"
    guest = pve.world.guest(101)
    assert (guest.memory_mib, guest.running) == (2048, True)
    assert "size=20G" in guest.text
    names = [row["name"] for row in await ask(ct.snapshot.get)]
    assert names == ["before", "current"]
    gone = await ask(ct.snapshot("before").delete)
    assert await exit_of(pve, gone) == "OK"
    assert "parent" not in guest.config.values


async def test_plain_volume_group_has_no_snapshots(pve: SimulatedProxmox) -> None:
    """`mail` has a disk on thick LVM."""
    upid = await ask(lambda: connect(pve).nodes("pve1").lxc(103).snapshot.post(snapname="s1"))
    assert await exit_of(pve, upid) == "snapshot feature is not available"


async def test_live_migration_moves_the_guest(trio: SimulatedProxmox) -> None:
    """A VM on shared storage goes to another node while it runs."""
    guest = trio.world.guest(107)
    target = next(name for name in trio.world.nodes if name != guest.node)
    vm = connect(trio).nodes(guest.node).qemu(107)
    allowed = await ask(lambda: vm.migrate.get(target=target))
    upid = await ask(lambda: vm.migrate.post(target=target, online=1))
    assert await exit_of(trio, upid) == "OK"
    assert target in allowed["allowed_nodes"]
    assert (guest.node, guest.running, guest.lock) == (target, True, None)


async def test_container_moves_by_restart_with_its_local_disk(trio: SimulatedProxmox) -> None:
    """A CT is stopped, moved with its ZFS volume, and started."""
    guest = trio.world.guest(205)
    target = next(name for name in trio.world.nodes if name != guest.node)
    upid = await ask(
        lambda: connect(trio).nodes(guest.node).lxc(205).migrate.post(target=target, restart=1)
    )
    assert await exit_of(trio, upid) == "OK"
    pool = trio.world.storages["local-zfs"].pool(target)
    assert pool is not None
    assert any(volume.vmid == 205 for volume in pool.volumes.values())
    assert guest.running


async def test_hotplug_that_stops_half_way(trio: SimulatedProxmox) -> None:
    """The answer is 400; part is in force and the rest still waits."""
    guest = trio.world.guest(104)
    guest.hotplug_limit = 1
    vm = connect(trio).nodes(guest.node).qemu(104)
    with pytest.raises(ResourceException) as raised:
        await ask(lambda: vm.config.put(memory=16384))
    assert raised.value.status_code == 400
    assert guest.config.pending == {"memory": "16384"}
    assert 12288 < guest.memory_mib < 16384


async def test_backup_of_a_guest_elsewhere_is_no_task(trio: SimulatedProxmox) -> None:
    """Vzdump answers OK, and nothing is backed up, when the guest is on another node."""
    guest = trio.world.guest(205)
    other = next(name for name in trio.world.nodes if name != guest.node)
    here = connect(trio).nodes(guest.node)
    there = connect(trio).nodes(other)
    assert await ask(lambda: there.vzdump.post(vmid=205, storage="local")) == "OK"
    upid = await ask(lambda: here.vzdump.post(vmid=205, storage="local"))
    assert await exit_of(trio, upid) == "OK"
    rows = await ask(lambda: here.storage("local").content.get(content="backup", vmid=205))
    assert len(rows) == 1


async def test_node_that_is_down_answers_595_and_its_guests_are_unknown(
    trio: SimulatedProxmox,
) -> None:
    """The others still answer; the lost node's tasks died with it."""
    guest = trio.world.guest(205)
    trio.world.take_down(guest.node)
    answering = next(name for name in trio.world.nodes if name != guest.node)
    api = connect(trio, url=await trio.open_host(answering))
    with pytest.raises(ResourceException) as raised:
        await ask(api.nodes(guest.node).lxc(205).config.get)
    rows = await ask(lambda: api.cluster.resources.get(type="vm"))
    assert raised.value.status_code == 595
    assert {row["status"] for row in rows if row["node"] == guest.node} == {"unknown"}


async def test_without_quorum_nothing_can_be_written(trio: SimulatedProxmox) -> None:
    """Reads go on."""
    trio.world.quorate = False
    guest = trio.world.guest(205)
    ct = connect(trio).nodes(guest.node).lxc(205)
    with pytest.raises(ResourceException) as raised:
        await ask(lambda: ct.config.put(memory=4096))
    assert raised.value.content == "cluster not ready - no quorum?"
    assert (await ask(ct.config.get))["memory"] == guest.memory_mib


async def test_interrupted_task_says_so() -> None:
    """DELETE on a task answers before it has ended."""
    async with SimulatedProxmox(time_scale=1) as pve:
        node = connect(pve).nodes("pve1")
        upid = await ask(lambda: node.lxc(101).snapshot.post(snapname="s1"))
        await ask(node.tasks(upid).delete)
        async with asyncio.timeout(5):
            assert await exit_of(pve, upid) == "received interrupt"
        assert pve.world.guest(101).lock is None
