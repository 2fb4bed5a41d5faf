"""Every call the driver can make, as data: method, path in the official schema, parameters. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from bot.model.guest import GuestRef
from bot.model.plan import Step
from bot.model.samples import Window

LOG_LINES = 20_000
"""How many lines of a task's log are asked for: its end is wanted, and only `start` + `limit` exist
(proxmoxer drops the `total` that would tell where the end is; the default limit is 50)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `template` is its path in the schema, `values` fill it; `doing` says it in words."""

    method: str = "GET"
    template: str
    values: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    doing: str

    @property
    def name(self) -> str:
        """Return what metrics call it: no names of guests or nodes."""
        return f"{self.method} {self.template}"

    @property
    def path(self) -> str:
        """Return the path below `/api2/json/`; every value is one segment, whatever is in it."""
        filled = {name: quote(value, safe=":!@") for name, value in self.values.items()}
        return self.template.lstrip("/").format(**filled)

    @property
    def changes(self) -> bool:
        """Return whether it may change anything."""
        return self.method != "GET"


def resources(cluster: str) -> Call:
    """Read everything there is in the cluster, at most 10-20 s old."""
    return Call(template="/cluster/resources", doing=f"reading the resources of {cluster}")


def cluster_status(cluster: str) -> Call:
    """Read quorum and who is online."""
    return Call(template="/cluster/status", doing=f"reading the status of {cluster}")


def permissions(cluster: str) -> Call:
    """Read our own rights; needs none."""
    return Call(template="/access/permissions", doing=f"reading our rights on {cluster}")


def version(cluster: str) -> Call:
    """Read the asked host's version; needs no privilege."""
    return Call(template="/version", doing=f"reading the version of {cluster}")


def options(cluster: str) -> Call:
    """Read the data centre's options: with Sys.Audit on `/` also the registered tags."""
    return Call(template="/cluster/options", doing=f"reading the options of {cluster}")


def _guest(ref: GuestRef, node: str, below: str, verb: str) -> Call:
    return Call(
        template=f"/nodes/{{node}}/{ref.kind.value}/{{vmid}}/{below}",
        values={"node": node, "vmid": str(ref.vmid)},
        doing=f"{verb} {ref.kind.word} {ref.vmid} on {ref.cluster}",
    )


def pending(ref: GuestRef, node: str) -> Call:
    """Read the config: each key with the value in force and the one that waits."""
    return _guest(ref, node, "pending", "reading")


def config(ref: GuestRef, node: str) -> Call:
    """Read the config in force (without `current` the answer shows what waits as if applied)."""
    call = _guest(ref, node, "config", "reading")
    return Call(
        template=call.template, values=call.values, params={"current": "1"}, doing=call.doing
    )


def status(ref: GuestRef, node: str) -> Call:
    """Read the present status."""
    return _guest(ref, node, "status/current", "reading the status of")


def snapshots(ref: GuestRef, node: str) -> Call:
    """List snapshots."""
    return _guest(ref, node, "snapshot", "reading the snapshots of")


def snapshot_config(ref: GuestRef, node: str, name: str) -> Call:
    """Read the config that a snapshot keeps."""
    call = _guest(ref, node, "snapshot/{snapname}/config", "reading a snapshot of")
    return Call(template=call.template, values={**call.values, "snapname": name}, doing=call.doing)


def node_status(cluster: str, node: str) -> Call:
    """Read a node's memory and CPU."""
    return Call(
        template="/nodes/{node}/status",
        values={"node": node},
        doing=f"reading node {node} of {cluster}",
    )


def guest_samples(ref: GuestRef, node: str, window: Window) -> Call:
    """Read a guest's figures over time."""
    call = _guest(ref, node, "rrddata", "reading the usage of")
    params = {"timeframe": window.value, "cf": "AVERAGE"}
    return Call(template=call.template, values=call.values, params=params, doing=call.doing)


def node_samples(cluster: str, node: str, window: Window) -> Call:
    """Read a node's figures over time."""
    return Call(
        template="/nodes/{node}/rrddata",
        values={"node": node},
        params={"timeframe": window.value, "cf": "AVERAGE"},
        doing=f"reading the usage of node {node} of {cluster}",
    )


def node_time(cluster: str, node: str) -> Call:
    """Read a node's clock."""
    return Call(
        template="/nodes/{node}/time",
        values={"node": node},
        doing=f"reading the clock of node {node} of {cluster}",
    )


def storages(cluster: str, node: str) -> Call:
    """Read what storages a node sees, with their figures."""
    return Call(
        template="/nodes/{node}/storage",
        values={"node": node},
        doing=f"reading the storages of node {node} of {cluster}",
    )


def content(cluster: str, node: str, storage: str, kind: str = "", vmid: int | None = None) -> Call:
    """List what is on a storage (slow: a scan), of one content type or guest."""
    asked = {"content": kind, "vmid": "" if vmid is None else str(vmid)}
    return Call(
        template="/nodes/{node}/storage/{storage}/content",
        values={"node": node, "storage": storage},
        params={name: value for name, value in asked.items() if value},
        doing=f"reading the content of storage {storage} of {cluster}",
    )


def task_status(cluster: str, node: str, upid: str) -> Call:
    """Read whether a task runs and how it ended."""
    return Call(
        template="/nodes/{node}/tasks/{upid}/status",
        values={"node": node, "upid": upid},
        doing=f"reading a task of node {node} of {cluster}",
    )


def task_log(cluster: str, node: str, upid: str) -> Call:
    """Read a task's log."""
    return Call(
        template="/nodes/{node}/tasks/{upid}/log",
        values={"node": node, "upid": upid},
        params={"limit": str(LOG_LINES)},
        doing=f"reading the log of a task of node {node} of {cluster}",
    )


def tasks(ref: GuestRef, node: str, since_s: int) -> Call:
    """List a guest's tasks on a node, running and finished ones."""
    return Call(
        template="/nodes/{node}/tasks",
        values={"node": node},
        params={"source": "all", "vmid": str(ref.vmid), "since": str(since_s)},
        doing=f"reading the tasks of {ref.kind.word} {ref.vmid} on {ref.cluster}",
    )


def change(ref: GuestRef, node: str, step: Step, digest: str) -> Call:
    """Carry out one step of a plan; the digest goes along where the step asks for it."""
    head, _, rest = step.path.partition("/")
    name, _, below = rest.partition("/")
    in_snapshot = head == "snapshot" and bool(name)
    path = "/".join(filter(None, (head, "{snapname}", below))) if in_snapshot else step.path
    call = _guest(ref, node, path, f"{step.name}:" if step.name else "changing")
    return Call(
        method=step.method,
        template=call.template,
        values={**call.values, "snapname": name} if in_snapshot else call.values,
        params={**step.params, "digest": digest} if step.digest else dict(step.params),
        doing=call.doing,
    )
