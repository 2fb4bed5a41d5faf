"""Cores, disks, and several fields at once: what the card says before, and the result after."""

from pathlib import Path

import pytest

from tests.journey.acts import called, card_says, flat, held, nothing_held, told
from tests.journey.stage import Stage, staged

GIB = 1024**3


async def approved(stage: Stage, text: str, result: str) -> str:
    """Let Ana ask, Bob approve, and Ana be told; return what the card said before."""
    await stage.new_card("ana", f"request {text}")
    before = flat(stage.shown())
    await stage.press("bob", "Approve")
    await told(stage, "ana", result)
    return before


async def test_cores_of_a_vm_wait_for_a_restart_and_the_card_offers_what_helps_now(
    tmp_path: Path,
) -> None:
    """Plugged vCPUs could rise to cores × sockets at once, and so could the CPU limit."""
    async with staged(tmp_path, scenario="trio") as stage:
        stage.pve.world.guest(104).set(cpulimit="2")
        card = await approved(stage, "elastic-1 cores=+2 batch", "Accepted, not in force")
        assert "cores 4 → 6 (+2 cores): waits for a shutdown and start" in card
        assert "plugged vCPUs can rise now to at most 4 (ask for `vcpus`)" in card
        assert "the CPU limit can change now (`cpulimit`)" in card
        said = await card_says(stage, "Accepted, not in force")
        assert "elastic-1 still has 4 cores. With a shutdown and start it gets 6 cores" in said
        assert stage.pve.world.guest(104).config.values["cores"] == "4"
        assert stage.pve.world.guest(104).config.pending == {"cores": "6"}


async def test_vcpus_of_a_prepared_vm_are_plugged_while_it_runs(tmp_path: Path) -> None:
    """Where Proxmox can plug CPUs, no restart is needed, and the config in force has them."""
    async with staged(tmp_path, scenario="trio") as stage:
        card = await approved(stage, "elastic-1 vcpus=4 batch", "elastic-1 has plugged vCPUs 4")
        assert "plugged vCPUs 2 → 4 (+2 cores): live, no restart" in card
        assert stage.pve.world.guest(104).config.values["vcpus"] == "4"
        assert not stage.pve.world.guest(104).config.pending


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_cores_of_a_container_are_read_back_from_its_config(
    tmp_path: Path, mode: str
) -> None:
    """That Proxmox pins them within seconds is said, not claimed as seen."""
    async with staged(tmp_path, mode=mode) as stage:
        card = await approved(stage, "web-01 cores=4 batch", "web-01 has 4 cores (was 2)")
        assert "cores 2 → 4 (+2 cores): accepted at once" in card
        assert "Proxmox pins the cores within about ten seconds." in card
        said = await card_says(stage, "Read back")
        assert "within about ten seconds; I read the config, not the pinning" in said
        assert stage.pve.world.guest(101).config.values["cores"] == "4"


async def test_a_containers_disk_grows_with_its_file_system(tmp_path: Path) -> None:
    """The card shows the pool and what thin disks may still claim; the size sent is absolute."""
    async with staged(tmp_path) as stage:
        card = await approved(stage, "web-01 disk=+20G logs", "web-01 has disk rootfs 40 GiB")
        assert "disk rootfs 20 → 40 GiB (+20 GiB): live, no restart; cannot be shrunk again" in card
        assert "249.6 of 320 GiB used (78 %); its disks may then claim 352 GiB" in card
        assert "A full pool stops writes for all its guests" in card
        assert "How full its metadata is I do not read" in card
        said = await card_says(stage, "Read back")
        assert "Proxmox grows the container's file system in the same task" in said
        assert "Give back" not in said
        sent = called(stage, "PUT lxc/101/resize")
        assert [(c["disk"], c["size"]) for c in sent] == [("rootfs", "40G")]


async def test_the_disk_of_a_vm_leaves_work_inside_the_guest(tmp_path: Path) -> None:
    """Afterwards partition and file system are still to be grown, and the result says so."""
    async with staged(tmp_path) as stage:
        card = await approved(stage, "app1 disk=+20G logs", "app1 has disk scsi0 104 GiB (was 84)")
        assert "are still to be grown inside the guest" in card
        assert "I see no backup of it" in card
        said = await card_says(stage, "Read back")
        assert "Partition and file system are still to be grown inside the guest" in said
        assert [c["size"] for c in called(stage, "PUT qemu/106/resize")] == ["104G"]


async def test_the_same_delivery_twice_grows_a_disk_once(tmp_path: Path) -> None:
    """Slack repeats what it thinks was lost; one request, one resize, one result."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 disk=+20G logs")
        await stage.slack.redeliver(stage.slack.deliveries[-1].delivery)
        await stage.press("bob", "Approve")
        await stage.slack.redeliver(stage.slack.deliveries[-1].delivery)
        await told(stage, "ana", "web-01 has disk rootfs 40 GiB (was 20)")
        assert len(stage.cards()) == 1
        assert len(called(stage, "PUT lxc/101/resize")) == 1
        assert await stage.bot.store.open_requests() == ()


async def test_a_disk_is_never_shrunk(tmp_path: Path) -> None:
    """A smaller size is refused at once, with both sizes, and nobody is asked."""
    async with staged(tmp_path) as stage:
        answer = flat(await stage.told("ana", "request app1 disk=40G less of it"))
        assert "a disk cannot shrink: scsi0 has 84 GiB, you asked for 40 GiB" in answer
        assert not stage.cards()


async def test_several_fields_are_one_request_and_one_call(tmp_path: Path) -> None:
    """Each field has its line and its effect; all of them are written together and read back."""
    async with staged(tmp_path) as stage:
        text = "web-01 memory=+1G cores=+1 swap=1G more of everything"
        card = await approved(stage, text, "web-01 has memory 3 GiB (was 2)")
        assert "memory 2 → 3 GiB, swap 512 MiB → 1 GiB and cores 2 → 3" in card
        assert "Memory and swap: live, no restart; cores: accepted at once" in card
        assert "Reason: “more of everything”" in card
        sent = called(stage, "PUT lxc/101/config")
        assert [{k: v for k, v in c.items() if k != "digest"} for c in sent] == [
            {"memory": "3072", "cores": "3", "swap": "1024"}
        ]


async def test_a_container_needs_no_restart_even_if_one_was_asked_for(tmp_path: Path) -> None:
    """`at restart` and `with-restart` are answered: the value is live anyway, nothing restarts."""
    async with staged(tmp_path) as stage:
        card = await approved(stage, "web-01 memory=+1G at restart later", "web-01 has 3 GiB")
        assert "No restart is waited for or made: memory can change while it runs" in card
        card = await approved(stage, "web-01 memory=+1G with-restart", "web-01 has 4 GiB")
        assert "No restart is waited for or made" in card
        assert not [c for c in stage.pve.calls if "/status/" in c.path and c.method == "POST"]


async def test_a_stopped_guest_uses_its_new_value_from_its_next_start(tmp_path: Path) -> None:
    """Nothing starts it; the value is in its config, and the result says when it counts."""
    async with staged(tmp_path) as stage:
        card = await approved(stage, "old-wiki memory=+1G", "old-wiki has 2 GiB (was 1)")
        assert "from its next start (it is stopped)" in card
        assert "It is stopped: its next start uses this." in await card_says(stage, "Read back")
        assert not stage.pve.world.guest(105).running
        await nothing_held(stage)
        assert stage.memory(105) == 2048


async def test_the_storage_of_a_grown_disk_is_held_until_proxmox_shows_it(tmp_path: Path) -> None:
    """From the approval on the growth counts as taken."""
    async with staged(tmp_path) as stage:
        await approved(stage, "web-01 disk=+20G logs", "web-01 has disk rootfs 40 GiB")
        assert await held(stage) == {"storage:local-lvm": 20 * GIB}
