"""The store's clock jumps back: what is over stays over, and nothing happens twice or too early."""

from dataclasses import replace
from pathlib import Path

from bot.clock import SystemClock
from bot.model.request import State
from bot.simulation.proxmox import faults
from bot.simulation.proxmox.passing import Passing
from tests.journey.acts import at_clock, eventually, in_seconds
from tests.journey.back import writes
from tests.journey.leaping import leaping
from tests.journey.stage import QUICK, Stage, flat
from tests.journey.test_cards_lost import SOON_OVER

CONFIG = "PUT /nodes/*/lxc/101/config"
SOON = replace(QUICK, send_within=1_000, settle=1_000)
"""An intent's deadline passes after a second, and a call without an answer is proven undone after two."""
BACK = 10 * 60_000
"""How far it jumps (ms)."""


async def until_the_host_says(stage: Stage, at: int) -> None:
    """Wait until the host's clock has passed that moment (ms) by a second."""

    async def passed() -> bool:
        return SystemClock().now() > at + 1_000

    await eventually(stage, passed)


async def test_what_has_expired_stays_expired(tmp_path: Path) -> None:
    """Its last moment is to come once more, and no vote counts all the same."""
    async with leaping(tmp_path, rules=SOON_OVER) as (stage, clocks):
        await stage.new_card("ana", "request web-01 memory=4G")
        card = stage.card()
        await stage.card_says("Expired")
        clocks.store -= BACK
        request = await stage.request()
        assert await stage.bot.store.now() < request.expires_at
        await stage.person("bob").press(card, "Approve", as_seen=True)
        await stage.until(lambda: stage.slack.ephemerals_for("bob"))
        said = flat(stage.says(stage.slack.ephemerals_for("bob")[-1]))
        assert f"Not counted: {request.handle} has expired" in said
        assert await stage.request() == request
        assert writes(stage) == []


async def test_a_request_that_waits_is_open_for_as_much_longer(tmp_path: Path) -> None:
    """Until the store's clock comes to its deadline votes count; it begins once it was asked for."""
    async with leaping(tmp_path, rules=SOON_OVER) as (stage, clocks):
        clocks.store += BACK
        assert "Recorded as" in await stage.told("ana", "request web-01 memory=4G")
        clocks.store -= BACK
        request = await stage.request()
        await until_the_host_says(stage, request.expires_at - BACK)
        assert (await stage.request()).state is State.PENDING
        await stage.press("bob", "Approve")
        await stage.card_says("I begin at")
        assert writes(stage) == []
        clocks.store += BACK
        await stage.card_says("Read back")
        assert len(writes(stage)) == 1


async def test_nothing_runs_before_its_time_nor_twice(tmp_path: Path) -> None:
    """The host's clock passes the time of a change, the store's comes to it later, and twice."""
    async with leaping(tmp_path) as (stage, clocks):
        at = await in_seconds(stage, 3)
        await stage.new_card("ana", f"request web-01 memory=+1G at {at_clock(at)}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        clocks.store -= BACK
        await until_the_host_says(stage, at * 1000)
        assert (await stage.request()).state is State.APPROVED
        assert writes(stage) == []
        clocks.store += BACK
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        clocks.store -= BACK
        done = await stage.request()
        clocks.store += BACK
        assert "Read back" in await stage.card_says("Read back")
        assert await stage.request() == done
        assert len(writes(stage)) == 1


async def test_a_call_under_way_is_made_once(tmp_path: Path) -> None:
    """It jumps between the intent and the answer: the change is read back as ever."""
    async with leaping(tmp_path) as (stage, clocks):

        async def jumps(_passing: Passing) -> None:
            clocks.store -= BACK

        await stage.new_card("ana", "request web-01 memory=+1G")
        stage.pve.on_call(CONFIG, jumps, times=1)
        await stage.press("bob", "Approve")
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        assert len(writes(stage)) == 1
        assert await stage.bot.store.broken_link() is None


async def test_no_proof_is_taken_too_early(tmp_path: Path) -> None:
    """A call without an answer and without effect is not repeated before the store's clock allows it."""
    async with leaping(tmp_path, terms=SOON) as (stage, clocks):
        cut = faults.cut_before()

        async def jumps(passing: Passing) -> None:
            clocks.store -= BACK
            await cut(passing)

        await stage.new_card("ana", "request web-01 memory=+1G")
        stage.pve.on_call(CONFIG, jumps, times=1)
        await stage.press("bob", "Approve")

        async def unknown() -> bool:
            return (await stage.request()).state is State.UNCERTAIN

        await eventually(stage, unknown)
        intent = (await stage.request()).journal[-1]
        await until_the_host_says(stage, intent.deadline + SOON.settle)
        assert (await stage.request()).state is State.UNCERTAIN
        assert len(writes(stage)) == 1
        clocks.store += BACK
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        assert len(writes(stage)) == 2
        assert await stage.bot.store.broken_link() is None
