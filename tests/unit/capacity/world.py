"""The founding host and what can be asked of it, as values."""

from dataclasses import replace

from bot.capacity import Limits, NodeLimits, Reserve
from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts, StorageKind
from bot.model.guest import GuestFacts, GuestRef, GuestSummary, Identity, Kind
from bot.model.intent import Timing
from bot.model.ledger import Ledger, Reservation
from bot.model.operation import Facts
from bot.model.plan import Change, Claim, Draft, Effect, Target
from bot.model.unit import Unit
from bot.model.verdict import Sum, Verdict

GIB = 1024
GIB_BYTES = 1024**3
HOST = NodeFacts(name="pve1", online=True, memory_mib=15_872, used_mib=11_264, cpus=4)
LIMITS = Limits(nodes={"pve1": NodeLimits(memory_reserve=Reserve(mib=1_638))})
THIN_POOL = StorageFacts(
    name="local-lvm",
    node="pve1",
    kind=StorageKind.THIN,
    shared=False,
    active=True,
    total_bytes=320 * GIB_BYTES,
    used_bytes=250 * GIB_BYTES,
    available_bytes=70 * GIB_BYTES,
    provisioned_bytes=300 * GIB_BYTES,
)


def guest(
    vmid: int,
    memory: int | None,
    *,
    used: int | None = 512,
    node: str = "pve1",
    status: str = "running",
    kind: Kind = Kind.CT,
    cores: float | None = 1,
    boots: bool | None = True,
    template: bool = False,
    waiting: int | None = None,
    ha: str = "",
) -> GuestSummary:
    """Return one guest of the inventory."""
    return GuestSummary(
        ref=GuestRef(cluster="ilinux", kind=kind, vmid=vmid),
        name=f"guest-{vmid}",
        node=node,
        status=status,
        memory_mib=memory,
        used_mib=used,
        cores=cores,
        starts_at_boot=boots,
        template=template,
        waiting_mib=waiting,
        ha_state=ha,
    )


DB1 = guest(104, 4 * GIB, used=3_686)
FOUNDING = (
    guest(101, 2 * GIB),
    guest(102, 2 * GIB),
    guest(103, 2 * GIB),
    DB1,
    guest(105, 2 * GIB),
    guest(106, 2 * GIB),
    guest(107, 4 * GIB, kind=Kind.VM),
)
"""Seven guests, promised 18 GiB together."""


def picture(*guests: GuestSummary, nodes: tuple[NodeFacts, ...] = (HOST,)) -> ClusterPicture:
    """Return the cluster's picture."""
    return ClusterPicture(
        cluster="ilinux", read_at=0, quorate=True, nodes=nodes, guests=guests, storages=()
    )


def facts_of(
    summary: GuestSummary,
    *others: GuestSummary,
    node: NodeFacts = HOST,
    nodes: tuple[NodeFacts, ...] = (),
    guest_used: int | None = None,
    storages: tuple[StorageFacts, ...] = (THIN_POOL,),
) -> Facts:
    """Return the facts for a change of the first guest, in the company of the others."""
    config = {"onboot": "1"} if summary.starts_at_boot else {"onboot": "0"}
    pending = {"memory": str(summary.waiting_mib)} if summary.waiting_mib else {}
    return Facts(
        guest=GuestFacts(
            ref=summary.ref,
            name=summary.name,
            node=summary.node,
            status=summary.status,
            config=config | {"memory": str(summary.memory_mib or "?")},
            pending=pending,
            digest="",
            identity=Identity(),
            used_mib=summary.used_mib,
            guest_used_mib=guest_used,
            ha_state=summary.ha_state,
        ),
        node=node,
        storages=storages,
        picture=picture(summary, *others, nodes=nodes or (node,)),
        rights=Rights(paths={}),
        read_at=0,
    )


def claim(summary: GuestSummary, resource: str, before: int, after: int) -> Claim:
    """Return a claim on the guest's node."""
    place = f"node/{summary.node}"
    return Claim(place=place, resource=resource, guest=summary.ref, before=before, after=after)


def draft(summary: GuestSummary, *moves: tuple[str, Unit, int, int]) -> Draft:
    """Return a draft of (field, unit, before, after) with the claims that follow from it."""
    changes = tuple(
        Change(
            field=field,
            unit=unit,
            before=before,
            after=after,
            effect=Effect.LIVE,
            words=frozenset({field, "less"} if after < before else {field}),
        )
        for field, unit, before, after in moves
    )
    claims = tuple(
        claim(summary, "storage:local-lvm", 0, after - before)
        if unit is Unit.BYTES
        else claim(summary, field, before, after)
        for field, unit, before, after in moves
    )
    return bare_draft(summary, changes, claims)


def bare_draft(
    summary: GuestSummary, changes: tuple[Change, ...], claims: tuple[Claim, ...]
) -> Draft:
    """Return a draft of exactly these changes and claims."""
    target = Target(
        ref=summary.ref, name=summary.name, node=summary.node, identity=Identity(uuid="u")
    )
    return Draft(
        target=target,
        operation="resources",
        timing=Timing(),
        changes=changes,
        steps=(),
        claims=claims,
    )


def memory(summary: GuestSummary, after: int) -> Draft:
    """Return a draft that sets the guest's memory."""
    return draft(summary, ("memory", Unit.MIB, summary.memory_mib or 0, after))


def start(summary: GuestSummary) -> Draft:
    """Return a draft that starts the guest: claimed from nothing, unless the sums count it anyway."""
    starting = Change(
        field="status",
        unit=Unit.TEXT,
        before="stopped",
        after="running",
        effect=Effect.LIVE,
        words=frozenset({"start"}),
    )
    counted = summary.starts_at_boot or summary.memory_mib is None
    claims = () if counted else (claim(summary, "memory", 0, summary.memory_mib or 0),)
    return bare_draft(summary, (starting,), claims)


def ledger(*held: tuple[str, Claim], place: str = "node/pve1") -> Ledger:
    """Return a place's ledger with (request id, claim) pairs."""
    return Ledger(
        cluster="ilinux",
        place=place,
        reservations=tuple(Reservation(request_id=i, handle=i, claim=c) for i, c in held),
    )


def sum_of(verdict: Verdict, name: str) -> Sum:
    """Return the sum of that name."""
    return next(s for s in verdict.sums if s.name == name)


def raised(node: NodeFacts, **figures: int | None) -> NodeFacts:
    """Return the node with other figures."""
    return replace(node, **figures)  # type: ignore[arg-type]  # figures are fields of NodeFacts
