"""Sums: what counts, what is unknown and what would tell, and amounts in any spelling."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.simulation.proxmox.guest import Guest
from tests.journey.stage import RULES, Stage, flat, staged

GIB = 1024
ALONE = """
[[rule]]
name = "memory by anybody"
when = { operations = ["memory"] }
approvals = 0
"""


def counted(guests: Iterable[Guest]) -> float:
    """Return what these guests are promised (GiB), from their configuration files alone."""
    configs = [g for g in guests if g.config.values.get("template") != "1"]
    claim = [g for g in configs if g.running or g.config.values.get("onboot") == "1"]
    return sum(int(g.config.values["memory"]) for g in claim) / GIB


async def _looked_around(stage: Stage) -> None:
    """Wait until the bot has read who starts at boot."""
    await stage.told("ana", "headroom")
    await stage.bot.parts.inventory.scanned("home")


async def test_guests_that_run_or_start_at_boot_are_promised_memory_and_templates_are_not(
    tmp_path: Path,
) -> None:
    """VMs and CTs, running or not: the sums are those of the configuration files on the node."""
    async with staged(tmp_path, scenario="trio") as stage:
        await _looked_around(stage)
        headroom = await stage.told("ana", "headroom")
        for node in stage.pve.world.nodes:
            there = list(stage.pve.world.on_node(node))
            assert f"All guests on {node} are promised (configured) {counted(there):g} " in headroom
        asleep = [g.vmid for g in stage.pve.world.on_node("pve3") if not g.running]
        assert 113 in asleep
        before = counted(stage.pve.world.on_node("pve3"))
        card = await stage.new_card("ana", "request shop-2 memory=+512M")
        stays = counted(stage.pve.world.on_node("pve2"))
        assert f"on pve2 are promised (configured) {stays:g} → {stays + 0.5:g} of" in card
        stage.pve.world.destroy(113)
        assert before - 4 == counted(stage.pve.world.on_node("pve3"))


async def test_a_vm_that_hides_its_use_cannot_be_judged_and_needs_a_person(tmp_path: Path) -> None:
    """97 % may be page cache: what would tell is named, and a rule without approvals passes it by."""
    async with staged(tmp_path, rules=ALONE + RULES) as stage:
        usage = stage.pve.world.guest(106).usage
        usage.mem = int(0.97 * 4 * 2**30)
        usage.balloon_info = usage.agent = False
        card = await stage.new_card("ana", "request app1 memory=+1G")
        assert "I cannot tell whether it fits." in card
        assert "What would tell: guest agent or balloon figures of app1." in card
        assert "Rule resources · approved by 0 of 1" in card
        shown = await stage.told("ana", "show app1")
        assert "what the guest itself uses is not reported" in shown


async def test_the_same_vm_with_balloon_figures_is_judged(tmp_path: Path) -> None:
    """Once the guest reports its use, the rule without approvals lets the change pass."""
    async with staged(tmp_path, rules=ALONE + RULES) as stage:
        stage.pve.world.guest(106).usage.mem = int(0.97 * 4 * 2**30)
        await stage.ask("ana", "request app1 memory=+1G")
        await stage.result("ana", "Accepted, not in force")
        assert stage.cards() == []


async def test_balloon_minimum_and_memory_are_both_shown(tmp_path: Path) -> None:
    """What is guaranteed stands beside what is promised; memory under the minimum is never sent."""
    async with staged(tmp_path, scenario="trio") as stage:
        stage.pve.world.guest(105).set(balloon="1024", memory="4096")
        told = await stage.told("ana", "request elastic-2 memory=512M")
        assert (
            "Not recorded: the balloon minimum (1 GiB) may not exceed the memory (512 MiB)" in told
        )
        assert {call.method for call in stage.pve.calls} == {"GET"}
        card = await stage.new_card("ana", "request elastic-2 memory=6G")
        assert "memory 4 → 6 GiB" in card
        assert "The balloon minimum stays at 1 GiB: only that is guaranteed." in card
        less = await stage.new_card("ana", "request elastic-2 memory=3G")
        assert (
            "Guaranteed is the balloon minimum of 1 GiB; promised is the maximum of 3 GiB." in less
        )


async def test_what_fits_today_and_not_after_the_loss_of_a_node_says_so(tmp_path: Path) -> None:
    """Need and room of the survivors stand on the card; it changes the verdict and refuses nothing."""
    async with staged(tmp_path, scenario="trio") as stage:
        await _looked_around(stage)
        card = await stage.new_card("ana", "request pg-primary memory=+16G")
        assert "Fits today, but not if pve1 dies." in card
        assert "If pve1 dies, its HA guests need 8 GiB and pve2 + pve3 have 2.2 GiB" in card
        assert ": 5.8 GiB short" in card
        assert "Over the warning at 0" not in card
        assert "[ Approve ]" in card
        await stage.press("bob", "Approve")
        await stage.result("ana", "Accepted, not in force")


SPELLINGS = ("4g", "4096", "4 GiB", "+2G", "+100%", "double", "x2")


@pytest.mark.parametrize("typed", SPELLINGS)
async def test_an_amount_in_any_spelling_is_echoed_normalised(tmp_path: Path, typed: str) -> None:
    """However it is typed, the card says before, after and difference."""
    async with staged(tmp_path) as stage:
        card = await stage.new_card("ana", f"request web-01 memory={typed}")
        assert "web-01 (CT 101, pve1) memory 2 → 4 GiB" in card
        assert "(+2 GiB)" in card


REFUSED = {
    "0": "Allowed: 4G, 512M, 4096 (MiB), +2G",
    "-4G": "memory cannot go below 16 MiB",
    "1.5": "write 1.5G for GiB or 1.5M for MiB",
    "lots": "it is not an amount",
    "10TB": "cannot get 10240 GiB of memory on pve1: at most 4.9 GiB",
    "2G": "web-01 has that already",
}


async def test_amounts_that_cannot_be_are_refused_with_what_is_allowed(tmp_path: Path) -> None:
    """Zero, negative, without unit, no number, far too much, unchanged: no card, a way out."""
    async with staged(tmp_path) as stage:
        for typed, said in REFUSED.items():
            told = await stage.told("ana", f"request web-01 memory={typed}")
            assert said in told, typed
            assert told.startswith("Not recorded"), typed
        assert stage.cards() == []


async def test_a_negative_amount_is_less_than_now(tmp_path: Path) -> None:
    """`-1G` lowers, and the card says so in words."""
    async with staged(tmp_path) as stage:
        assert "2 → 1 GiB (1 GiB less)" in await stage.new_card("ana", "request mail memory=-1G")


async def test_ten_thousand_guests_are_answered_in_the_acknowledgement(tmp_path: Path) -> None:
    """`headroom` and `nodes` come within Slack's three seconds, the fullest nodes first."""
    async with staged(tmp_path, scenario="fleet") as stage:
        await stage.bot.parts.inventory.picture("home")
        headroom, nodes = await stage.ask("ana", "headroom"), await stage.ask("ana", "nodes")
        assert headroom.message is not None
        assert "Headroom of the 12 fullest of 100 nodes." in stage.says(headroom.message)
        assert nodes.message is not None
        assert "100 nodes in 1 cluster" in stage.says(nodes.message)
        assert stage.slack.late_acks == 0


async def test_the_zfs_cache_counts_against_the_room(tmp_path: Path) -> None:
    """What the cache may grow to is kept for it: what fitted no longer does, and why is said (14)."""
    kept = '[capacity]\nnode.pve1 = { zfs_arc_max = "2GiB" }\n'
    async with staged(tmp_path, rules=RULES + kept) as stage:
        headroom = flat(await stage.told("ana", "headroom"))
        assert "18 of 12.4 GiB" in headroom
        assert "The ZFS cache (ARC) may grow to 2 GiB; that is kept for it." in headroom
        assert "18 → 19 of 12.4 GiB" in await stage.new_card("ana", "request web-01 memory=+1G")
        said = flat(await stage.told("ana", "request mail memory=+2G"))
        assert "the hard limit is 19.8 GiB" in said
