"""What goes wrong on the way to Proxmox, and whether it happened."""

import asyncio
import hashlib
import logging
import ssl
import traceback
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from bot.model.errors import (
    Fault,
    GuestLocked,
    GuestMissing,
    MissingPrivilege,
    OutcomeUnknown,
    Refused,
    StaleDigest,
    Unreachable,
)
from bot.model.guest import GuestRef, Kind
from bot.proxmox import transport
from bot.simulation.proxmox import faults
from bot.simulation.proxmox.passing import Passing
from bot.simulation.proxmox.simulated import SimulatedProxmox
from tests.contract.hypervisors import (
    CLUSTER,
    CT,
    NODE,
    VM,
    Host,
    Stage,
    access,
    driven,
    staged,
    step,
)

MEMORY = step("config", memory="6144")
CONFIG = "PUT /nodes/*/lxc/104/config"
NOBODY = "https://127.0.0.1:9"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Serve the founding host."""
    async with staged() as ready:
        yield ready


async def test_a_locked_guest(stage: Stage) -> None:
    """A backup holds the guest: nothing happened."""
    stage.pve.world.guest(104).lock = "backup"
    with pytest.raises(GuestLocked, match=r"config: CT 104 on ilinux: CT is locked \(backup\)"):
        await stage.change(CT, MEMORY)


@pytest.mark.parametrize(("ref", "method"), [(CT, "PUT"), (VM, "POST")])
async def test_a_stale_digest(stage: Stage, ref: GuestRef, method: str) -> None:
    """Somebody changed the guest since it was read; each kind says it in its own words."""
    with pytest.raises(StaleDigest):
        await stage.change(ref, step("config", method, digest=True, memory="6144"), "0" * 40)


async def test_a_missing_guest(stage: Stage) -> None:
    """A guest that is not there is no 404 but a text."""
    nobody = GuestRef(cluster=CLUSTER, kind=Kind.VM, vmid=999)
    with pytest.raises(GuestMissing, match="999"):
        await stage.driver.guest(nobody, NODE)


async def test_a_missing_privilege(stage: Stage) -> None:
    """Name and path, as an operator grants them."""
    stage.pve.world.access.revoke("VM.Config.Memory")
    with pytest.raises(MissingPrivilege) as caught:
        await stage.change(CT, MEMORY)
    assert (caught.value.path, caught.value.privilege) == ("/vms/104", "VM.Config.Memory")


async def test_a_wrong_token() -> None:
    """The token is named, its secret is not."""
    async with staged(token="headroom@pve!bot=wrong-secret") as stage:
        with pytest.raises(Refused, match="headroom@pve!bot was not accepted") as caught:
            await stage.driver.picture(CLUSTER)
    assert caught.value.status == 401


async def test_a_refused_parameter(stage: Stage) -> None:
    """The texts per parameter are kept."""
    with pytest.raises(Refused) as caught:
        await stage.change(CT, step("config", memory="two"))
    assert (caught.value.status, list(caught.value.errors)) == (400, ["memory"])


async def test_a_refused_connection() -> None:
    """Nothing listens: nothing happened, also for a write."""
    async with driven(access("a@pve!b=c", [NOBODY]), host=Host()) as driver:
        with pytest.raises(
            Unreachable, match=r"reading the (resources|status) of ilinux: connection refused"
        ):
            await driver.picture(CLUSTER)
        with pytest.raises(Unreachable, match="connection refused"):
            await driver.change(CT, NODE, MEMORY, "", deadline_ms=2_000_000)


async def test_the_next_host_is_asked_and_remembered() -> None:
    """A host that is down costs one attempt; writes go to the host that answered."""
    async with staged(before=[NOBODY]) as stage:
        await stage.driver.node(CLUSTER, NODE)
        await stage.driver.node(CLUSTER, NODE)
        await stage.change(CT, MEMORY)
    assert [outcome for *_, outcome in stage.host.told] == ["Unreachable", "ok", "ok", "ok"]


async def test_a_host_that_cannot_reach_the_node(stage: Stage) -> None:
    """595: a read is asked of every host, a write happened nowhere."""
    stage.pve.on_call("* /nodes/*", faults.refuse(595, "No route to host"))
    with pytest.raises(Unreachable, match="No route to host"):
        await stage.driver.node(CLUSTER, NODE)
    with pytest.raises(Unreachable):
        await stage.change(CT, MEMORY)


@pytest.mark.parametrize("status", [596, 599, None])
async def test_a_lost_answer_to_a_write_is_unknown(stage: Stage, status: int | None) -> None:
    """It took effect here, but nobody told us; it is never sent again."""
    stage.pve.on_call(CONFIG, faults.lose_answer(status))
    with pytest.raises(OutcomeUnknown):
        await stage.change(CT, MEMORY)
    assert stage.writes == ["PUT /nodes/pve1/lxc/104/config"]
    assert (await stage.driver.guest(CT, NODE)).config["memory"] == "6144"


async def test_a_read_is_repeated_once_when_the_connection_was_cut(stage: Stage) -> None:
    """A kept connection may have been closed meanwhile."""
    stage.pve.on_call("GET /nodes/pve1/status", faults.cut_before(), times=1)
    assert (await stage.driver.node(CLUSTER, NODE)).online
    stage.pve.on_call("GET /nodes/pve1/status", faults.cut_before())
    with pytest.raises(Unreachable):
        await stage.driver.node(CLUSTER, NODE)


async def test_every_write_has_a_connection_of_its_own(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads share a kept connection; a write never meets one that the server has just closed."""
    opened: list[str] = []
    connect = transport._Connection.connect

    def counted(self: transport._Connection) -> None:
        opened.append("connection")
        connect(self)

    monkeypatch.setattr(transport._Connection, "connect", counted)
    for swap in ("1024", "2048"):
        await stage.driver.node(CLUSTER, NODE)
        await stage.change(CT, step("config", swap=swap))
    assert len(opened) == 3


async def test_nothing_leaves_at_the_deadline(stage: Stage) -> None:
    """At or after the deadline a change is not sent."""
    with pytest.raises(Unreachable, match="too late"):
        await stage.driver.change(CT, NODE, MEMORY, "", deadline_ms=stage.host.ms)
    assert stage.writes == []


async def test_the_deadline_is_looked_at_once_connected() -> None:
    """Time that passes while the connection is made counts."""
    times = iter([1_000, 1_000])
    late = Host()
    late.now = lambda: next(times, 9_000)  # type: ignore[method-assign]
    async with SimulatedProxmox(time_scale=0) as pve:
        way = access(pve.token, [pve.url], ca_file=str(pve.ca_file))
        async with driven(way, host=late) as driver:
            await driver.change(CT, NODE, MEMORY, "", deadline_ms=5_000)
            with pytest.raises(Unreachable, match="too late"):
                await driver.change(CT, NODE, MEMORY, "", deadline_ms=5_000)
    assert [c.method for c in pve.calls] == ["PUT"]


async def test_an_answer_without_a_task_is_unknown(stage: Stage) -> None:
    """Neither UPID nor null: something answered, and nobody knows what it did."""
    stage.pve.on_call(CONFIG, _say_ok)
    with pytest.raises(OutcomeUnknown, match="names no task"):
        await stage.change(CT, MEMORY)


async def _say_ok(passing: Passing) -> None:
    (await passing.proceed()).body = {"data": "OK"}


async def test_a_certificate_by_its_fingerprint() -> None:
    """The configured fingerprint is enough; another one is refused before anything is sent."""
    async with SimulatedProxmox(time_scale=0) as pve:
        where = urlsplit(pve.url)
        address = (where.hostname or "", where.port or 0)
        pem = await asyncio.to_thread(ssl.get_server_certificate, address)
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
        shown = ":".join(digest[i : i + 2].upper() for i in range(0, 64, 2))
        right = access(pve.token, [pve.url], fingerprint=shown)
        wrong = access(pve.token, [pve.url], fingerprint="00" * 32)
        async with driven(right, host=Host()) as driver:
            assert (await driver.node(CLUSTER, NODE)).online
        async with driven(wrong, host=Host()) as driver:
            with pytest.raises(Unreachable, match="does not have the configured fingerprint"):
                await driver.node(CLUSTER, NODE)
    assert len(pve.calls) == 1


async def test_a_certificate_of_an_unknown_authority() -> None:
    """With the system's trust store alone, a cluster's own authority is not trusted."""
    async with staged() as stage:
        untrusting = access(stage.pve.token, [stage.pve.url])
        async with driven(untrusting, host=Host()) as driver:
            with pytest.raises(Unreachable, match="certificate is not trusted"):
                await driver.node(CLUSTER, NODE)
        assert stage.pve.calls == []
        await stage.driver.node(CLUSTER, NODE)


async def test_the_token_appears_nowhere(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in logs, nor in faults, nor in a traceback that shows local variables."""
    caplog.set_level(logging.DEBUG)
    stage.pve.on_call(CONFIG, faults.lose_answer())
    stage.pve.on_call("GET /nodes/*", faults.refuse(403, "no"))
    told = [repr(stage.driver), repr(access(stage.pve.token, [stage.pve.url]))]
    for attempt in (stage.change(CT, MEMORY), stage.driver.node(CLUSTER, NODE)):
        with pytest.raises(Fault) as caught:
            await attempt
        assert caught.value.__context__ is None
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        told += [repr(caught.value), str(vars(caught.value)), *shown.format()]
    assert any("_attempt" in line or "_result" in line for line in told)
    assert stage.pve.token.partition("=")[2] not in caplog.text + "".join(told)


async def test_a_cluster_that_is_not_configured(stage: Stage) -> None:
    """A record may name a cluster that the configuration has lost."""
    with pytest.raises(Unreachable, match="no cluster lyon is configured"):
        await stage.driver.picture("lyon")
