"""Every call the driver can make exists in the official API schema, and takes a token."""

import pytest

from bot.model.guest import GuestRef, Kind
from bot.model.samples import Window
from bot.proxmox import calls
from bot.proxmox.calls import Call
from tests.contract.hypervisors import step
from tests.official import VERSIONS, misfits

VM = GuestRef(cluster="paris", kind=Kind.VM, vmid=100)
CT = GuestRef(cluster="paris", kind=Kind.CT, vmid=104)
UPID = "UPID:pve1:0000C530:001C9BEC:65F0A1B2:qmconfig:100:bot@pve!slack:"
DIGEST = "0" * 40

READS = (
    calls.resources("paris"),
    calls.cluster_status("paris"),
    calls.permissions("paris"),
    calls.version("paris"),
    calls.options("paris"),
    calls.node_time("paris", "pve1"),
    calls.node_status("paris", "pve1"),
    calls.storages("paris", "pve1"),
    calls.content("paris", "pve1", "local"),
    calls.content("paris", "pve1", "local", "backup", 100),
    calls.task_status("paris", "pve1", UPID),
    calls.task_log("paris", "pve1", UPID),
    *(
        build(ref, "pve1")
        for ref in (VM, CT)
        for build in (calls.pending, calls.config, calls.status, calls.snapshots)
    ),
    *(calls.snapshot_config(ref, "pve1", "before") for ref in (VM, CT)),
    *(calls.guest_samples(ref, "pve1", Window.DAY) for ref in (VM, CT)),
    calls.node_samples("paris", "pve1", Window.DAY),
    calls.tasks(CT, "pve1", 1_700_000_000),
)

STEPS = (
    (VM, step("config", "POST", digest=True, memory="4096", balloon="2048")),
    (VM, step("config", "POST", cores="2", vcpus="2", cpulimit="1.5")),
    (VM, step("config", "PUT", digest=True, revert="memory,cores")),
    (CT, step("config", digest=True, memory="4096", swap="512", cores="2", cpulimit="1.5")),
    (CT, step("config", revert="cores")),
    *(
        (ref, step(f"status/{verb}", "POST"))
        for ref in (VM, CT)
        for verb in ("start", "stop", "reboot")
    ),
    *((ref, step("status/shutdown", "POST", timeout="120")) for ref in (VM, CT)),
    (VM, step("status/reset", "POST")),
    (VM, step("resize", digest=True, disk="scsi0", size="100G")),
    (CT, step("resize", digest=True, disk="rootfs", size="90G")),
    (VM, step("snapshot", "POST", snapname="before", description="x", vmstate="1")),
    (CT, step("snapshot", "POST", snapname="before", description="x")),
    *((ref, step("snapshot/before/rollback", "POST")) for ref in (VM, CT)),
    *((ref, step("snapshot/before", "DELETE")) for ref in (VM, CT)),
)

CALLS = (*READS, *(calls.change(ref, "pve1", done, DIGEST) for ref, done in STEPS))


def name_of(call: Call) -> str:
    """Name a case."""
    return f"{call.name} {','.join(call.params)}"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("call", CALLS, ids=name_of)
def test_the_call_is_in_the_schema(call: Call, version: str) -> None:
    """Method and path exist, parameters are known and fit, none is missing, tokens are allowed."""
    sent = {**call.values, **call.params}
    assert misfits(call.method, call.template, sent, version) == []


def test_the_calls_cover_every_builder() -> None:
    """A new kind of call has to stand in the lists above."""
    builders = {
        name
        for name, value in vars(calls).items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") is Call
    }
    covered = {"resources", "cluster_status", "permissions", "node_status", "storages", "content"}
    covered |= {"task_status", "task_log", "pending", "config", "status", "snapshots", "tasks"}
    covered |= {
        "version",
        "options",
        "node_time",
        "snapshot_config",
        "guest_samples",
        "node_samples",
    }
    assert builders - {"_guest", "change"} == covered


def test_values_stay_one_segment() -> None:
    """Whatever a name holds, it cannot leave its place in the path."""
    call = calls.node_status("paris", "../access?x=1#y")
    assert call.path == "nodes/..%2Faccess%3Fx%3D1%23y/status"
