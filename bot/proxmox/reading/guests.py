"""Guests: the config in force with what waits, status, identity, snapshots, and the summary."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from bot.model import guest_config
from bot.model.guest import GuestFacts, GuestRef, GuestSummary, Identity, Kind, Snapshot
from bot.proxmox.reading.disks import disks
from bot.proxmox.reading.values import (
    MIB,
    flag,
    known,
    mapping,
    mib,
    number,
    properties,
    rows,
    tags,
    text,
    whole,
)

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NIC = re.compile(r"net\d+")
_PAUSED = frozenset({"paused", "suspended"})


def config_in_force(pending: Any) -> tuple[dict[str, str], dict[str, str | None], str]:
    """Read `GET pending`: values in force, values that wait (None: a deletion), digest.

    The list has an entry for every key of the config, changed or not, and one for the digest, so
    that it replaces `GET config?current=1` (golden cases; GuestHelpers.pm: config_with_pending_array).
    """
    config: dict[str, str] = {}
    waiting: dict[str, str | None] = {}
    for row in rows(pending):
        key = text(row.get("key"))
        if not key:
            continue
        if row.get("value") is not None:
            config[key] = text(row["value"])
        if row.get("pending") is not None:
            waiting[key] = text(row["pending"])
        elif row.get("delete"):
            waiting[key] = None
    return config, waiting, config.pop("digest", "")


def plain_config(answer: Any) -> tuple[dict[str, str], str]:
    """Read `GET config?current=1`: values in force and digest."""
    config = {k: text(v) for k, v in mapping(answer).items() if isinstance(v, str | int | float)}
    return config, config.pop("digest", "")


def waiting_memory(pending: Any) -> tuple[bool, int | None]:
    """Read what the slow scan is after: starts at boot, and memory (MiB) that waits and is higher."""
    config, waiting, _ = config_in_force(pending)
    now = guest_config.memory_mib(config)
    later = guest_config.whole(waiting.get("memory") or "")
    higher = later is not None and (now is None or later > now)
    return flag(config.get("onboot")), later if higher else None


def guest_facts(
    ref: GuestRef,
    node: str,
    config: Mapping[str, str],
    pending: Mapping[str, str | None],
    digest: str,
    status: Mapping[str, Any],
    *,
    pool: str = "",
) -> GuestFacts:
    """Put together one guest from its config in force, what waits, and `status/current`."""
    name = config.get("name") or config.get("hostname") or text(status.get("name"))
    return GuestFacts(
        ref=ref,
        name=name or unnamed(ref),
        node=node,
        status=power(status),
        config=dict(config),
        pending=dict(pending),
        digest=digest,
        identity=identity(ref.kind, config),
        disks=disks(ref.kind, config),
        lock=config.get("lock") or text(status.get("lock")),
        template=flag(config.get("template")),
        protection=flag(config.get("protection")),
        ha_state=_ha_state(mapping(status.get("ha"))),
        used_mib=mib(status.get("mem")),
        guest_used_mib=_balloon_used(mapping(status.get("ballooninfo"))),
        uptime_seconds=whole(status.get("uptime")) or 0,
        tags=tags(config.get("tags")),
        pool=pool,
    )


def unnamed(ref: GuestRef) -> str:
    """Return what a guest without a known name is called."""
    return f"{ref.kind.word} {ref.vmid}"


def power(status: Mapping[str, Any]) -> str:
    """Return `running`, `stopped`, `paused` or `unknown`: the status word, refined by QEMU's."""
    word = text(status.get("status"))
    if word == "running" and text(status.get("qmpstatus")) in _PAUSED:
        return "paused"
    return word if word in {"running", "stopped", "paused"} else "unknown"


def identity(kind: Kind, config: Mapping[str, str]) -> Identity:
    """Return what tells the guest from another one that reuses its vmid."""
    if kind is Kind.VM:
        uuid = _uuid(properties(config.get("smbios1", "")))
        created = properties(config.get("meta", "")).get("ctime", "")
        return Identity(uuid=uuid, created=created)
    nets = (properties(v) for k, v in config.items() if _NIC.fullmatch(k))
    macs = (net.get("hwaddr", "").upper() for net in nets)
    root = properties(config.get("rootfs", ""), "volume").get("volume", "")
    return Identity(macs=tuple(sorted(m for m in macs if m)), root=root)


def _uuid(smbios: Mapping[str, str]) -> str:
    given = smbios.get("uuid", "").strip().lower()
    if _UUID.fullmatch(given) or not flag(smbios.get("base64")):
        return given
    try:
        return base64.b64decode(smbios["uuid"], validate=True).decode("ascii").strip().lower()
    except (binascii.Error, UnicodeDecodeError):
        return given


def _ha_state(managed: Mapping[str, Any]) -> str:
    if not flag(managed.get("managed")):
        return ""
    return text(managed.get("state")) or "managed"


def _balloon_used(figures: Mapping[str, Any]) -> int | None:
    total, free = whole(figures.get("total_mem")), whole(figures.get("free_mem"))
    return None if total is None or free is None else (total - free) // MIB


def summary(cluster: str, row: Mapping[str, Any]) -> GuestSummary | None:
    """Read one guest of `cluster/resources`; None if the row is no guest."""
    vmid = whole(row.get("vmid"))
    kind = text(row.get("type"))
    if vmid is None or kind not in {Kind.VM.value, Kind.CT.value}:
        return None
    ref = GuestRef(cluster=cluster, kind=Kind(kind), vmid=vmid)
    status = power(row)
    return GuestSummary(
        ref=ref,
        name=text(row.get("name")) or unnamed(ref),
        node=text(row.get("node")),
        status=status,
        template=flag(row.get("template")),
        memory_mib=mib(known(row.get("maxmem"))),
        used_mib=None if status == "unknown" else mib(row.get("mem")),
        cores=number(row.get("maxcpu")) or None,
        cpu_fraction=None if status == "unknown" else number(row.get("cpu")),
        uptime_seconds=whole(row.get("uptime")) or 0,
        tags=tags(row.get("tags")),
        pool=text(row.get("pool")),
        lock=text(row.get("lock")),
        ha_state=text(row.get("hastate")),
    )


def snapshot_memory(answer: Any) -> int | None:
    """Read the memory (MiB) in the config of a snapshot."""
    config, _ = plain_config(answer)
    return guest_config.memory_mib(config)


def snapshots(answer: Any) -> tuple[Snapshot, ...]:
    """Read the snapshot list, oldest first, without `current` (which is the present state)."""
    found = [
        Snapshot(
            name=text(row.get("name")),
            taken_at=whole(row.get("snaptime")),
            description=text(row.get("description")).rstrip("\n"),
            with_memory=flag(row.get("vmstate")),
            parent=text(row.get("parent")),
        )
        for row in rows(answer)
        if text(row.get("name")) not in {"", "current"}
    ]
    return tuple(sorted(found, key=lambda s: (s.taken_at or 0, s.name)))
