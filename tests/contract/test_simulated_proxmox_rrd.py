"""`rrddata` of PVE 8 and 9: grids, names, and both grids in one answer after an upgrade."""

from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from proxmoxer.core import ResourceException

from bot.simulation.proxmox import SimulatedProxmox
from tests.contract.proxmox_client import ask, connect

GRIDS = {
    "8.4.1": {"hour": (70, 60), "day": (70, 1800), "week": (70, 10_800), "year": (70, 604_800)},
    "9.1.9": {"hour": (60, 60), "day": (1440, 60), "week": (336, 1800), "year": (1460, 21_600)},
}


@pytest.fixture
async def pve() -> AsyncIterator[SimulatedProxmox]:
    """Serve the founding host."""
    async with SimulatedProxmox(scenario="ilinux", time_scale=0) as simulated:
        yield simulated


async def rows(pve: SimulatedProxmox, timeframe: str, **guest: int) -> list[dict[str, Any]]:
    """Read the samples of the node, or of a guest on it."""
    node = connect(pve).nodes("pve1")
    place = node.lxc(guest["vmid"]) if guest else node
    found: list[dict[str, Any]] = await ask(lambda: place.rrddata.get(timeframe=timeframe))
    return found


@pytest.mark.parametrize("version", GRIDS)
async def test_each_version_has_its_grid(pve: SimulatedProxmox, version: str) -> None:
    """As many samples as the real one, as far apart; the newest holds nothing but its time."""
    pve.world.nodes["pve1"].version = version
    for timeframe, (count, step) in GRIDS[version].items():
        found = await rows(pve, timeframe, vmid=101)
        assert count == len(found)
        assert {after["time"] - before["time"] for before, after in pairwise(found)} == {step}
        assert found[-1].keys() == {"time"}


async def test_names_that_only_pve_9_has(pve: SimulatedProxmox) -> None:
    """Pressures, the host's view of a guest's memory, a node's ARC and what it has available."""
    later = {"memhost", "memavailable", "arcsize", "pressurecpusome", "pressurememoryfull"}
    for version, there in (("8.4.1", set()), ("9.1.9", later)):
        pve.world.nodes["pve1"].version = version
        named = {*(await rows(pve, "day"))[0], *(await rows(pve, "day", vmid=101))[0]}
        assert named & later == there
        assert {"mem", "maxmem", "memused", "memtotal", "cpu"} <= named


async def test_a_decade_is_of_pve_9(pve: SimulatedProxmox) -> None:
    """PVE 8 does not take the word."""
    assert len(await rows(pve, "decade")) == 520
    pve.world.nodes["pve1"].version = "8.4.1"
    with pytest.raises(ResourceException, match="Parameter verification failed"):
        await rows(pve, "decade")


async def test_after_an_upgrade_both_grids_are_in_one_answer(pve: SimulatedProxmox) -> None:
    """Coarse samples before it, fine ones after it, and coarse moments without figures between."""
    node = pve.world.nodes["pve1"]
    node.upgraded_at = pve.world.clock.now() - 6 * 3600
    found = await rows(pve, "day")
    before = [row for row in found if row["time"] <= node.upgraded_at]
    after = [row for row in found if row["time"] > node.upgraded_at and "cpu" in row]
    assert {b["time"] - a["time"] for a, b in pairwise(before)} == {1800}
    assert all("cpu" in row for row in before)
    assert len(after) == pytest.approx(360, abs=2)
    assert [row["time"] for row in found] == sorted({row["time"] for row in found})
