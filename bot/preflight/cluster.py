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
from bot.model.feature import EVERYTHING, Features
from bot.preflight.finding import Finding, counted, fine, problem, warning
from bot.preflight.rights import rights_findings
from bot.preflight.times import of_header, skewed
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


async def cluster(settings: ClusterSettings, features: Features = EVERYTHING) -> Look:
    """Look at one cluster: every host by itself, then inside through the first that answers.

    The token needs what `features` need.
    """
    about = f"cluster {settings.name}"
    access = access_of(settings)
    hosts = await asyncio.gather(
        *(_host(about, replace(access, hosts=(host,))) for host in access.hosts)
    )
    try:
        findings = [host.finding for host in hosts]
        answering = [host for host in hosts if host.nodes]
        if not answering or answering[0].client is None:
            return Look(name=settings.name, findings=tuple(findings))
        findings += _strangers(about, answering)
        look = await _inside(about, access, answering[0].client, features)
        return replace(look, findings=(*findings, *look.findings))
    finally:
        for host in hosts:
            if host.client is not None:
                host.client.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Host:
    """One host: what was found, and the nodes it shows (none: it does not answer as it should)."""

    address: str
    finding: Finding
    client: ClusterClient | None = None
    nodes: frozenset[str] = frozenset()


def _strangers(about: str, hosts: list[_Host]) -> list[Finding]:
    """Name hosts of another cluster: what was planned on one would be carried out on the other."""
    first = hosts[0]
    return [
        problem(
            about,
            f"{other.address} shows other nodes ({_listed(other)}) than {first.address}"
            f" ({_listed(first)}): they are not one cluster",
            "give each cluster a [[cluster]] of its own",
        )
        for other in hosts[1:]
        if other.nodes != first.nodes
    ]


def _listed(host: _Host) -> str:
    return ", ".join(sorted(host.nodes))


async def _host(about: str, access: ClusterAccess) -> _Host:
    """Reach one host by itself; every host has to work, for any of them may be the last one up."""
    address = access.hosts[0]
    about = f"{about}, {address}"
    try:
        client = ClusterClient(access, SystemClock().now, lambda *_: None)
    except OSError as error:
        why = error.strerror or "no certificate in it"
        told = problem(about, f"ca_file {access.ca_file} cannot be used: {why}", _CA)
        return _Host(address=address, finding=told)
    try:
        version = text(mapping(await _read(client, calls.version(access.name))).get("version"))
        resources = await _read(client, calls.resources(access.name))
    except HypervisorFault as fault:
        return _Host(address=address, client=client, finding=_not_reached(about, access, fault))
    picture = estate.cluster_picture(access.name, resources, None, 0)
    return _Host(
        address=address,
        client=client,
        finding=_version(about, version),
        nodes=frozenset(node.name for node in picture.nodes) if version else frozenset(),
    )


_CA = "copy /etc/pve/pve-root-ca.pem of a node to this host and name it in ca_file"


def _not_reached(about: str, access: ClusterAccess, fault: HypervisorFault) -> Finding:
    if isinstance(fault, Refused) and fault.status == UNAUTHORIZED:
        there = f"is it there, enabled and not expired? pveum user token list {access.user}"
        make = token_commands(access.user, access.token_name)
        grant = grant_commands(access.user, access.token_name)
        return problem(about, fault.detail, there, *make, *grant)
    if "ostname mismatch" in fault.detail or "IP address mismatch" in fault.detail:
        advice = "in hosts write a name that the certificate has (pvenode cert info)"
        return problem(about, fault.detail, advice)
    if isinstance(fault, Refused):
        return problem(about, f"answers: {fault.detail} ({fault.status})", "is this Proxmox VE?")
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


async def _inside(
    about: str, access: ClusterAccess, client: ClusterClient, features: Features
) -> Look:
    """Read what the token may and what the cluster is."""
    clock, name = SystemClock(), access.name
    try:
        rights = estate.rights(await _read(client, calls.permissions(name)))
        resources = await _read(client, calls.resources(name))
    except HypervisorFault as fault:
        return Look(name=name, findings=(problem(about, str(fault), "check again"),))
    status = await _if_allowed(client, calls.cluster_status(name))
    options = await _if_allowed(client, calls.options(name))
    picture = estate.cluster_picture(name, resources, status, clock.now())
    found = rights_findings(about, access, rights, picture, features)
    found += _state(about, picture)
    if rights.holds("/nodes", "Sys.Audit"):
        found += await _clocks(about, client, picture, clock.now)
    elif (at := of_header(client.date)) is not None:
        found += skewed(about, f"the host {client.access.hosts[0]}", at, clock.now())
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
