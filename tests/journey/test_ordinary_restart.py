"""What a VM gets only at its next cold start: with a restart at a time, or waited for."""

import asyncio
from pathlib import Path

import requests

from bot.model.request import State
from bot.simulation.slack.messages import Message
from tests.journey.acts import (
    called,
    card_says,
    direct_message,
    eventually,
    flat,
    held,
    in_seconds,
    nothing_held,
    offered,
    told,
)
from tests.journey.stage import Stage, staged

APP1 = 106


async def waits(stage: Stage, how: str) -> Message:
    """Let Ana get 2 GiB more for `app1` that wait for a restart; return her direct message."""
    card = await stage.new_card("ana", f"request app1 memory=+2G {how} more heap")
    assert "app1 (VM 106, pve1) memory 4 → 6 GiB" in card
    await stage.press("bob", "Approve")
    message = await direct_message(stage, "ana", "Accepted, not in force: app1 still has 4 GiB")
    buttons = "[ Restart now ] [ At the next restart ] [ Take back ] [ Details ]"
    assert buttons in flat(stage.slack.shown(message))
    assert buttons in await card_says(stage, "Accepted, not in force")
    assert stage.memory(APP1) == 4096
    assert pending(stage) == {"memory": "6144"}
    assert await held(stage) == {"memory": 2048}
    return message


def pending(stage: Stage) -> dict[str, str]:
    """Return what waits for a restart of `app1`, as Proxmox keeps it."""
    return dict(stage.pve.world.guest(APP1).config.pending)


async def test_an_approver_offers_a_restart_at_a_time_and_it_happens_then(tmp_path: Path) -> None:
    """The card says what waits; at the time it is read again, shut down, started and verified."""
    async with staged(tmp_path) as stage:
        card = await stage.new_card("ana", "request app1 memory=+2G more heap")
        assert "Waits for a shutdown and start" in card
        assert "From approval on I hold 2 GiB on pve1 until it is in force" in card
        at = await in_seconds(stage, 4)
        values = {"timing": "at", "at": at, "with_restart": ["yes"]}
        assert "decides whether it will do" in await offered(stage, "bob", values)
        offer = await direct_message(stage, "ana", "offers instead")
        said = flat(stage.slack.shown(offer))
        assert "With a restart (shutdown, start). This restarts the guest" in said
        await stage.press("ana", "Accept the offer", offer)
        await card_says(stage, "the room is held")
        assert await held(stage) == {"memory": 2048}
        reads = len([c for c in stage.pve.calls if c.path.endswith("/qemu/106/config")])
        assert "app1 has 6 GiB (was 4)" in await told(stage, "ana", "Read back")
        assert len([c for c in stage.pve.calls if c.path.endswith("/qemu/106/config")]) > reads
        request = await stage.request()
        assert request.state is State.SUCCEEDED
        assert (request.started_at or 0) >= at * 1000
        changing = [c.path.rpartition("/106/")[2] for c in stage.pve.calls if c.method == "POST"]
        assert changing == ["config", "status/shutdown", "status/start"]
        assert stage.memory(APP1) == 6144
        assert not pending(stage)


async def test_nobody_pulls_the_plug_of_a_guest_that_does_not_shut_down(tmp_path: Path) -> None:
    """Partly done with an open end; what was accepted can be left to the next restart."""
    async with staged(tmp_path) as stage:
        stage.pve.world.guest(APP1).ignores_shutdown = True
        message = await waits(stage, "with-restart")
        said = flat(stage.slack.shown(message))
        assert "did not shut down within 180 s, and I do not pull the plug" in said
        assert (await stage.request()).state is State.PARTIAL
        assert called(stage, "POST status/shutdown") == [{"timeout": "180"}]
        assert not called(stage, "POST status/stop")
        assert stage.pve.world.guest(APP1).running
        answer = await stage.answer_to_press("ana", "At the next restart", message)
        assert "Left as it is" in answer
        assert pending(stage) == {"memory": "6144"}
        assert await held(stage) == {"memory": 2048}


async def test_what_waits_comes_into_force_by_the_button_that_restarts(tmp_path: Path) -> None:
    """`Restart now` reboots the guest through Proxmox, and the owner sees the value in force."""
    async with staged(tmp_path) as stage:
        stage.pve.world.guest(APP1).ignores_shutdown = True
        message = await waits(stage, "with-restart")
        stage.pve.world.guest(APP1).ignores_shutdown = False
        await stage.press("ana", "Restart now", message)
        await told(stage, "ana", "app1 was restarted and is running")
        await told(stage, "ana", "In force now: app1 has 6 GiB (was 4)")
        assert "app1 has 6 GiB (was 4)" in await card_says(stage, "Read back")
        assert called(stage, "POST status/reboot") == [{"timeout": "180"}]
        assert stage.memory(APP1) == 6144
        shown = [stage.slack.shown(m) for m in stage.slack.direct_messages("ana")]
        assert not [s for s in shown if "Accepted, not in force" in s]


async def test_the_owner_takes_back_what_waits_without_asking_anybody(tmp_path: Path) -> None:
    """`Take back` is a request born approved: the value is really gone from what waits."""
    async with staged(tmp_path) as stage:
        stage.pve.world.guest(APP1).ignores_shutdown = True
        message = await waits(stage, "with-restart")
        await stage.press("ana", "Take back", message)
        await told(stage, "ana", "6 GiB no longer waits on app1; it keeps 4 GiB")
        assert not pending(stage)
        assert stage.memory(APP1) == 4096
        assert "Taken back by @Ana" in await card_says(stage, "Taken back")
        assert len(stage.cards()) == 1
        await nothing_held(stage)
        seen = await stage.person("ana").press(message, "Take back", as_seen=True)
        assert seen.sent
        await stage.until(lambda: "nothing waits for a restart" in stage.slack.visible().lower())


async def test_somebody_elses_restart_is_noticed_and_the_owner_told(tmp_path: Path) -> None:
    """A value left to the next restart is followed until it is in force; then the card says so."""
    async with staged(tmp_path) as stage:
        await waits(stage, "at restart")
        assert (await stage.request()).state is State.SUCCEEDED
        world = stage.pve.world
        world.halt(world.guest(APP1))
        world.boot(world.guest(APP1))
        await told(stage, "ana", "In force now: app1 has 6 GiB (was 4)")
        assert "[ Give back ]" in await card_says(stage, "Read back")
        await nothing_held(stage)


async def test_what_somebody_reverts_in_the_web_interface_is_told(tmp_path: Path) -> None:
    """The owner hears that the waiting value is gone and that it was not the bot."""
    async with staged(tmp_path) as stage:
        await waits(stage, "at restart")
        stage.pve.world.guest(APP1).revert("memory")
        news = await told(stage, "ana", "You asked for it in")
        assert "Taken back by somebody in Proxmox, not through me" in news
        assert "it keeps 4 GiB" in await card_says(stage, "Taken back")
        await nothing_held(stage)


async def test_what_waits_can_be_taken_back_over_http(tmp_path: Path) -> None:
    """The same buttons work where Slack posts signed payloads."""
    async with staged(tmp_path, mode="http") as stage:
        message = await waits(stage, "at restart")
        await stage.press("ana", "Take back", message)
        await told(stage, "ana", "no longer waits on app1")
        assert not pending(stage)


async def test_what_came_and_what_was_taken_back_are_told_apart(tmp_path: Path) -> None:
    """Of two waiting values one is reverted in Proxmox, and a restart brings the other."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request app1 memory=+2G cores=+1 at restart")
        await stage.press("bob", "Approve")
        await told(stage, "ana", "app1 still has memory 4 GiB and 2 cores")
        stage.pve.world.guest(APP1).revert("cores")
        world = stage.pve.world
        world.halt(world.guest(APP1))
        world.boot(world.guest(APP1))
        news = await told(stage, "ana", "In force now: app1 has")
        assert "6 GiB (was 4)" in news
        assert "3 cores no longer waits on app1; it keeps 2 cores" in news


async def test_a_reboot_inside_the_guest_is_not_taken_for_the_restart(tmp_path: Path) -> None:
    """The VM's process goes on: the value waits, the room is held, and nothing is told as in force (21)."""
    async with staged(tmp_path) as stage:
        await waits(stage, "at restart")
        messages = len(stage.slack.direct_messages("ana"))
        await reset_by_hand(stage)
        looks = len(called(stage, "GET pending"))

        async def looked() -> bool:
            return len(called(stage, "GET pending")) > looks + 2

        await eventually(stage, looked)
        assert "a reboot inside is not enough" in await card_says(stage, "Accepted, not in force")
        assert len(stage.slack.direct_messages("ana")) == messages
        assert pending(stage) == {"memory": "6144"}
        assert await held(stage) == {"memory": 2048}


async def reset_by_hand(stage: Stage) -> None:
    """Press Reset in Proxmox's own interface: the guest boots anew within the same process."""
    pve = stage.pve
    url = f"{pve.url}/api2/json/nodes/pve1/qemu/{APP1}/status/reset"
    answer = await asyncio.to_thread(
        requests.post,
        url,
        headers={"Authorization": f"PVEAPIToken={pve.token}"},
        verify=str(pve.ca_file),
        timeout=9,
    )
    assert answer.status_code == 200
