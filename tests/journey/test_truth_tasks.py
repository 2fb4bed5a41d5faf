"""What Proxmox took is not what is in force: tasks decide, then what is read back."""

from dataclasses import replace
from pathlib import Path

from tests.journey.stage import QUICK, soon, staged


async def test_a_task_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    """Accepted by the API, error in the task: not done, and what it left waiting is reverted."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request app1 memory=+1G cores=3")
        text = "unable to write config: disk full"
        stage.pve.world.tasks.fail_next("qmconfig", text, after_effect=True)
        await stage.press("bob", "Approve")
        told = await stage.result("ana", "Not done")
        assert "app1 still has 4 GiB and 2 cores" in told
        assert text in told
        assert "Nothing waits." in told
        assert stage.pve.world.guest(106).config.pending == {}
        assert stage.memory(106) == 4096
        assert "[ Try again ]" in stage.shown()


async def test_a_disk_whose_task_fails_has_its_old_size(tmp_path: Path) -> None:
    """The error is Proxmox's own, the size is the one read back, and trying again works."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request app1 disk=+5G")
        stage.pve.world.tasks.fail_next("resize", "lvextend failed: insufficient free space")
        await stage.press("bob", "Approve")
        told = await stage.result("ana", "Not done")
        assert "app1 still has disk scsi0 84 GiB" in told
        assert "lvextend failed: insufficient free space" in told
        await stage.press("ana", "Try again", stage.slack.direct_messages("ana")[-1])
        await stage.card_says("@Ana asks")
        await stage.press("bob", "Approve")
        await stage.result("ana", "disk scsi0 89 GiB (was 84)")


async def test_hotplug_that_stops_half_way_says_what_is_in_force(tmp_path: Path) -> None:
    """Never "failed, nothing changed": what the VM has now, what was asked, and that nothing waits."""
    async with staged(tmp_path, scenario="trio") as stage:
        await stage.told("ana", "headroom")
        await stage.bot.parts.inventory.scanned("home")
        stage.pve.world.guest(104).hotplug_limit = 3
        await stage.new_card("ana", "request elastic-1 memory=+4G")
        await stage.press("bob", "Approve")
        told = await stage.result("ana", "Partly done")
        assert "elastic-1 has 13.5 GiB, not 16 (was 12)" in told
        assert "the running VM took no more of it than that" in told
        assert "Cannot allocate memory" in told
        assert "Nothing waits." in told
        assert "It also starts with what it has now." in told
        assert stage.memory(104) == 13824
        assert stage.pve.world.guest(104).config.pending == {}
        assert "[ Try again ]  [ Apply the rest at the next restart ]  [ Keep ]" in stage.shown()
        assert "Kept: elastic-1 stays as it is" in await stage.answer_to_press("ana", "Keep")


async def test_what_hotplug_did_not_take_can_wait_for_the_next_restart(tmp_path: Path) -> None:
    """The rest is asked for anew, waits in Proxmox instead of being taken back, and is followed."""
    async with staged(tmp_path, scenario="trio") as stage:
        await stage.told("ana", "headroom")
        await stage.bot.parts.inventory.scanned("home")
        stage.pve.world.guest(104).hotplug_limit = 3
        await stage.new_card("ana", "request elastic-1 memory=+4G")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Partly done")
        stage.pve.world.guest(104).hotplug_limit = 0
        await stage.press("ana", "Apply the rest at the next restart")
        card = await stage.card_says("the rest waits for its next shutdown and start")
        assert "memory 13.5 → 16 GiB" in card
        await stage.press("bob", "Approve")
        told = await stage.result("ana", "Accepted, not in force")
        assert "elastic-1 still has 13.5 GiB" in told
        assert stage.pve.world.guest(104).config.pending == {"memory": "16384"}
        assert "[ Take back ]" in stage.shown()


async def test_a_task_that_vanished_is_told_by_the_guest_itself(tmp_path: Path) -> None:
    """Its state, log and place in the list are gone: the value read back decides."""
    async with staged(tmp_path, terms=replace(QUICK, settle=500)) as stage:
        stage.pve.world.tasks.vanish_next("qmconfig")
        await stage.new_card("ana", "request app1 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Accepted, not in force")
        assert [c.method for c in stage.pve.calls if c.method != "GET"] == ["POST"]


async def test_a_task_that_vanished_without_an_effect_is_left_to_people(tmp_path: Path) -> None:
    """A call that left a task is never proven undone: it is said to be unknown, and not sent again."""
    async with staged(tmp_path, terms=replace(QUICK, settle=500)) as stage:
        stage.pve.world.tasks.vanish_next("qmconfig", after_effect=False)
        await stage.new_card("ana", "request app1 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("I do not know whether app1 has 5 GiB")
        handle = (await stage.request()).handle
        await stage.told("bob", f"resolve {handle} not-done the config shows 4 GiB")
        await stage.card_says("Marked so by @Bob")
        assert [c.method for c in stage.pve.calls if c.method != "GET"] == ["POST"]


async def test_a_value_that_others_left_waiting_is_never_overwritten(tmp_path: Path) -> None:
    """Both values are named, nobody is asked, and nothing is sent."""
    async with staged(tmp_path) as stage:
        stage.pve.world.guest(106).leave_pending(memory="8192")
        told = await stage.told("ana", "request app1 memory=+1G")
        assert (
            "another value of memory already waits for a restart: 8 GiB, in force is 4 GiB" in told
        )
        assert stage.cards() == []
        shown = await stage.told("ana", "show app1")
        assert "Waits for a shutdown and start: memory 8 GiB." in shown


async def test_a_value_left_waiting_before_the_vote_is_shown_to_the_approver(
    tmp_path: Path,
) -> None:
    """The vote does not count while another value waits on the same key; afterwards it does."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request app1 memory=+1G")
        guest = stage.pve.world.guest(106)
        guest.leave_pending(memory="8192")
        told = await stage.answer_to_press("bob", "Approve")
        assert told.startswith("Not counted: another value of memory already waits")
        assert guest.config.pending == {"memory": "8192"}
        guest.revert("memory")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Accepted, not in force")
        assert guest.config.pending == {"memory": "5120"}


async def test_a_value_left_waiting_after_the_approval_stays(tmp_path: Path) -> None:
    """The request ends with both values named; the other's value still waits."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", f"request app1 memory=+1G at {soon()}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        stage.pve.world.guest(106).leave_pending(memory="8192")
        told = await stage.result("ana", "Cancelled")
        assert "already waits for a restart: 8 GiB, in force is 4 GiB" in told
        assert stage.pve.world.guest(106).config.pending == {"memory": "8192"}


async def test_other_keys_that_wait_are_shown_before_the_approval(tmp_path: Path) -> None:
    """A restart would put them in force as well, so the card names them."""
    async with staged(tmp_path) as stage:
        stage.pve.world.guest(106).leave_pending(cores="4")
        card = await stage.new_card("ana", "request app1 memory=+1G")
        assert "Other values already wait for a restart: cores" in card


async def test_what_hotplug_did_not_take_is_tried_again(tmp_path: Path) -> None:
    """Try again asks for the rest alone, and what the VM then takes is read back (19)."""
    async with staged(tmp_path, scenario="trio") as stage:
        await stage.told("ana", "headroom")
        await stage.bot.parts.inventory.scanned("home")
        stage.pve.world.guest(104).hotplug_limit = 3
        await stage.new_card("ana", "request elastic-1 memory=+4G")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Partly done")
        stage.pve.world.guest(104).hotplug_limit = None
        await stage.press("ana", "Try again")
        assert "memory 13.5 → 16 GiB" in await stage.card_says("[ Approve ]")
        await stage.press("bob", "Approve")
        await stage.result("ana", "elastic-1 has 16 GiB (was 13.5)")
        assert stage.memory(104) == 16384
