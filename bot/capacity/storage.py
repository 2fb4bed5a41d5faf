"""Storage: thick space must be free; of thin space the use counts, and what disks may still claim."""

from bot.capacity.finding import Finding, weigh, worst
from bot.capacity.limits import Limits, share
from bot.capacity.promises import Range
from bot.capacity.standing import Standing
from bot.model.estate import StorageFacts, StorageKind
from bot.model.plan import Claim
from bot.model.refusal import Detail, Quantity
from bot.model.unit import Unit
from bot.model.verdict import Sum, VerdictClass

THIN = frozenset({StorageKind.THIN, StorageKind.ZFS, StorageKind.CEPH})
"""Growing a disk there takes nothing at once (`pve/FACTS.md`, storage status)."""

PREFIX = "storage:"


def storage_missing(name: str) -> tuple[str, ...]:
    """Name the privilege that shows a storage's figures."""
    return (f"Datastore.Audit on /storage/{name}",)


def size(amount: int) -> Quantity:
    """Return an amount of bytes as a detail."""
    return Quantity(amount=amount, unit=Unit.BYTES.value)


def reserved_bytes(standing: Standing, place: str, resource: str) -> int:
    """Return what other requests hold on a storage."""
    return sum(
        max(0, r.claim.growth)
        for ledger in standing.ledgers
        if (ledger.cluster, ledger.place) == (standing.cluster, place)
        for r in ledger.reservations
        if r.claim.resource == resource and r.request_id != standing.but
    )


def _known(storage: StorageFacts | None) -> bool:
    return (
        storage is not None
        and storage.active
        and None
        not in (
            storage.total_bytes,
            storage.used_bytes,
        )
    )


def _notes(storage: StorageFacts, used: int, reserved: int, growth: int) -> dict[str, Detail]:
    notes: dict[str, Detail] = {"kind": storage.kind.value, "growth": size(growth)}
    if storage.provisioned_bytes is not None:
        claimable = max(0, storage.provisioned_bytes - used) + reserved + growth
        notes |= {"claimable": size(claimable), "provisioned": size(used + claimable)}
    return notes


def storage_sum(
    storage: StorageFacts, limits: Limits, *, reserved: int = 0, growth: int = 0
) -> Sum:
    """Return a storage's use before and after a growth (bytes), with the thresholds of its kind.

    Files and unknown kinds count the growth as used at once, for nothing says that it is not.
    """
    total, used = storage.total_bytes, storage.used_bytes
    known = total is not None and used is not None and storage.active
    taken = (used or 0) + (0 if storage.kind in THIN else reserved)
    after = taken + (0 if storage.kind in THIN else growth)
    thick = storage.kind is StorageKind.THICK
    free = storage.available_bytes
    whole = (used or 0) + free if thick and free is not None else total
    return Sum(
        name=f"storage {storage.name}",
        unit=Unit.BYTES,
        before=taken if known else None,
        after=after if known else None,
        room=whole if known else None,
        warn_at=None if thick or not known else share(total or 0, limits.storage_used_warn),
        hard_at=_hard(storage, whole, limits) if known else None,
        worse=growth > 0,
        notes=_notes(storage, used or 0, reserved, growth) if known else {},
    )


def _hard(storage: StorageFacts, whole: int | None, limits: Limits) -> int | None:
    if storage.kind is StorageKind.THICK or whole is None:
        return whole
    return share(whole, limits.storage_used_max)


def _thin_class(storage: StorageFacts, figure: Sum) -> tuple[VerdictClass, tuple[str, ...]]:
    """Return how the claims of all thin disks stand against the pool: never hard."""
    provisioned = figure.notes.get("provisioned")
    if not isinstance(provisioned, Quantity) or storage.total_bytes is None:
        return VerdictClass.CANNOT_TELL, (f"disk sizes on {storage.name} ({_audit(storage)})",)
    if provisioned.amount > storage.total_bytes:
        return VerdictClass.WHILE_OTHERS_STAY_BELOW, ()
    return VerdictClass.FITS, ()


def _audit(storage: StorageFacts) -> str:
    return storage_missing(storage.name)[0]


def storage_use(claims: tuple[Claim, ...], standing: Standing) -> Finding:
    """Judge all claims of a plan on one storage together."""
    resource, place = claims[0].resource, claims[0].place
    name = resource.removeprefix(PREFIX)
    storage = next((s for s in standing.facts.storages if s.name == name), None)
    growth = sum(c.growth for c in claims)
    if storage is None or not _known(storage):
        return weigh(
            _unknown_sum(name, growth),
            Range(low=0, high=None),
            resource,
            missing=storage_missing(name),
            bounded=False,
        )
    reserved = reserved_bytes(standing, place, resource)
    figure = storage_sum(storage, standing.limits, reserved=reserved, growth=growth)
    span = Range(low=figure.after or 0, high=figure.after)
    found = weigh(figure, span, resource, missing=(), bounded=True)
    if storage.kind not in THIN or not figure.worse:
        return found
    promised, missing = _thin_class(storage, figure)
    verdict = worst([found.verdict, promised])
    return Finding(sum=figure, verdict=verdict, resource=resource, missing=missing)


def _unknown_sum(name: str, growth: int) -> Sum:
    return Sum(
        name=f"storage {name}",
        unit=Unit.BYTES,
        before=None,
        after=None,
        room=None,
        worse=growth > 0,
    )
