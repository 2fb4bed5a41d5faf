"""A second opinion: the driver against fakepve, a Proxmox written by others.

Few tests: tokens, LXC config, and the texts of errors as its catalogue took them from the sources.
Its QEMU resize, pending and hotplug are not like the real ones and are not asked.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.model.errors import (
    Fault,
    GuestLocked,
    GuestMissing,
    MissingPrivilege,
    OutcomeUnknown,
    Refused,
    StaleDigest,
    TokenRefused,
    Unreachable,
)
from bot.model.guest import GuestRef, Kind
from bot.proxmox.hypervisor import ProxmoxHypervisor
from tests.contract.hypervisors import CLUSTER, CT, NODE, Host, access, driven, step

VM = GuestRef(cluster=CLUSTER, kind=Kind.VM, vmid=100)
MEMORY = step("config", digest=True, memory="6144")
LATER = 2_000_000


@pytest.fixture
async def driver(fakepve: Any, fakepve_cafile: str) -> AsyncIterator[ProxmoxHypervisor]:
    """Put the driver in front of one node with a CT and a VM."""
    fakepve.apitokens["bot@pve!slack"] = "secret"
    fakepve.add_ct(104, "build-7", status="running", config={"memory": 4096}, pool="dev")
    fakepve.add_vm(100, "app1", status="running")
    way = access("bot@pve!slack=secret", [fakepve.url], ca_file=fakepve_cafile)
    async with driven(way, host=Host()) as ready:
        yield ready


async def test_memory_of_a_ct(driver: ProxmoxHypervisor) -> None:
    """Picture, fresh read, change with the digest, read back."""
    picture = await driver.picture(CLUSTER)
    before = await driver.guest(CT, NODE)
    answer = await driver.change(CT, NODE, MEMORY, before.digest, deadline_ms=LATER)
    after = await driver.guest(CT, NODE)
    assert {g.name for g in picture.guests} == {"build-7", "app1"}
    assert (before.config["memory"], before.pool, answer) == ("4096", "dev", "")
    assert (after.config["memory"], after.pending) == ("6144", {})


async def test_a_stale_digest(driver: ProxmoxHypervisor) -> None:
    """Its own words for it are understood."""
    with pytest.raises(StaleDigest):
        await driver.change(CT, NODE, MEMORY, "0" * 40, deadline_ms=LATER)


async def test_a_start_is_a_task_of_ours(driver: ProxmoxHypervisor, fakepve: Any) -> None:
    """Its UPIDs are followed, and found again by token."""
    fakepve.add_ct(105, "old-wiki")
    wiki = GuestRef(cluster=CLUSTER, kind=Kind.CT, vmid=105)
    upid = await driver.change(wiki, NODE, step("status/start", "POST"), "", deadline_ms=LATER)
    for _ in range(100):
        if not (task := await driver.task(CLUSTER, upid)).running:
            break
    assert task.ok
    assert [t.upid for t in await driver.tasks_of(wiki, NODE, 0)] == [upid]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("locked", GuestLocked),
        ("config_lock_timeout", GuestLocked),
        ("configuration_file_does_not_exist", GuestMissing),
        ("permission_denied", MissingPrivilege),
        ("authentication_failure", TokenRefused),
        ("no_quorum", Refused),
        ("no_route_to_host", Unreachable),
    ],
)
@pytest.mark.parametrize(("ref", "method"), [(CT, "PUT"), (VM, "POST")])
async def test_texts_of_the_catalogue(
    driver: ProxmoxHypervisor,
    fakepve: Any,
    ref: GuestRef,
    method: str,
    error: str,
    kind: type[Fault],
) -> None:
    """Errors as Proxmox's sources write them become our faults, for both kinds of guest."""
    fakepve.fail(method, f"/nodes/pve1/{ref.kind.value}/{ref.vmid}/config", error=error)
    with pytest.raises(Fault) as caught:
        await driver.change(ref, NODE, step("config", method, memory="6144"), "", deadline_ms=LATER)
    assert type(caught.value) is kind


async def test_a_page_of_a_proxy_in_between(driver: ProxmoxHypervisor, fakepve: Any) -> None:
    """HTML instead of JSON: for a write nobody knows what it did."""
    fakepve.fail("PUT", "/lxc/104/config", 504, "Gateway Time-out", html=True)
    with pytest.raises(OutcomeUnknown):
        await driver.change(CT, NODE, step("config", memory="6144"), "", deadline_ms=LATER)
