"""The simulated Proxmox through the real proxmoxer, over HTTPS: reading and configuring."""

from collections.abc import AsyncIterator

import pytest
from proxmoxer import ProxmoxAPI
from proxmoxer.core import ResourceException

from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.proxmox.scenarios import BOT_TOKEN
from tests.contract.proxmox_client import ask, connect, exit_of


@pytest.fixture
async def pve() -> AsyncIterator[SimulatedProxmox]:
    """Serve the founding host; tasks end at once."""
    async with SimulatedProxmox(scenario="ilinux", time_scale=0) as simulated:
        yield simulated


async def test_founding_host_is_promised_18_gib_of_16_and_uses_11(pve: SimulatedProxmox) -> None:
    """The scenario's figures are those of the story."""
    api = connect(pve)
    guests = await ask(lambda: api.cluster.resources.get(type="vm"))
    status = await ask(api.nodes("pve1").status.get)
    assert sum(guest["maxmem"] for guest in guests) == 18 * 2**30
    assert status["memory"]["total"] == 16 * 2**30
    assert status["memory"]["used"] / 2**30 == pytest.approx(11.0, abs=0.1)


async def test_thin_pool_is_used_to_78_percent(pve: SimulatedProxmox) -> None:
    """`local-lvm` has 320 GiB, 78 % of it used, and promises more than it has."""
    node = connect(pve).nodes("pve1")
    rows = await ask(node.storage.get)
    thin = next(row for row in rows if row["storage"] == "local-lvm")
    volumes = await ask(node.storage("local-lvm").content.get)
    assert thin["total"] == 320 * 2**30
    assert thin["used_fraction"] == pytest.approx(0.78, abs=0.001)
    assert sum(volume["size"] for volume in volumes) > thin["total"]


async def test_ct_memory_applies_at_once(pve: SimulatedProxmox) -> None:
    """A CT's new memory is in force as soon as the call has answered."""
    ct = connect(pve).nodes("pve1").lxc(101)
    await ask(lambda: ct.config.put(memory=4096))
    config = await ask(lambda: ct.config.get(current=1))
    assert config["memory"] == 4096


async def test_vm_memory_waits_for_a_restart(pve: SimulatedProxmox) -> None:
    """A VM without memory hotplug keeps its memory; the new value is pending."""
    vm = connect(pve).nodes("pve1").qemu(106)
    upid = await ask(lambda: vm.config.post(memory=6144))
    assert await exit_of(pve, upid) == "OK"
    pending = await ask(vm.pending.get)
    assert {"key": "memory", "value": "4096", "pending": "6144"} in pending


async def test_config_in_the_background_can_be_waited_for(pve: SimulatedProxmox) -> None:
    """With background_delay the answer is null once the change is made."""
    vm = connect(pve).nodes("pve1").qemu(106)
    answer = await ask(lambda: vm.config.post(memory=6144, background_delay=5))
    assert answer is None
    assert pve.world.guest(106).config.pending == {"memory": "6144"}


async def test_error_text_is_the_reason_phrase(pve: SimulatedProxmox) -> None:
    """The client finds Proxmox's text where the real server puts it."""
    pve.world.guest(101).lock = "backup"
    ct = connect(pve).nodes("pve1").lxc(101)
    with pytest.raises(ResourceException) as raised:
        await ask(lambda: ct.config.put(memory=4096))
    assert raised.value.status_code == 500
    assert raised.value.content == "CT is locked (backup)"


async def test_parameter_errors_are_bound_to_their_parameter(pve: SimulatedProxmox) -> None:
    """A refused value comes with the parameter's name."""
    vm = connect(pve).nodes("pve1").qemu(106)
    with pytest.raises(ResourceException) as raised:
        await ask(lambda: vm.config.put(cores=0))
    assert raised.value.status_code == 400
    assert raised.value.errors == {"cores": "value must have a minimum value of 1"}


async def test_resize_grows_volume_and_config(pve: SimulatedProxmox) -> None:
    """A disk's growth is a task; afterwards config and storage content agree."""
    node = connect(pve).nodes("pve1")
    upid = await ask(lambda: node.lxc(101).resize.put(disk="rootfs", size="40G"))
    assert await exit_of(pve, upid) == "OK"
    content = await ask(lambda: node.storage("local-lvm").content.get(vmid=101))
    assert [row["size"] for row in content] == [40 * 2**30]
    assert "size=40G" in pve.world.guest(101).text


async def test_ct_resize_needs_the_options_privilege_too(pve: SimulatedProxmox) -> None:
    """The real check counts `size` as an option of its own (seen in recordings)."""
    pve.world.access.revoke("VM.Config.Options")
    ct = connect(pve).nodes("pve1").lxc(101)
    with pytest.raises(ResourceException) as raised:
        await ask(lambda: ct.resize.put(disk="rootfs", size="40G"))
    assert raised.value.content == "Permission check failed (/vms/101, VM.Config.Options)"


async def test_wrong_secret_is_401(pve: SimulatedProxmox) -> None:
    """An unknown secret is turned away with 401."""
    with pytest.raises(ResourceException) as raised:
        await ask(connect(pve, f"{BOT_TOKEN}=wrong").version.get)
    assert raised.value.status_code == 401


async def test_password_login_gives_a_ticket(pve: SimulatedProxmox) -> None:
    """The client logs in with a password and writes with the ticket's CSRF token."""
    pve.world.login("root@pam", "simulated")

    def change() -> object:
        host = pve.url.removeprefix("https://")
        api = ProxmoxAPI(
            host, user="root@pam", password="simulated", verify_ssl=str(pve.ca_file), timeout=35
        )
        return api.nodes("pve1").lxc(101).config.put(memory=4096)

    await ask(change)
    assert pve.world.guest(101).memory_mib == 4096


async def test_token_without_rights_sees_empty_lists(pve: SimulatedProxmox) -> None:
    """Lists are filtered silently; nodes stay, without figures."""
    pve.world.access.revoke_all(BOT_TOKEN)
    api = connect(pve)
    rows = await ask(api.cluster.resources.get)
    assert {row["type"] for row in rows} == {"node"}
    assert "maxmem" not in rows[0]
    assert await ask(api.nodes("pve1").lxc.get) == []
    assert await ask(api.access.permissions.get) == {}


async def test_missing_privilege_is_named(pve: SimulatedProxmox) -> None:
    """403 names the path and the privilege."""
    pve.world.access.revoke("VM.Config.Memory")
    ct = connect(pve).nodes("pve1").lxc(101)
    with pytest.raises(ResourceException) as raised:
        await ask(lambda: ct.config.put(memory=4096))
    assert raised.value.status_code == 403
    assert raised.value.content == "Permission check failed (/vms/101, VM.Config.Memory)"


async def test_unknown_path_is_501(pve: SimulatedProxmox) -> None:
    """There is no 404."""
    with pytest.raises(ResourceException) as raised:
        await ask(connect(pve).nodes("pve1").nonsense.get)
    assert raised.value.status_code == 501


async def test_missing_guest_is_500(pve: SimulatedProxmox) -> None:
    """A destroyed guest is known by a text only."""
    pve.world.destroy(104)
    with pytest.raises(ResourceException) as raised:
        await ask(connect(pve).nodes("pve1").lxc(104).config.get)
    assert raised.value.status_code == 500
    assert raised.value.content == "Configuration file 'nodes/pve1/lxc/104.conf' does not exist"


async def test_unknown_node_is_500(pve: SimulatedProxmox) -> None:
    """A node that is not in the cluster fails at the name lookup."""
    with pytest.raises(ResourceException) as raised:
        await ask(connect(pve).nodes("nope").status.get)
    assert "hostname lookup 'nope' failed" in raised.value.content


async def test_lists_lag_behind_and_the_guest_itself_does_not() -> None:
    """/cluster/resources shows the last pvestatd cycle; status/current the truth."""
    async with SimulatedProxmox(time_scale=1000) as pve:
        api = connect(pve)
        pve.world.guest(101).set(memory="4096")
        listed = await ask(lambda: api.cluster.resources.get(type="vm"))
        current = await ask(api.nodes("pve1").lxc(101).status.current.get)
        shown = next(row for row in listed if row["vmid"] == 101)
        assert shown["maxmem"] == 2048 * 2**20
        assert current["maxmem"] == 4096 * 2**20
        pve.picture.take()
        listed = await ask(lambda: api.cluster.resources.get(type="vm"))
        shown = next(row for row in listed if row["vmid"] == 101)
        assert shown["maxmem"] == 4096 * 2**20


async def test_fleet_has_ten_thousand_guests() -> None:
    """The large scenario answers with everything in one call."""
    async with SimulatedProxmox(scenario="fleet", time_scale=0) as pve:
        rows = await ask(lambda: connect(pve).cluster.resources.get(type="vm"))
        assert len(rows) == 10_000
        assert len({row["node"] for row in rows}) == 100
