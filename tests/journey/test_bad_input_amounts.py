"""Amounts as people type them: normalised and echoed, or refused with what is allowed."""

from pathlib import Path

import pytest

from tests.journey.reading import flat, scanned, typed
from tests.journey.stage import staged

TAKEN = [
    ("memory=4g", "memory 2 → 4 GiB"),
    ("memory=4096", "memory 2 → 4 GiB"),
    ("memory=4096MB", "memory 2 → 4 GiB"),
    ("memory=4 GiB", "memory 2 → 4 GiB"),
    ("memory=double", "memory 2 → 4 GiB"),
    ("memory=+25%", "memory 2 → 2.5 GiB"),
    ("memory=+1.5G", "memory 2 → 3.5 GiB"),
    ("cores=+1", "cores 2 → 3"),
    ("cores=half", "cores 2 → 1 (1 core less)"),
    ("cpulimit=1.5", "CPU limit no limit → 1.5 cores"),
    ("disk=+5G", "disk rootfs 20 → 25 GiB"),
]

REFUSED = [
    ("memory=-8G", "memory cannot go below 16 MiB"),
    ("memory=-1G", "1 GiB is too low: 1.6 GiB is in use"),
    ("memory=0", "I cannot use 0 for memory: zero is not possible here. Allowed: 4G, 512M"),
    ("memory=10TB", "web-01 cannot get 10240 GiB of memory on pve1: at most 4.9 GiB"),
    ("memory=+0", "it changes nothing"),
    ("memory=2G", "web-01 has that already: memory is 2 GiB"),
    ("memory=lots", "I cannot use lots for memory: it is not an amount. Allowed: 4G"),
    ("memory=", "there is no amount. Allowed: 4G"),
    ("memory=1e3", "it is not an amount"),
    ("memory=3G memory=4G", "memory is given twice"),
    ("cores=0", "zero is not possible here. Allowed: 4, +1, -1"),
    ("cores=+1.5", "whole numbers only"),
    ("cores=500", "web-01 cannot get 500 cores on pve1: at most 7 cores"),
    ("disk=-5G", "a disk cannot shrink: rootfs has 20 GiB, you asked for 15 GiB"),
    ("disk=10G", "a disk cannot shrink: rootfs has 20 GiB, you asked for 10 GiB"),
    ("mp3=+1G", "there is no disk mp3. It has: rootfs"),
    ("balloon=1G", "a CT has no balloon minimum. What it has: memory, swap"),
    ("foo=3", "foo is nothing I can change. What I can change: memory"),
    ("memory=+1G at 25:00", "I cannot read 25:00 as a time"),
    ("memory=+1G for 3d", "lending is not built yet"),
]


@pytest.mark.parametrize(("amount", "echo"), TAKEN)
async def test_an_amount_is_normalised_and_echoed(tmp_path: Path, amount: str, echo: str) -> None:
    """The card shows what it comes to, before and after, whatever it was written like."""
    async with staged(tmp_path) as stage:
        card = flat(await stage.new_card("ana", f"request web-01 {amount} for a test"))
        assert f"web-01 (CT 101, pve1) {echo}" in card


async def test_the_requester_reads_what_was_understood(tmp_path: Path) -> None:
    """The private answer repeats the change with both values, the number and who was asked."""
    async with staged(tmp_path) as stage:
        told = await typed(stage, "ana", "request web-01 memory=+25% cores=+1 for a test")
        assert "for web-01: memory 2 → 2.5 GiB, cores 2 → 3; nothing has changed yet" in told
        assert "I asked @Bob and @Cyr in #approvals." in told


@pytest.mark.parametrize(("amount", "why"), REFUSED)
async def test_what_cannot_be_is_refused_with_what_can(
    tmp_path: Path, amount: str, why: str
) -> None:
    """Nothing is recorded, no approver is bothered, and the sentence says what is allowed."""
    async with staged(tmp_path) as stage:
        await scanned(stage)  # a stopped guest that starts at boot is promised its core, too
        assert why in await typed(stage, "ana", f"request web-01 {amount}")
        assert not await stage.bot.store.recent_requests(1)
        assert not stage.cards()


async def test_too_much_offers_a_button_for_what_fits(tmp_path: Path) -> None:
    """The button asks for exactly the largest amount that fits."""
    async with staged(tmp_path) as stage:
        told = await typed(stage, "ana", "request web-01 memory=10TB for the crawl")
        assert "[ Ask for 4.9 GiB ]" in told
        await stage.press("ana", "Ask for 4.9 GiB", stage.slack.ephemerals_for("ana")[-1])
        await stage.until(stage.cards)
        assert "memory 2 → 4.9 GiB" in stage.shown()
        assert "for the crawl" in stage.shown()


async def test_the_same_change_is_not_asked_twice(tmp_path: Path) -> None:
    """However it is written, the second ask is told the number of the first."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=4G")
        handle = (await stage.request()).handle
        told = await typed(stage, "dora", "request web-01 memory=double")
        assert f"the same change is open already: {handle}" in told
