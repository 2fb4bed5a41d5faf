"""The simulated Proxmox through the real proxmoxer, over HTTPS."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from proxmoxer import ProxmoxAPI
from proxmoxer.core import ResourceException

from bot.simulation.proxmox import SimulatedProxmox


@pytest.fixture
async def pve() -> AsyncIterator[SimulatedProxmox]:
    """Serve the founding host; tasks end at once."""
    async with SimulatedProxmox(scenario="ilinux", time_scale=0) as simulated:
        yield simulated


def connect(pve: SimulatedProxmox, token: str | None = None) -> Any:
    """Connect the real client with a token."""
    name, _, secret = (token or pve.token).partition("=")
    user, _, token_name = name.partition("!")
    return ProxmoxAPI(
        pve.url.removeprefix("https://"),
        user=user,
        token_name=token_name,
        token_value=secret,
        verify_ssl=str(pve.ca_file),
        timeout=35,
    )


async def test_founding_host_is_promised_18_gib_of_16_and_uses_11(pve: SimulatedProxmox) -> None:
    """The scenario's figures are those of the story."""
    api = connect(pve)
    guests = await asyncio.to_thread(lambda: api.cluster.resources.get(type="vm"))
    status = await asyncio.to_thread(api.nodes("pve1").status.get)
    assert sum(guest["maxmem"] for guest in guests) == 18 * 2**30
    assert status["memory"]["total"] == 16 * 2**30
    assert pytest.approx(status["memory"]["used"] / 2**30, abs=0.1) == 11.0


async def test_thin_pool_is_used_to_78_percent(pve: SimulatedProxmox) -> None:
    """`local-lvm` has 320 GiB, 78 % of it used."""
    api = connect(pve)
    rows = await asyncio.to_thread(api.nodes("pve1").storage.get)
    thin = next(row for row in rows if row["storage"] == "local-lvm")
    assert thin["total"] == 320 * 2**30
    assert pytest.approx(thin["used_fraction"], abs=0.001) == 0.78


async def test_ct_memory_applies_at_once(pve: SimulatedProxmox) -> None:
    """A CT's new memory is in force as soon as the call has answered."""
    ct = connect(pve).nodes("pve1").lxc(101)
    await asyncio.to_thread(lambda: ct.config.put(memory=4096))
    config = await asyncio.to_thread(lambda: ct.config.get(current=1))
    assert config["memory"] == 4096
    assert pve.world.guest(101).memory_mib == 4096


async def test_vm_memory_waits_for_a_restart(pve: SimulatedProxmox) -> None:
    """A VM without memory hotplug keeps its memory; the new value is pending."""
    vm = connect(pve).nodes("pve1").qemu(106)
    upid = await asyncio.to_thread(lambda: vm.config.post(memory=6144))
    state = await asyncio.to_thread(connect(pve).nodes("pve1").tasks(upid).status.get)
    pending = await asyncio.to_thread(vm.pending.get)
    assert state["exitstatus"] == "OK"
    assert {"key": "memory", "value": "4096", "pending": "6144"} in pending


async def test_error_text_is_the_reason_phrase(pve: SimulatedProxmox) -> None:
    """The client finds Proxmox's text where the real server puts it."""
    pve.world.guest(101).lock = "backup"
    ct = connect(pve).nodes("pve1").lxc(101)
    with pytest.raises(ResourceException) as raised:
        await asyncio.to_thread(lambda: ct.config.put(memory=4096))
    assert raised.value.status_code == 500
    assert raised.value.content == "CT is locked (backup)"


async def test_resize_grows_volume_and_config(pve: SimulatedProxmox) -> None:
    """A disk's growth is a task; afterwards config and storage content agree."""
    node = connect(pve).nodes("pve1")
    upid = await asyncio.to_thread(lambda: node.lxc(101).resize.put(disk="rootfs", size="40G"))
    await asyncio.to_thread(node.tasks(upid).status.get)
    content = await asyncio.to_thread(lambda: node.storage("local-lvm").content.get(vmid=101))
    assert [row["size"] for row in content] == [40 * 2**30]
    assert "size=40G" in pve.world.guest(101).text


async def test_wrong_secret_is_401(pve: SimulatedProxmox) -> None:
    """An unknown secret is turned away with 401."""
    with pytest.raises(ResourceException) as raised:
        await asyncio.to_thread(connect(pve, "headroom@pve!bot=wrong").version.get)
    assert raised.value.status_code == 401
