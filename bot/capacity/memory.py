"""Memory and cores of a node: two separate sums for memory, promised and in use, and one for cores."""

import math

from bot.capacity.finding import Finding, doubted, weigh
from bot.capacity.limits import share
from bot.capacity.promises import Range, as_mib, cores_of, memory_of, unknown
from bot.capacity.standing import Standing, configured_mib
from bot.model.guest import Kind
from bot.model.plan import Claim
from bot.model.refusal import Detail, Quantity
from bot.model.unit import Unit
from bot.model.verdict import Sum

PLUGGED = 0.9
"""A VM that holds this share of its memory may only hold page cache; the host cannot see which."""


def mib(amount: float) -> Quantity:
    """Return an amount of memory as a detail."""
    return Quantity(amount=int(amount), unit=Unit.MIB.value)


def at(whole: int | None, ratio: float) -> int | None:
    """Return a threshold; None while the whole is unknown."""
    return None if whole is None else share(whole, ratio)


def node_missing(standing: Standing) -> tuple[str, ...]:
    """Name the privilege that shows the node's figures."""
    return (f"Sys.Audit on /nodes/{standing.facts.node.name}",)


def promised_memory(claim: Claim, standing: Standing) -> Finding:
    """Judge what all guests of the node may claim (MiB)."""
    limits, node = standing.limits, standing.facts.node
    room = limits.room_mib(standing.cluster, node)
    others = memory_of(standing.neighbours)
    before, after = (others.plus(standing.before("memory")), others.plus(standing.after(claim)))
    notes: dict[str, Detail] = {"guests": len(standing.neighbours) + 1}
    if room is not None and after.high is not None:
        notes["missing_if_all"] = mib(max(0, after.high - room))
    figure = Sum(
        name="promised memory",
        unit=Unit.MIB,
        before=as_mib(before.high),
        after=as_mib(after.high),
        room=room,
        warn_at=at(room, limits.memory_promised_warn),
        hard_at=at(room, limits.memory_promised_max),
        worse=claim.growth > 0 and before != after,
        notes=notes,
    )
    missing = unknown(standing.neighbours, "memory") + (
        node_missing(standing) if room is None else ()
    )
    if standing.after(claim) is None:
        missing = (*missing, f"VM.Audit on /vms/{claim.guest.vmid}")
    return weigh(figure, after, "memory", missing=missing, bounded=room is not None)


def _in_use_notes(claim: Claim, standing: Standing, after: int | None) -> dict[str, Detail]:
    facts = standing.facts
    notes: dict[str, Detail] = {"limit": mib(claim.after), "limit_before": mib(claim.before)}
    if facts.guest.used_mib is not None:
        notes["used"] = mib(facts.guest.used_mib)
    if facts.node.memory_mib is not None:
        notes["total"] = mib(facts.node.memory_mib)
        if after is not None:
            notes["free_after"] = mib(facts.node.memory_mib - after)
    if facts.node.arc_mib is not None:
        notes["arc"] = mib(facts.node.arc_mib)
    return notes


def _guest_use(standing: Standing) -> int | None:
    guest = standing.facts.guest
    return guest.used_mib if guest.running else 0


def _hides_its_use(claim: Claim, standing: Standing) -> bool:
    """Return whether a VM holds nearly all its memory and nothing tells what the guest uses."""
    guest = standing.facts.guest
    configured = configured_mib(guest)
    if guest.ref.kind is not Kind.VM or not guest.running or claim.growth <= 0:
        return False
    if guest.guest_used_mib is not None or guest.used_mib is None or configured is None:
        return False
    return guest.used_mib >= PLUGGED * configured


def memory_in_use(claim: Claim, standing: Standing) -> Finding:
    """Judge what is in use if only this guest fills up: use now − its use + its new limit (MiB)."""
    limits, node, guest = standing.limits, standing.facts.node, standing.facts.guest
    usable = limits.usable_mib(standing.cluster, node)
    use = _guest_use(standing)
    after = None
    if node.used_mib is not None and use is not None:
        after = node.used_mib - min(use, node.used_mib) + claim.after
    figure = Sum(
        name="in use",
        unit=Unit.MIB,
        before=node.used_mib,
        after=after,
        room=usable,
        warn_at=at(usable, limits.memory_in_use_warn),
        hard_at=at(usable, limits.memory_in_use_max),
        worse=claim.growth > 0,
        notes=_in_use_notes(claim, standing, after),
    )
    unknown_node = node.used_mib is None or usable is None
    missing = node_missing(standing) if unknown_node else ()
    missing += (f"VM.Audit on /vms/{guest.ref.vmid}",) if use is None else ()
    span = Range(low=after or claim.after, high=after)
    found = weigh(figure, span, "memory", missing=missing, bounded=usable is not None)
    if _hides_its_use(claim, standing):
        return doubted(found, f"guest agent or balloon figures of {guest.name}")
    return found


def promised_cores(claim: Claim, standing: Standing) -> Finding:
    """Judge the cores of all guests of the node against the node's own."""
    limits, cpus = standing.limits, standing.facts.node.cpus
    others = cores_of(standing.neighbours)
    own = standing.before("cores") if standing.before("cores") is not None else claim.before
    others_before, others_after = others.plus(own), others.plus(_cores_after(claim, standing))
    span = Range(
        low=math.ceil(others_after.low),
        high=None if others_after.high is None else math.ceil(others_after.high),
    )
    figure = Sum(
        name="promised cores",
        unit=Unit.CORES,
        before=None if others_before.high is None else math.ceil(others_before.high),
        after=None if span.high is None else int(span.high),
        room=cpus,
        warn_at=at(cpus, limits.cores_promised_warn),
        hard_at=at(cpus, limits.cores_promised_max),
        worse=claim.growth > 0 and others_before != others_after,
        notes={"guests": len(standing.neighbours) + 1},
    )
    missing = unknown(standing.neighbours, "cores") + (node_missing(standing) if not cpus else ())
    return weigh(figure, span, "cores", missing=missing, bounded=bool(cpus))


def _cores_after(claim: Claim, standing: Standing) -> float:
    after = standing.after(claim)
    return claim.after if after is None else after
