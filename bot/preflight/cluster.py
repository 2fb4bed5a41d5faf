"""A Proxmox cluster: each host by itself, then the token and what it may, quorum and clocks."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.clock import SystemClock
from bot.config import ClusterSettings
from bot.model.errors import HypervisorFault, Refused
from bot.model.estate import ClusterPicture, Rights
from bot.preflight.finding import Finding, counted, fine, problem, warning
from bot.preflight.rights import rights_findings
from bot.preflight.times import skewed
from bot.proxmox import calls
from bot.proxmox.calls import Call
from bot.proxmox.client import ClusterAccess, ClusterClient
from bot.proxmox.privileges import grant_commands, token_commands
from bot.proxmox.reading import estate
from bot.proxmox.reading.values import mapping, text
from bot.wiring import access_of

MAJORS = (8, 9)
"""The versions of Proxmox VE that this was built for."""

UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen of a cluster; `picture` is None if it could not be read.

    `registered` are the tags that only administrators may set; None if that cannot be read.
    """

    name: str
    findings: tuple[Finding, ...]
    picture: ClusterPicture | None = None
    rights: Rights = field(default_factory=lambda: Rights(paths={}))
    registered: frozenset[str] | None = None


async def cluster(settings: ClusterSettings) -> Look:
    """Look at one cluster."""
    about = f"cluster {settings.name}"
    access = access_of(settings)
    clients: list[ClusterClient] = []
    try:
        found = []
        for host in access.hosts:
            client, finding = await _host(about, replace(access, hosts=(host,)))
            clients += [client] if client else []
            found.append((finding, client if finding.level.value == "ok" else None))
        hosts = tuple(finding for finding, _ in found)
        first = next((client for _, client in found if client is not None), None)
        if first is None:
            return Look(name=settings.name, findings=hosts)
        look = await _inside(settings.name, about, access, first)
        return replace(look, findings=(*hosts, *look.findings))
    finally:
        for client in clients:
            client.close()


async def _host(about: str, access: ClusterAccess) -> tuple[ClusterClient | None, Finding]:
    """Reach one host by itself; every host has to work, for any of them may be the last one up."""
    about = f"{about}, {access.hosts[0]}"
    try:
        client = ClusterClient(access, SystemClock().now, lambda *_: None)
    except OSError as error:
        why = error.strerror or "no certificate in it"
        told = problem(about, f"ca_file {access.ca_file} cannot be used: {why}", _CA)
        return None, told
    try:
        answer = await _read(client, calls.version(access.name))
    except HypervisorFault as fault:
        return client, _not_reached(about, access, fault)
    return client, _version(about, text(mapping(answer).get("version")))


_CA = "copy /etc/pve/pve-root-ca.pem of a node to this host and name it in ca_file"


def _not_reached(about: str, access: ClusterAccess, fault: HypervisorFault) -> Finding:
    if isinstance(fault, Refused) and fault.status == UNAUTHORIZED:
        make = token_commands(access.user, access.token_name)
        return problem(about, fault.detail, *make, *grant_commands(access.user, access.token_name))
    if "ostname mismatch" in fault.detail or "IP address mismatch" in fault.detail:
        advice = "in hosts write a name that the certificate has (pvenode cert info)"
        return problem(about, fault.detail, advice)
    if "certificate" in fault.detail:
        advice = "or set fingerprint to the one that pvenode cert info shows on that node"
        return problem(about, fault.detail, _CA, advice)
    advice = "is the address right, the node up, port 8006 open to this host?"
    return problem(about, f"cannot be reached: {fault.detail}", advice)


def _version(about: str, version: str) -> Finding:
    major = re.match(r"\d+", version)
    if major is None:
        return problem(about, "does not say its version: is this Proxmox VE?")
    if int(major[0]) < min(MAJORS):
        return problem(about, f"is Proxmox VE {version}: too old", "upgrade it to 8.4 or 9")
    if int(major[0]) > max(MAJORS):
        return warning(about, f"is Proxmox VE {version}: newer than this version knows")
    return fine(about, f"Proxmox VE {version}, the token is accepted")


async def _inside(name: str, about: str, access: ClusterAccess, client: ClusterClient) -> Look:
    """Read what the token may and what the cluster is."""
    clock = SystemClock()
    try:
        rights = estate.rights(await _read(client, calls.permissions(name)))
        resources = await _read(client, calls.resources(name))
    except HypervisorFault as fault:
        return Look(name=name, findings=(problem(about, str(fault), "check again"),))
    status = await _if_allowed(client, calls.cluster_status(name))
    options = await _if_allowed(client, calls.options(name))
    picture = estate.cluster_picture(name, resources, status, clock.now())
    found = rights_findings(about, access, rights, picture)
    found += _state(about, picture)
    if rights.holds("/nodes", "Sys.Audit"):
        found += await _clocks(about, client, picture, clock.now)
    return Look(
        name=name,
        findings=tuple(found),
        picture=picture,
        rights=rights,
        registered=_registered(options) if rights.holds("/", "Sys.Audit") else None,
    )


def _state(about: str, picture: ClusterPicture) -> list[Finding]:
    """Say whether the cluster has its quorum, and which nodes are away."""
    guests = counted(len(picture.guests), "guest")
    found = [fine(about, f"{counted(len(picture.nodes), 'node')}, {guests}")]
    if picture.quorate is False:
        found = [problem(about, "it has no quorum: nothing can be changed", "pvecm status")]
    away = [node.name for node in picture.nodes if not node.online]
    return found + [warning(about, f"node {name} is offline") for name in away]


async def _clocks(
    about: str, client: ClusterClient, picture: ClusterPicture, now: Callable[[], int]
) -> list[Finding]:
    found = []
    for node in (n.name for n in picture.nodes if n.online):
        answer = mapping(await _if_allowed(client, calls.node_time(picture.cluster, node)))
        if isinstance(answer.get("time"), int):
            found += skewed(about, f"node {node}", answer["time"] * 1000, now())
    return found


def _registered(options: Any) -> frozenset[str]:
    """Return the tags that need Sys.Modify to be set: a list, or one text with semicolons."""
    given = mapping(options).get("registered-tags") or ()
    return frozenset(given.split(";") if isinstance(given, str) else map(str, given))


async def _if_allowed(client: ClusterClient, call: Call) -> Any:
    try:
        return await _read(client, call)
    except HypervisorFault:
        return None


async def _read(client: ClusterClient, call: Call) -> Any:
    return await asyncio.to_thread(client.read, call)
