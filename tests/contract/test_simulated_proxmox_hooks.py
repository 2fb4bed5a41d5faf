"""What tests can do around a call of the simulated Proxmox."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import requests
from proxmoxer.core import ResourceException

from bot.simulation.proxmox import SimulatedProxmox, faults
from bot.simulation.proxmox.passing import Passing
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


async def test_refused_call_has_no_effect(pve: SimulatedProxmox) -> None:
    """A fault answers in Proxmox's place, as often as asked."""
    pve.on_call(CONFIG, faults.refuse(596, "Connection timed out"), times=1)
    with pytest.raises(ResourceException) as raised:
        await put_memory(pve)
    assert raised.value.status_code == 596
    assert pve.world.guest(101).memory_mib == 2048
    await put_memory(pve)
    assert pve.world.guest(101).memory_mib == 4096


async def test_lost_answer_leaves_the_effect(pve: SimulatedProxmox) -> None:
    """The call takes effect although the caller hears 596."""
    pve.on_call(CONFIG, faults.lose_answer(596))
    with pytest.raises(ResourceException):
        await put_memory(pve)
    assert pve.world.guest(101).memory_mib == 4096


async def test_connection_cut_before_the_effect(pve: SimulatedProxmox) -> None:
    """The client sees a broken connection; nothing changed."""
    pve.on_call(CONFIG, faults.cut_before())
    with pytest.raises(requests.exceptions.ConnectionError):
        await put_memory(pve)
    assert pve.world.guest(101).memory_mib == 2048


async def test_connection_cut_after_the_effect(pve: SimulatedProxmox) -> None:
    """The client sees the same; the change is made."""
    pve.on_call(CONFIG, faults.lose_answer())
    with pytest.raises(requests.exceptions.ConnectionError):
        await put_memory(pve)
    assert pve.world.guest(101).memory_mib == 4096
    assert pve.calls[-1].status == 0


async def test_call_can_be_held(pve: SimulatedProxmox) -> None:
    """The caller waits until the test lets the call go."""
    arrived, go = asyncio.Event(), asyncio.Event()

    async def hold(_passing: Passing) -> None:
        arrived.set()
        await go.wait()

    pve.on_call(CONFIG, hold)
    asking = asyncio.create_task(put_memory(pve))
    await arrived.wait()
    assert pve.world.guest(101).memory_mib == 2048
    go.set()
    await asking
    assert pve.world.guest(101).memory_mib == 4096


async def test_world_can_change_right_before_a_call(pve: SimulatedProxmox) -> None:
    """A person in the web interface is faster by a hair."""
    stale = pve.world.guest(101).digest
    pve.on_call(CONFIG, faults.change_first(lambda: pve.world.guest(101).set(cores="1")))
    ct = connect(pve).nodes("pve1").lxc(101)
    with pytest.raises(ResourceException) as raised:
        await ask(lambda: ct.config.put(memory=4096, digest=stale))
    assert "detected modified configuration" in raised.value.content


async def test_matcher_can_be_a_function_and_hooks_can_go(pve: SimulatedProxmox) -> None:
    """Calls can be told apart by their parameters."""
    hook = pve.on_call(lambda call: call.params.get("memory") == "4096", faults.refuse(500, "no"))
    with pytest.raises(ResourceException):
        await put_memory(pve)
    pve.remove_hook(hook)
    await put_memory(pve)
    assert hook.acted == 1


async def test_calls_are_listed(pve: SimulatedProxmox) -> None:
    """Method, path, parameters and status of every call."""
    await put_memory(pve)
    assert pve.calls == [("PUT", "/nodes/pve1/lxc/101/config", {"memory": "4096"}, 200)]


async def test_other_hosts_answer_and_can_be_closed() -> None:
    """Each node can have an address of its own, under the same certificate authority."""
    async with SimulatedProxmox(scenario="trio", time_scale=0) as pve:
        second = connect(pve, url=await pve.open_host("pve2"))
        rows = await ask(second.cluster.status.get)
        assert [row["name"] for row in rows if row.get("local")] == ["pve2"]
        await pve.close_host("pve1")
        assert len(await ask(second.nodes.get)) == 3


async def test_record_has_a_line_per_call_and_no_secret(tmp_path: Path) -> None:
    """The record file is JSON lines; tokens, passwords and tickets never appear."""
    record = tmp_path / "proxmox.jsonl"
    async with SimulatedProxmox(time_scale=0, record=record) as pve:
        pve.world.login("root@pam", "very-secret")
        await put_memory(pve)
        login = {"username": "root@pam", "password": "very-secret"}
        url = f"{pve.url}/api2/json/access/ticket"
        answer = await ask(lambda: requests.post(url, login, verify=str(pve.ca_file), timeout=9))
        secrets = [pve.token.partition("=")[2], "very-secret", answer.json()["data"]["ticket"]]
    text = record.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["path"] for line in lines] == ["/nodes/pve1/lxc/101/config", "/access/ticket"]
    assert lines[0]["response"] == {"data": None}
    assert not [secret for secret in secrets if secret in text]
