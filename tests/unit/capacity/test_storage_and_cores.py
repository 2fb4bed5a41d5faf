"""Storage by its kind, and cores against the node's own."""

from dataclasses import replace

import pytest

from bot.capacity import judge
from bot.model.estate import StorageKind
from bot.model.refusal import Quantity
from bot.model.unit import Unit
from bot.model.verdict import VerdictClass
from tests.unit.capacity.world import (
    DB1,
    GIB_BYTES,
    LIMITS,
    THIN_POOL,
    claim,
    draft,
    facts_of,
    guest,
    ledger,
    sum_of,
)

GROW = draft(DB1, ("rootfs", Unit.BYTES, 32 * GIB_BYTES, 52 * GIB_BYTES))
THICK = replace(THIN_POOL, kind=StorageKind.THICK, provisioned_bytes=None)


def test_growing_a_thin_disk_uses_nothing_but_may_claim_more() -> None:
    """Use stays at 78 %; what all thin disks could still claim is noted."""
    verdict = judge(GROW, facts_of(DB1), (), LIMITS)
    pool = sum_of(verdict, "storage local-lvm")
    assert verdict.verdict is VerdictClass.FITS
    assert pool.before == pool.after == 250 * GIB_BYTES
    assert pool.notes["claimable"] == Quantity(amount=70 * GIB_BYTES, unit="bytes")


def test_a_thin_pool_that_could_overflow_fits_while_others_stay_below() -> None:
    """Disks that together may claim more than there is change the verdict."""
    wide = replace(THIN_POOL, provisioned_bytes=410 * GIB_BYTES)
    verdict = judge(GROW, facts_of(DB1, storages=(wide,)), (), LIMITS)
    assert verdict.verdict is VerdictClass.WHILE_OTHERS_STAY_BELOW


def test_a_full_thin_pool_takes_no_growth() -> None:
    """Past the hard share in use, no disk on it grows."""
    full = replace(THIN_POOL, used_bytes=289 * GIB_BYTES)
    verdict = judge(GROW, facts_of(DB1, storages=(full,)), (), LIMITS)
    assert verdict.verdict is VerdictClass.DOES_NOT_FIT
    assert verdict.largest is None


def test_unknown_disk_sizes_cannot_be_told() -> None:
    """Without the sum of disk sizes nobody knows what the pool has promised."""
    blind = replace(THIN_POOL, provisioned_bytes=None)
    verdict = judge(GROW, facts_of(DB1, storages=(blind,)), (), LIMITS)
    assert verdict.verdict is VerdictClass.CANNOT_TELL
    assert verdict.missing == ("disk sizes on local-lvm (Datastore.Audit on /storage/local-lvm)",)


def test_thick_space_must_be_free() -> None:
    """Growth up to the free space fits; what others hold of it is not free."""
    fits = judge(GROW, facts_of(DB1, storages=(THICK,)), (), LIMITS)
    held = ledger(("R-1", claim(guest(101, 512), "storage:local-lvm", 0, 60 * GIB_BYTES)))
    over = judge(GROW, facts_of(DB1, storages=(THICK,)), (held,), LIMITS)
    assert fits.verdict is VerdictClass.FITS
    assert over.verdict is VerdictClass.DOES_NOT_FIT
    assert (over.largest, over.largest_field) == (42 * GIB_BYTES, "rootfs")
    own = judge(GROW, facts_of(DB1, storages=(THICK,)), (held,), LIMITS, but="R-1")
    assert own.verdict is VerdictClass.FITS


@pytest.mark.parametrize("kind", [StorageKind.FILES, StorageKind.OTHER])
def test_files_count_a_growth_as_used(kind: StorageKind) -> None:
    """Nothing says that files stay sparse: 250 + 20 of 320 GiB is past the warning."""
    files = replace(THICK, kind=kind)
    verdict = judge(GROW, facts_of(DB1, storages=(files,)), (), LIMITS)
    assert verdict.verdict is VerdictClass.WHILE_OTHERS_STAY_BELOW
    assert sum_of(verdict, "storage local-lvm").after == 270 * GIB_BYTES


@pytest.mark.parametrize("storages", [(), (replace(THIN_POOL, active=False),)])
def test_a_storage_without_figures_cannot_be_told(storages: tuple[()]) -> None:
    """An inactive or invisible storage is unknown, not empty."""
    verdict = judge(GROW, facts_of(DB1, storages=storages), (), LIMITS)
    assert verdict.verdict is VerdictClass.CANNOT_TELL
    assert verdict.missing == ("Datastore.Audit on /storage/local-lvm",)


def test_cores_have_a_ratio_of_their_own() -> None:
    """Promised cores pass the warning at twice, and the hard limit at four times the node's."""
    company = guest(110, 512, cores=6)
    fits, warned, over = (
        judge(draft(DB1, ("cores", Unit.CORES, 1, cores)), facts_of(DB1, company), (), LIMITS)
        for cores in (2, 3, 12)
    )
    assert fits.verdict is VerdictClass.FITS
    assert warned.verdict is VerdictClass.WHILE_OTHERS_STAY_BELOW
    assert over.verdict is VerdictClass.DOES_NOT_FIT
    assert (over.largest, over.largest_field) == (10, "cores")


@pytest.mark.parametrize(
    ("field", "asked", "largest"), [("cores", (1, 8), 5), ("vcpus", (2, 16), 10)]
)
def test_the_largest_is_in_the_field_that_was_asked(
    field: str, asked: tuple[int, int], largest: int
) -> None:
    """With two sockets each core is two; vcpus are the cores themselves."""
    drafted = draft(DB1, (field, Unit.CORES, *asked))
    total = claim(DB1, "cores", 2, 16)
    facts = facts_of(replace(DB1, cores=2), guest(110, 512, cores=6))
    verdict = judge(replace(drafted, claims=(total,)), facts, (), LIMITS)
    assert (verdict.largest, verdict.largest_field) == (largest, field)


def test_a_plan_that_claims_nothing_fits() -> None:
    """A snapshot or a reboot takes no room."""
    assert judge(draft(DB1), facts_of(DB1), (), LIMITS).verdict is VerdictClass.FITS
