"""Silence: what the bot says and does while Proxmox does not answer."""

import asyncio
from pathlib import Path

from bot.simulation.proxmox.faults import hold, refuse
from bot.simulation.proxmox.passing import Passing
from tests.journey.stage import staged


async def test_a_vote_while_proxmox_is_silent_is_not_counted(tmp_path: Path) -> None:
    """The approver is told so, nothing moves, and the same button works once it answers."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        silent = stage.pve.on_call("GET /nodes/pve1/lxc/101/*", refuse(595, "No route to host"))
        told = await stage.answer_to_press("bob", "Approve")
        assert "Proxmox does not answer" in told
        assert "Nothing changed" in told
        assert "Your vote is not counted." in told
        assert "approved by 0 of 1" in stage.shown()
        stage.pve.remove_hook(silent)
        await stage.press("bob", "Approve")
        await stage.result("ana", "web-01 has 4 GiB (was 2)")


async def test_a_host_that_refuses_connections_is_silent_too(tmp_path: Path) -> None:
    """With the only host down a vote is not counted; nothing is lost when it is back."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        port = int(stage.pve.url.rpartition(":")[2])
        await stage.pve.close_host("pve1")
        assert "does not answer" in await stage.answer_to_press("bob", "Approve")
        await stage.pve.open_host("pve1", port)
        await stage.press("bob", "Approve")
        await stage.result("ana", "web-01 has 4 GiB (was 2)")


async def test_a_claim_waits_until_proxmox_is_back(tmp_path: Path) -> None:
    """An approved request stays approved while nothing can be read, and then goes on by itself."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        reads = []

        async def silent_after_the_vote(passing: Passing) -> None:
            reads.append(passing.path)
            if len(reads) in {2, 3}:
                passing.refuse(595, "No route to host")

        stage.pve.on_call("GET /nodes/pve1/lxc/101/config", silent_after_the_vote)
        await stage.press("bob", "Approve")
        await stage.card_says("Approved")
        assert stage.memory(101) == 2048
        await stage.result("ana", "web-01 has 4 GiB (was 2)")


async def test_a_read_that_takes_long_is_acknowledged_and_answered_later(tmp_path: Path) -> None:
    """Within three seconds something is said, and the answer follows by itself."""
    async with staged(tmp_path) as stage:
        gate = asyncio.Event()
        stage.pve.on_call("GET /cluster/resources", hold(gate), times=1)
        reply = await stage.ask("ana", "headroom")
        assert reply.message is not None
        assert "On it: headroom" in stage.says(reply.message)
        gate.set()
        await stage.until(
            lambda: "18 of 14.4 GiB" in stage.says(stage.slack.ephemerals_for("ana")[-1])
        )
        assert stage.slack.late_acks == 0
