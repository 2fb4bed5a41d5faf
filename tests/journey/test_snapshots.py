"""Taking, listing and removing snapshots, and going back to one."""

from pathlib import Path

import pytest

from tests.journey.stage import Stage, flat, staged

VM, CT = "app1", "web-01"


async def taken(stage: Stage, guest: str, name: str) -> None:
    """Let Ana take a snapshot, and wait for the result."""
    await stage.ask("ana", f"snapshot {guest} {name}")
    await stage.result("ana", f"{guest} has the snapshot {name}")


async def approved(stage: Stage, text: str) -> str:
    """Let Ana ask and Bob approve; return the card as Bob saw it."""
    card = flat(await stage.new_card("ana", text))
    await stage.press("bob", "Approve")
    return card


@pytest.mark.parametrize("guest", [VM, CT])
async def test_a_snapshot_is_taken_listed_and_removed(tmp_path: Path, guest: str) -> None:
    """Born approved when taken, listed with its reason, and removed after an approval."""
    async with staged(tmp_path) as stage:
        await stage.ask("ana", f"snapshot {guest} before-upgrade 1.2 to 1.3")
        await stage.result("ana", f"{guest} has the snapshot before-upgrade")
        kept = stage.pve.world.named(guest).config.snapshots
        assert list(kept) == ["before-upgrade"]
        assert stage.cards() == []
        listed = flat(await stage.told("bob", f"snapshots {guest}"))
        assert f"{guest} ({'VM 106' if guest == VM else 'CT 101'}) has 1 snapshot." in listed
        assert "1.2 to 1.3" in listed
        card = await approved(stage, f"delsnapshot {guest} before-upgrade")
        assert "snapshot before-upgrade removed" in card
        await stage.card_says(f"{guest} no longer has the snapshot before-upgrade")
        assert stage.pve.world.named(guest).config.snapshots == {}
        assert "has no snapshots" in await stage.told("ana", f"snapshots {guest}")


async def test_a_snapshot_without_a_name_gets_one(tmp_path: Path) -> None:
    """Without a name it is named after the minute."""
    async with staged(tmp_path) as stage:
        await stage.ask("ana", f"snapshot {CT}")
        await stage.result("ana", f"{CT} has the snapshot headroom-20")
        (name,) = stage.pve.world.named(CT).config.snapshots
        assert name.startswith("headroom-20")


async def test_what_cannot_be_a_snapshot_is_a_sentence(tmp_path: Path) -> None:
    """Names Proxmox does not take, names taken, snapshots that are not there, storage without them."""
    async with staged(tmp_path) as stage:
        await taken(stage, VM, "one")
        for text, sentence in (
            (f"snapshot {VM} one", "there is a snapshot one already. Take another name."),
            (f"snapshot {VM} current", "Proxmox keeps this name to itself"),
            (f"snapshot {VM} 9x", "a letter comes first"),
            (f"snapshot {VM} two!", "a snapshot cannot be called two!"),
            ("snapshot mail x1", "vgdata cannot take snapshots. A backup works there."),
            (f"rollback {VM} two", "there is no snapshot two. There are: one."),
            (f"delsnapshot {CT} two", "there is no snapshot two."),
            (f"rollback {VM}", "NAME is missing"),
        ):
            assert sentence in flat(await stage.told("ana", text))
        assert [c.method for c in stage.pve.calls if c.method != "GET"] == ["POST"]


async def test_zfs_goes_back_to_the_newest_only(tmp_path: Path) -> None:
    """An older snapshot on ZFS is refused with the name of the newest, before anybody is asked."""
    async with staged(tmp_path) as stage:
        await taken(stage, "db-01", "first")
        stage.pve.world.clock.advance(60)
        await taken(stage, "db-01", "second")
        said = flat(await stage.told("ana", "rollback db-01 first"))
        assert "goes back to the newest snapshot only, and first is older" in said
        assert "The newest is second." in said
        assert stage.cards() == []


@pytest.mark.parametrize("guest", [VM, CT])
async def test_a_rollback_says_what_is_lost_and_since_when(tmp_path: Path, guest: str) -> None:
    """It needs approval; card and dialog say what is lost; afterwards the guest's power is read back."""
    async with staged(tmp_path) as stage:
        await taken(stage, guest, "good")
        card = await approved(stage, f"rollback {guest} good it broke")
        assert "Everything written since the snapshot (Nov" in card
        assert "The rollback stops the guest." in card
        assert "I see no backup of it" in card or "Its last backup" in card
        confirmed = [h.text for h in stage.slack.happenings if "confirms" in (h.text or "")]
        assert "Everything written since the snapshot" in flat(confirmed[-1] or "")
        done = await stage.card_says("Done: rollback")
        assert f"{guest} is stopped" in done
        assert not stage.pve.world.named(guest).running


async def test_a_rollback_brings_the_old_memory_back_and_its_owner_is_told(tmp_path: Path) -> None:
    """The approver sees the memory that comes back; who was given the other one is told (30)."""
    async with staged(tmp_path) as stage:
        await taken(stage, CT, "good")
        await approved(stage, f"request {CT} memory=+1G")
        await stage.result("ana", f"{CT} has 3 GiB (was 2)")
        await stage.ask("dora", f"rollback {CT} good it broke")
        await stage.until(lambda: len(stage.cards()) == 2)
        assert "The snapshot brings its old memory back: 3 GiB → 2 GiB" in flat(stage.shown())
        rollback = (await stage.request()).handle
        await stage.press("bob", "Approve")
        await stage.result("dora", "Done: rollback")
        assert stage.memory(101) == 2048
        said = await stage.result("ana", "no longer has")
        assert "memory is 2 GiB, it was 3 GiB" in said
        assert f"{rollback} brought the old value back." in said
        assert "not me" not in said


async def test_a_rollback_that_fails_says_how_the_guest_is_now(tmp_path: Path) -> None:
    """The task's error is told, and whether the guest runs; nothing is called done."""
    async with staged(tmp_path) as stage:
        await taken(stage, CT, "good")
        stage.pve.world.tasks.fail_next("vzrollback", "zfs error: dataset is busy")
        await approved(stage, f"rollback {CT} good")
        said = await stage.card_says("Not done")
        assert "Proxmox refused the step rollback: zfs error: dataset is busy" in said
        assert f"{CT} is running." in said
        assert stage.pve.world.named(CT).running
