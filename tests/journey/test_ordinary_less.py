"""Giving back: less is said, refused where it would kill, and counted only when Proxmox shows it."""

import asyncio
from pathlib import Path

from bot.model.request import State
from bot.simulation.proxmox.faults import hold
from tests.journey.acts import (
    at_clock,
    card_says,
    direct_message,
    eventually,
    flat,
    held,
    in_seconds,
    nothing_held,
    told,
)
from tests.journey.stage import staged

GIB = 1024**3


async def test_what_was_given_is_given_back_by_its_button(tmp_path: Path) -> None:
    """The button asks for the value from before; that is less, and says so."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request mail memory=+2G import")
        first = (await stage.request()).handle
        await stage.press("bob", "Approve")
        done = await direct_message(stage, "ana", "mail has 4 GiB (was 2)")
        await stage.press("ana", "Give back", done)
        await stage.until(lambda: len(stage.cards()) > 1)
        card = flat(stage.shown())
        assert "mail (CT 103, pve1) memory 4 → 2 GiB (2 GiB less)" in card
        assert f"gives back {first}" in card
        assert "Lowering the limit makes the kernel take memory back at once" in card
        await stage.press("bob", "Approve")
        await told(stage, "ana", "mail has 2 GiB (was 4)")
        assert "Give back" not in await card_says(stage, "Read back")
        assert stage.memory(103) == 2048
        await nothing_held(stage)


async def test_room_given_back_counts_once_the_inventory_shows_it(tmp_path: Path) -> None:
    """A picture from before the change proves nothing, whatever it happens to show."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request build-7 memory=-2G done with it")
        assert "memory 4 → 2 GiB (2 GiB less)" in flat(stage.shown())
        shows = asyncio.Event()
        stage.pve.on_call("GET /cluster/resources", hold(shows))
        await stage.press("bob", "Approve")
        await told(stage, "ana", "build-7 has 2 GiB (was 4)")
        assert await held(stage) == {"memory": -2048}
        pictures = [c for c in stage.pve.calls if c.path == "/cluster/resources"]
        shows.set()
        await nothing_held(stage)
        assert len([c for c in stage.pve.calls if c.path == "/cluster/resources"]) > len(pictures)


async def test_a_limit_below_what_is_used_is_refused_before_anybody_is_asked(
    tmp_path: Path,
) -> None:
    """The kernel would kill processes inside, so the lowest possible amount is named instead."""
    async with staged(tmp_path) as stage:
        answer = flat(await stage.told("ana", "request db-01 memory=-2G"))
        assert "2 GiB is too low: 2.2 GiB is in use" in answer
        assert "The lowest I take now is 2.4 GiB" in answer
        assert not stage.cards()


async def test_a_limit_that_became_too_low_meanwhile_is_not_set(tmp_path: Path) -> None:
    """What the guest uses is read again when its time comes, and the approved plan is cancelled."""
    async with staged(tmp_path) as stage:
        at = await in_seconds(stage, 3)
        await stage.new_card("ana", f"request build-7 memory=-2G at {at_clock(at)} off-peak")
        await stage.press("bob", "Approve")
        await card_says(stage, "Approved")
        stage.pve.world.guest(104).usage.mem = 3 * GIB
        result = await told(stage, "ana", "Cancelled")
        assert "2 GiB is too low: 3 GiB is in use" in result
        assert "Nothing changed" in result
        assert stage.memory(104) == 4096

        async def released() -> bool:
            return not await held(stage)

        await eventually(stage, released)
        assert (await stage.request()).state is State.CANCELLED
