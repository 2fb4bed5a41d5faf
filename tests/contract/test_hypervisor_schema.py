"""Every call the driver can make exists in the official API schema, and takes a token.

The schema files are not part of the repository: HEADROOM_SHARED names the folder that holds `pve/`,
else `shared` beside the repository is looked at; without them these tests are skipped.
"""

import gzip
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.model.guest import GuestRef, Kind
from bot.proxmox import calls
from bot.proxmox.calls import Call
from tests.contract.hypervisors import step

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("HEADROOM_SHARED", ROOT.parent / "shared"))
VERSIONS = ("api-schema.json.gz", "api-schema-8.4.json.gz")

VM = GuestRef(cluster="paris", kind=Kind.VM, vmid=100)
CT = GuestRef(cluster="paris", kind=Kind.CT, vmid=104)
UPID = "UPID:pve1:0000C530:001C9BEC:65F0A1B2:qmconfig:100:bot@pve!slack:"
DIGEST = "0" * 40

READS = (
    calls.resources("paris"),
    calls.cluster_status("paris"),
    calls.permissions("paris"),
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


@cache
def paths(version: str) -> dict[str, Any]:
    """Return a version's schema, or skip the test."""
    file = SHARED / "pve" / version
    if not file.exists():
        pytest.skip(f"{version} is not there: set HEADROOM_SHARED to the folder that holds pve/")
    with gzip.open(file) as opened:
        found: dict[str, Any] = json.load(opened)["paths"]
    return found


def name_of(call: Call) -> str:
    """Name a case."""
    return f"{call.name} {','.join(call.params)}"


def misfit(name: str, value: str, spec: dict[str, Any]) -> str:
    """Say what is wrong with a value, or nothing."""
    if spec.get("type") == "integer" and not re.fullmatch(r"-?\d+", value):
        return f"{name} is no integer: {value}"
    if spec.get("type") == "boolean" and value not in {"0", "1"}:
        return f"{name} is no boolean: {value}"
    if "enum" in spec and value not in spec["enum"]:
        return f"{name} is none of {spec['enum']}: {value}"
    if "pattern" in spec and not re.fullmatch(spec["pattern"].replace(r"\z", ""), value):
        return f"{name} does not match {spec['pattern']}: {value}"
    return ""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("call", CALLS, ids=name_of)
def test_the_call_is_in_the_schema(call: Call, version: str) -> None:
    """Method and path exist, parameters are known and fit, none is missing, tokens are allowed."""
    api = paths(version)
    assert call.template in api
    assert call.method in api[call.template]
    method = api[call.template][call.method]
    known = {
        k.replace("[n]", "0"): v for k, v in method["parameters"].get("properties", {}).items()
    }
    sent = {**call.values, **call.params}
    needed = {name for name, spec in known.items() if not spec.get("optional")}
    assert method.get("allowtoken") != 0
    assert set(sent) - set(known) == set()
    assert needed - set(sent) == set()
    assert [found for n, v in sent.items() if (found := misfit(n, v, known[n]))] == []


def test_the_calls_cover_every_builder() -> None:
    """A new kind of call has to stand in the lists above."""
    builders = {
        name
        for name, value in vars(calls).items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") is Call
    }
    covered = {"resources", "cluster_status", "permissions", "node_status", "storages", "content"}
    covered |= {"task_status", "task_log", "pending", "config", "status", "snapshots", "tasks"}
    covered |= {"snapshot_config"}
    assert builders - {"_guest", "change"} == covered


def test_values_stay_one_segment() -> None:
    """Whatever a name holds, it cannot leave its place in the path."""
    call = calls.node_status("paris", "../access?x=1#y")
    assert call.path == "nodes/..%2Faccess%3Fx%3D1%23y/status"
