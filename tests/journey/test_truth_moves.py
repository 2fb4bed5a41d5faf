"""Between approval and run: what moved is judged anew, asked anew, or ends the request."""

from dataclasses import replace
from pathlib import Path

from tests.journey.stage import QUICK, Stage, soon, staged


async def _approved(stage: Stage, change: str) -> None:
    """Let Ana ask for something that begins in two seconds, and Bob approve it."""
    await stage.told("ana", "headroom")
    await stage.bot.parts.inventory.scanned("home")
    await stage.new_card("ana", f"request {change} at {soon()}")
    await stage.press("bob", "Approve")
    await stage.card_says("the room is held")


async def _held(stage: Stage) -> dict[str, list[str]]:
    """Return who holds room at which node."""
    ledgers = await stage.bot.store.ledgers("home")
    return {
        led.place: [r.handle for r in led.reservations]
        for led in ledgers
        if led.reservations and led.place.startswith("node/")
    }


async def test_a_guest_that_migrated_gets_its_memory_where_it_is(tmp_path: Path) -> None:
    """With the same verdict on the new node it runs there, and the reservation goes with it."""
    held_long = replace(QUICK, inventory_lag=60_000)
    async with staged(tmp_path, scenario="trio", terms=held_long) as stage:
        await _approved(stage, "dev-ana memory=+1G")
        handle = (await stage.request()).handle
        assert {"node/pve1": [handle]} == await _held(stage)
        stage.pve.world.migrate(300, "pve2")
        await stage.result("ana", "dev-ana has 2 GiB (was 1)")
        assert {"node/pve2": [handle]} == await _held(stage)
        sent = [call.path for call in stage.pve.calls if call.method != "GET"]
        assert sent == ["/nodes/pve2/lxc/300/config"]


async def test_a_guest_that_migrated_to_a_fuller_node_is_asked_about_anew(tmp_path: Path) -> None:
    """Another verdict on the new node: plan 2, no votes, the card and Ana are told why."""
    async with staged(tmp_path, scenario="trio") as stage:
        await _approved(stage, "wiki memory=+2G")
        stage.pve.world.migrate(205, "pve3")
        card = await stage.card_says("plan 2")
        assert "it is on pve3 now; room: fits → while others stay below" in card
        assert "approved by 0 of 1" in card
        assert "58.5 → 60.5 of 57.6 GiB" in card
        assert "It is decided anew." in await stage.result("ana", "it is on pve3 now")
        assert stage.memory(205) == 2048
        assert await _held(stage) == {}
        await stage.press("cyr", "Approve")
        await stage.result("ana", "wiki has 4 GiB (was 2)")


async def test_a_value_that_somebody_changed_meanwhile_is_asked_about_anew(tmp_path: Path) -> None:
    """The card says what moved, the votes are gone, and what was approved is not sent."""
    async with staged(tmp_path) as stage:
        await _approved(stage, "web-01 memory=+2G")
        stage.pve.world.guest(101).set(memory="3072")
        card = await stage.card_says("plan 2")
        assert "memory is 3 GiB now" in card
        assert "memory 3 → 4 GiB (+1 GiB)" in card
        assert "approved by 0 of 1" in card
        assert stage.memory(101) == 3072
        assert {call.method for call in stage.pve.calls} == {"GET"}


async def test_a_value_that_is_so_already_ends_the_request(tmp_path: Path) -> None:
    """Somebody did it by hand: cancelled, told, nothing sent, nothing held."""
    async with staged(tmp_path) as stage:
        await _approved(stage, "web-01 memory=+2G")
        stage.pve.world.guest(101).set(memory="4096")
        assert "nothing is left to do" in await stage.result("ana", "Cancelled")
        assert {call.method for call in stage.pve.calls} == {"GET"}
        assert await _held(stage) == {}


async def test_a_vmid_that_was_used_again_is_not_the_guest(tmp_path: Path) -> None:
    """The other guest under that number gets nothing, and Ana hears why."""
    async with staged(tmp_path) as stage:
        await _approved(stage, "web-01 memory=+2G")
        world = stage.pve.world
        text = world.guest(101).text.replace("web-01", "other").replace("BC:24:11", "BC:24:22")
        world.recreate(101, text)
        told = await stage.result("ana", "Cancelled")
        assert "web-01 is not the guest this was planned for: its number was used again" in told
        assert "[ Ask again ]" in told
        assert "[ Ask again ]" in await stage.card_says("Cancelled")
        assert stage.memory(101) == 2048
        assert {call.method for call in stage.pve.calls} == {"GET"}


async def test_a_guest_that_is_gone_ends_the_request(tmp_path: Path) -> None:
    """A destroyed guest is not waited for until the request expires."""
    async with staged(tmp_path) as stage:
        await _approved(stage, "web-01 memory=+2G")
        stage.pve.world.destroy(101)
        assert "CT 101 is no longer there" in await stage.result("ana", "Cancelled")
        assert await _held(stage) == {}


async def test_a_vote_on_a_guest_whose_number_was_used_again_ends_the_request(
    tmp_path: Path,
) -> None:
    """The approver is told that it is another guest; nothing can be approved any more."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        world = stage.pve.world
        world.recreate(101, world.guest(101).text.replace("BC:24:11", "BC:24:22"))
        told = await stage.answer_to_press("bob", "Approve")
        assert told.startswith("Not counted: web-01 is not the guest this was planned for")
        assert "[ Approve ]" not in await stage.card_says("Cancelled")
