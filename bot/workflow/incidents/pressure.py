"""Pressure: on a node that is short of memory the requests of an incident go before all others."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.inventory import PICTURE_MS
from bot.model.audit import AuditEntry
from bot.model.errors import HypervisorFault
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.guest import GuestSummary
from bot.model.incident import Incident
from bot.model.pause import Hold, Pause
from bot.model.people import SYSTEM
from bot.model.refusal import Refusal
from bot.workflow.contended import insist
from bot.workflow.parts import Parts
from bot.workflow.pausing import keep

GUEST_FULL = 0.95
"""From which share of its memory in use a guest of the incident counts as under pressure."""

NARROWER = 0.05
"""How far below its threshold a share has to fall before a node is let go: what flaps is held once."""


async def relieve_or_hold(parts: Parts, incident: Incident) -> tuple[str, ...]:
    """Hold the nodes under pressure that guests of an open incident are on, let go of all others.

    While a node is held, only requests that came from the incident begin on it. Returns those held now,
    as `CLUSTER/NODE`. A cluster that does not answer, and a node without figures, stay as they are;
    a closed incident holds nothing. Safe to be called by several at once.
    """
    held: list[str] = []
    for cluster in parts.hypervisor.clusters():
        held += [f"{cluster}/{node}" for node in await _in_cluster(parts, incident, cluster)]
    return tuple(held)


async def _in_cluster(parts: Parts, incident: Incident, cluster: str) -> tuple[str, ...]:
    """Return the nodes held in one cluster, tried anew if somebody else changed its pause first."""

    async def attempt() -> tuple[str, ...]:
        (pause,) = await parts.store.pauses(cluster)
        mine = {hold.node: hold for hold in pause.holds if hold.incident == incident.id}
        try:
            pressed = await _pressed(parts, incident, cluster, mine)
        except HypervisorFault:
            return tuple(mine)
        await _change(parts, incident, pause, mine, pressed)
        return tuple(pressed)

    held = await insist(parts.store, parts.clock, attempt)
    return () if isinstance(held, Refusal) else held


async def _change(
    parts: Parts,
    incident: Incident,
    pause: Pause,
    mine: Mapping[str, Hold],
    pressed: Mapping[str, str],
) -> None:
    """Save what is held from now on; what waited on a node that is let go begins at once."""
    gone, new = mine.keys() - pressed.keys(), pressed.keys() - mine.keys()
    if not gone and not new:
        return
    now = await parts.store.now()
    kept = tuple(h for h in pause.holds if h.incident != incident.id or h.node not in gone)
    added = (
        Hold(node=n, incident=incident.id, handle=incident.handle, at=now, why=pressed[n])
        for n in sorted(new)
    )
    said = [f"{pause.cluster}/{node}: {pressed[node]}" for node in sorted(new)]
    said += [f"{pause.cluster}/{node} is let go" for node in sorted(gone)]
    entry = AuditEntry(
        at=now,
        actor=SYSTEM,
        what="hold" if new else "let go",
        request_id=incident.id,
        handle=incident.handle,
        accepted=True,
        why="; ".join(said),
        version_before=pause.version,
        version_after=pause.version + 1,
    )
    after = replace(pause, holds=(*kept, *added))
    await keep(parts.store, parts.wake, after, entry, goes_on=bool(gone))


async def _pressed(
    parts: Parts, incident: Incident, cluster: str, held: Mapping[str, Hold]
) -> dict[str, str]:
    """Return node → why, of those that the incident has to hold."""
    attached = {guest.ref for guest in incident.guests if guest.ref.cluster == cluster}
    if not incident.open or not attached:
        return {}
    picture = await parts.inventory.picture(cluster, min(PICTURE_MS, parts.terms().watch_every))
    found: dict[str, str] = {}
    for guest in picture.guests:
        if guest.ref not in attached or guest.node in found:
            continue
        hold = held.get(guest.node)
        over = parts.policy().pressure
        if why := next(_reasons(picture, guest, over, hold), ""):
            found[guest.node] = why
    return found


def _reasons(
    picture: ClusterPicture, guest: GuestSummary, over: float, hold: Hold | None
) -> Iterator[str]:
    """Yield why a guest's node is under pressure; where figures are missing it stays as it was."""
    node, less = picture.node(guest.node), NARROWER if hold else 0.0
    in_use = _share_of_node(node) if node else None
    full = _share(guest.used_mib, guest.memory_mib) if guest.running else 0.0
    if in_use is not None and in_use >= over - less:
        yield f"{round(in_use * 100)} % of its memory is in use"
    if full is not None and full >= GUEST_FULL - less:
        yield f"{guest.ref.word} uses {round(full * 100)} % of its memory"
    if hold and (in_use is None or full is None):
        yield hold.why


def _share_of_node(node: NodeFacts) -> float | None:
    return _share(node.used_mib, node.memory_mib) if node.online else None


def _share(used: int | None, whole: int | None) -> float | None:
    return None if used is None or not whole else used / whole
