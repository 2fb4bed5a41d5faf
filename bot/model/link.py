"""Links into Proxmox VE's web UI: what they point at, and where they are shown as a card. Pure.

The UI keeps its state behind the `#`, as `v1:VIEW:RESOURCE:TAB:…`: a value is `=` and its text, or a
number from the UI's own dictionary. RESOURCE is `qemu/101`, `lxc/104` or `node/pve1`, with the slash as
it is or encoded (pve-manager, StateProvider.js; no guest and no node is in that dictionary).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from bot.model.guest import GuestRef, Kind

HTTPS = 443
RESOURCE = re.compile(r"v1:[^:]*:=(?P<resource>[^:]{1,200})(?::.*)?")
GUEST = re.compile(r"(?P<kind>qemu|lxc)/(?P<vmid>[1-9][0-9]{2,8})")
NODE = re.compile(r"node/(?P<node>[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfurling:
    """Where links become cards: in these channels, for these servers (`host:port` → cluster)."""

    channels: frozenset[str] = frozenset()
    servers: Mapping[str, str] = field(default_factory=dict)


NOWHERE = Unfurling()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsAt:
    """What a link points at in a cluster: a guest by kind and vmid, or else a node."""

    cluster: str
    kind: Kind | None = None
    vmid: int = 0
    node: str = ""


def server_of(address: str) -> str:
    """Return `host:port` of an https address; empty where it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port or HTTPS
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.scheme == "https" and parts.hostname else ""


def points_at(url: str, servers: Mapping[str, str]) -> PointsAt | None:
    """Return what a link points at; None if it leads elsewhere, or to nothing that has a card."""
    cluster = servers.get(server_of(url))
    found = RESOURCE.fullmatch(url.partition("#")[2])
    if cluster is None or found is None:
        return None
    resource = unquote(found["resource"])
    if guest := GUEST.fullmatch(resource):
        return PointsAt(cluster=cluster, kind=Kind(guest["kind"]), vmid=int(guest["vmid"]))
    node = NODE.fullmatch(resource)
    return PointsAt(cluster=cluster, node=node["node"]) if node else None


def web_page(host: str, ref: GuestRef) -> str:
    """Return the link that shows a guest in the web UI of a host, `https://pve1:8006`."""
    return f"{host}/#v1:0:={ref.kind.value}%2F{ref.vmid}"
