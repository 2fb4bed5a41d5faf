"""Faults of the simulated Proxmox by name, in calls and in the world, by tests and by hand."""

import ssl
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import requests
from proxmoxer.core import ResourceException

from bot.simulation.proxmox import SimulatedProxmox, faults
from bot.simulation.proxmox.passing import Action
from tests.contract.proxmox_client import ask, connect

CONFIG = "PUT /nodes/pve1/lxc/101/config"


@pytest.fixture
async def pve() -> AsyncIterator[SimulatedProxmox]:
    """Serve the founding host; tasks end at once."""
    async with SimulatedProxmox(time_scale=0) as simulated:
        yield simulated


async def put_memory(pve: SimulatedProxmox) -> None:
    """Ask for 4 GiB for web-01."""
    ct = connect(pve).nodes("pve1").lxc(101)
    await ask(lambda: ct.config.put(memory=4096))


@pytest.mark.parametrize(
    ("fault", "status", "after"),
    [
        (faults.unauthorized(), 401, 2048),
        (faults.forbidden("/vms/101", "VM.Config.Memory"), 403, 2048),
        (faults.broken(), 500, 2048),
        (faults.no_route(), 595, 2048),
        (faults.broke_off(), 596, 2048),
        (faults.broke_off(after_effect=True), 596, 4096),
        (faults.slow(0.01), 200, 4096),
    ],
)
async def test_each_fault_answers_as_proxmox_does_once(
    pve: SimulatedProxmox, fault: Action, status: int, after: int
) -> None:
    """Its status comes back, the effect is there or not, and the next call goes well."""
    pve.on_call(CONFIG, fault, times=1)
    if status != 200:
        with pytest.raises(ResourceException) as raised:
            await put_memory(pve)
        assert raised.value.status_code == status
    else:
        await put_memory(pve)
    assert after == pve.world.guest(101).memory_mib
    await put_memory(pve)
    assert pve.world.guest(101).memory_mib == 4096


@pytest.mark.parametrize("effect", [True, False])
async def test_a_task_can_vanish(pve: SimulatedProxmox, effect: bool) -> None:  # noqa: FBT001 - a parameter
    """Its UPID is answered, and nothing knows it afterwards; its work was done, or it was not."""
    pve.world.tasks.vanish_next("qmconfig", after_effect=effect)
    node = connect(pve).nodes("pve1")
    upid = await ask(lambda: node.qemu(106).config.post(description="x"))
    for read in (node.tasks(upid).status.get, node.tasks(upid).log.get):
        with pytest.raises(ResourceException) as raised:
            await ask(read)
        assert raised.value.errors == {"upid": "no such task"}
    assert await ask(lambda: node.tasks.get(source="all")) == []
    assert ("description" in pve.world.guest(106).config.values) == effect


async def test_a_certificate_can_change_and_come_back(pve: SimulatedProxmox) -> None:
    """The address stays; who trusts the first authority alone gets no connection."""
    url = pve.url
    await pve.change_certificate()
    assert url == pve.url
    with pytest.raises(requests.exceptions.SSLError):
        await put_memory(pve)
    await pve.change_certificate(trusted=True)
    await put_memory(pve)


async def by_hand(pve: SimulatedProxmox, verb: str, **given: Any) -> dict[str, Any]:
    """Call `/faults` as curl would; give the answer."""
    trust = ssl.create_default_context(cafile=pve.ca_file)
    async with (
        aiohttp.ClientSession() as session,
        session.request(verb, f"{pve.url}/faults", json=given or None, ssl=trust) as response,
    ):
        answer: dict[str, Any] = await response.json()
        return answer


async def test_faults_are_set_by_hand(pve: SimulatedProxmox) -> None:
    """Calls and the world alike; what is not known is named; calls do not list it."""
    told = await by_hand(pve, "POST", on=CONFIG, fault="cut_after")
    assert told == {"set": True}
    with pytest.raises(requests.exceptions.ConnectionError):
        await put_memory(pve)
    assert pve.world.guest(101).memory_mib == 4096
    await by_hand(pve, "POST", on=CONFIG, fault="refuse", times=None, status=500, text="no")
    listed = await by_hand(pve, "GET")
    assert [h["acted"] for h in listed["set"]] == [1, 0]
    assert {"slow", "no_route", "cut_before"} <= set(listed["faults"])
    assert await by_hand(pve, "DELETE") == {"set": []}
    await put_memory(pve)
    await by_hand(pve, "POST", world="quorum", there=False)
    assert not pve.world.quorate
    assert "bang" in (await by_hand(pve, "POST", on=CONFIG, fault="bang"))["error"]
    assert {call.path for call in pve.calls} == {"/nodes/pve1/lxc/101/config"}
