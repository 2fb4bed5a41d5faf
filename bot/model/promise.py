"""What a guest's configuration promises it at its node, as claims."""

from bot.model.guest_config import Config, memory_mib, promised_cores
from bot.model.operation import Facts
from bot.model.plan import Claim

MEMORY_AND_CORES = frozenset({"memory", "cores"})


def node_claims(
    facts: Facts, now: Config | None, then: Config, resources: frozenset[str] = MEMORY_AND_CORES
) -> list[Claim]:
    """Return what moves at the node from one configuration to another; `now` None: not counted yet."""
    kind, cpus, ref = facts.guest.ref.kind, facts.node.cpus, facts.guest.ref
    values = {
        "memory": (memory_mib(now) if now is not None else 0, memory_mib(then)),
        "cores": (
            promised_cores(now, kind, cpus) if now is not None else 0,
            promised_cores(then, kind, cpus),
        ),
    }
    place = f"node/{facts.guest.node}"
    return [
        Claim(place=place, resource=name, guest=ref, before=before or 0, after=after)
        for name, (before, after) in values.items()
        if name in resources and after is not None and before != after
    ]


def counted(facts: Facts) -> bool:
    """Return whether the inventory's promised sums hold this guest: it runs, or starts at boot."""
    summary = facts.picture.guest(facts.guest.ref)
    at_boot = summary is not None and bool(summary.starts_at_boot)
    return facts.guest.running or at_boot
