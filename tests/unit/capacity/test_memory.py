"""Promised and in use: the two sums of memory, on the founding host."""

from dataclasses import replace

import pytest

from bot.capacity import Limits, NodeLimits, Reserve, judge
from bot.capacity.limits import share
from bot.model.guest import Kind
from bot.model.refusal import Quantity
from bot.model.verdict import VerdictClass
from tests.unit.capacity.world import (
    DB1,
    FOUNDING,
    GIB,
    HOST,
    LIMITS,
    claim,
    facts_of,
    guest,
    ledger,
    memory,
    raised,
    start,
    sum_of,
)

OTHERS = tuple(g for g in FOUNDING if g is not DB1)
FACTS = facts_of(DB1, *OTHERS)


def test_two_more_gib_fit_while_others_stay_below() -> None:
    """18 → 20 GiB are promised of 13.9: over the warning, under the hard limit."""
    verdict = judge(memory(DB1, 6 * GIB), FACTS, (), LIMITS)
    promised = sum_of(verdict, "promised memory")
    assert verdict.verdict is VerdictClass.WHILE_OTHERS_STAY_BELOW
    assert (promised.before, promised.after) == (18 * GIB, 20 * GIB)
    assert promised.room == 15_872 - 1_638
    assert promised.notes["guests"] == 7
    assert promised.notes["missing_if_all"] == Quantity(amount=20 * GIB - 14_234, unit="MiB")


def test_in_use_counts_this_guest_at_its_new_limit() -> None:
    """Use now − the guest's use + its new limit; what stays free is of the whole node."""
    in_use = sum_of(judge(memory(DB1, 6 * GIB), FACTS, (), LIMITS), "in use")
    assert in_use.after == 11_264 - 3_686 + 6 * GIB
    assert in_use.notes["free_after"] == Quantity(amount=15_872 - 13_722, unit="MiB")


def test_what_does_not_fit_names_the_largest_that_does() -> None:
    """The reserve of the host is never touched; the largest is in tenths of a GiB."""
    verdict = judge(memory(DB1, 12 * GIB), FACTS, (), LIMITS)
    assert verdict.verdict is VerdictClass.DOES_NOT_FIT
    assert verdict.largest_field == "memory"
    assert verdict.largest == 6_656
    assert 11_264 - 3_686 + 6_656 <= 14_234 < 11_264 - 3_686 + 6_656 + 103


def test_nothing_larger_fits_when_the_node_is_full() -> None:
    """With no room at all there is no amount to offer."""
    full = facts_of(DB1, *OTHERS, node=raised(HOST, used_mib=15_800))
    verdict = judge(memory(DB1, 6 * GIB), full, (), LIMITS)
    assert verdict.verdict is VerdictClass.DOES_NOT_FIT
    assert verdict.largest is None


def test_equal_to_the_hard_limit_passes() -> None:
    """A figure equal to a maximum is admitted; one MiB more is not."""
    limits = Limits(memory_reserve=Reserve(mib=0), memory_promised_max=1.0)
    alone = facts_of(DB1, node=raised(HOST, used_mib=3_686))
    fits = judge(memory(DB1, 15_872), alone, (), limits)
    over = judge(memory(DB1, 15_873), alone, (), limits)
    assert sum_of(fits, "promised memory").over_hard is False
    assert sum_of(over, "promised memory").over_hard is True
    assert over.verdict is VerdictClass.DOES_NOT_FIT


def test_a_reduction_passes_a_hard_limit_that_is_passed_already() -> None:
    """A hard limit refuses only what makes things worse."""
    crowded = facts_of(DB1, *OTHERS, guest(108, 20 * GIB), node=raised(HOST, used_mib=15_800))
    assert judge(memory(DB1, 3 * GIB), crowded, (), LIMITS).verdict is VerdictClass.FITS


def test_a_stopped_guest_counts_if_it_starts_at_boot() -> None:
    """Stopped guests that start at boot are promised; others are not, and templates never."""
    company = (
        guest(110, GIB, status="stopped", boots=True),
        guest(111, 2 * GIB, status="stopped", boots=False),
        guest(112, 4 * GIB, status="stopped", boots=True, template=True),
    )
    verdict = judge(memory(DB1, 5 * GIB), facts_of(DB1, *company), (), LIMITS)
    assert sum_of(verdict, "promised memory").before == 5 * GIB


def test_a_value_that_waits_for_a_restart_counts_as_taken() -> None:
    """What a restart would put in force is promised already."""
    waiting = guest(110, GIB, waiting=3 * GIB)
    verdict = judge(memory(DB1, 5 * GIB), facts_of(DB1, waiting), (), LIMITS)
    assert sum_of(verdict, "promised memory").before == 7 * GIB


def test_a_reservation_counts_once_at_its_target() -> None:
    """Another guest's reserved target replaces its configured memory in the sum."""
    other = guest(110, GIB)
    held = ledger(("R-1", claim(other, "memory", GIB, 4 * GIB)))
    verdict = judge(memory(DB1, 5 * GIB), facts_of(DB1, other), (held,), LIMITS)
    assert sum_of(verdict, "promised memory").before == 8 * GIB


def test_another_clusters_reservations_are_not_ours() -> None:
    """Nodes of two clusters may have the same name."""
    held = replace(ledger(("R-1", claim(guest(110, GIB), "memory", GIB, 4 * GIB))), cluster="lyon")
    verdict = judge(memory(DB1, 5 * GIB), facts_of(DB1), (held,), LIMITS)
    assert sum_of(verdict, "promised memory").before == 4 * GIB


def test_a_growth_below_what_waits_promises_no_less() -> None:
    """12 GiB wait for a restart; asking for 10 frees nothing until they are gone."""
    waiting = guest(104, 8 * GIB, waiting=12 * GIB)
    promised = sum_of(
        judge(memory(waiting, 10 * GIB), facts_of(waiting), (), LIMITS), "promised memory"
    )
    assert (promised.before, promised.after, promised.worse) == (12 * GIB, 12 * GIB, False)


def test_a_reduction_of_what_does_not_count_adds_nothing() -> None:
    """A stopped guest that does not start at boot is promised nothing, before and after."""
    stopped = guest(110, 8 * GIB, status="stopped", boots=False)
    promised = sum_of(
        judge(memory(stopped, 4 * GIB), facts_of(stopped), (), LIMITS), "promised memory"
    )
    assert (promised.before, promised.after) == (0, 0)


def test_use_is_read_with_care() -> None:
    """A stopped guest uses nothing, and nobody uses more than the whole node does."""
    stopped = guest(110, GIB, status="stopped", boots=False, used=900)
    started = sum_of(judge(start(stopped), facts_of(stopped), (), LIMITS), "in use")
    assert started.after == 11_264 + GIB
    swollen = guest(110, 4 * GIB, used=20_000)
    grown = sum_of(judge(memory(swollen, 5 * GIB), facts_of(swollen), (), LIMITS), "in use")
    assert grown.after == 5 * GIB


def test_ratios_are_exact() -> None:
    """0.29 of 100 is 29, and a share of a share is rounded towards safety."""
    assert share(100, 0.29) == 29
    assert share(99, 0.5) == 49
    assert Reserve(percent=10).of(15_872) == 1_588


def test_the_requests_own_reservation_is_not_counted() -> None:
    """Judged again at the claim, a request does not stand in its own way."""
    held = ledger(("R-1", claim(DB1, "memory", 4 * GIB, 6 * GIB)))
    verdict = judge(memory(DB1, 6 * GIB), FACTS, (held,), LIMITS, but="R-1")
    assert (
        sum_of(verdict, "promised memory").before,
        sum_of(verdict, "promised memory").after,
    ) == (18 * GIB, 20 * GIB)


def test_the_second_of_two_requests_sees_the_first() -> None:
    """Once the first is approved, the second does not fit, and what would is told."""
    limits = replace(LIMITS, memory_promised_max=1.5, memory_in_use_max=2.0)
    second = guest(101, 2 * GIB)
    held = ledger(("R-1", claim(DB1, "memory", 4 * GIB, 6 * GIB)))
    facts = facts_of(second, *(g for g in FOUNDING if g.ref != second.ref))
    assert (
        judge(memory(second, 4 * GIB), facts, (), limits).verdict is not VerdictClass.DOES_NOT_FIT
    )
    later = judge(memory(second, 4 * GIB), facts, (held,), limits)
    assert later.verdict is VerdictClass.DOES_NOT_FIT
    assert later.largest == 2_867


def test_a_start_is_admitted_like_an_increase() -> None:
    """A stopped guest that would not fit running does not start, and no amount can be lowered."""
    stopped = guest(110, 12 * GIB, status="stopped", boots=False, used=0)
    verdict = judge(start(stopped), facts_of(stopped, *FOUNDING), (), LIMITS)
    assert verdict.verdict is VerdictClass.DOES_NOT_FIT
    assert (verdict.largest, verdict.largest_field) == (None, "")


def test_a_start_that_was_promised_already_is_judged_by_use() -> None:
    """A guest that starts at boot is in the promised sum; what it may fill up still has to fit."""
    stopped = guest(110, 3 * GIB, status="stopped", boots=True, used=0)
    verdict = judge(start(stopped), facts_of(stopped, DB1), (), LIMITS)
    assert sum_of(verdict, "promised memory").worse is False
    assert sum_of(verdict, "in use").after == 11_264 + 3 * GIB
    assert verdict.verdict is VerdictClass.DOES_NOT_FIT


def test_a_start_of_unknown_size_cannot_be_told() -> None:
    """Memory that cannot be read is not nothing."""
    stopped = guest(110, None, status="stopped", boots=False, used=0)
    verdict = judge(start(stopped), facts_of(stopped), (), LIMITS)
    assert verdict.verdict is VerdictClass.CANNOT_TELL
    assert verdict.missing == ("VM.Audit on /vms/110",)


def test_the_largest_arc_is_taken_off_what_can_be_promised() -> None:
    """A ZFS ARC maximum lowers the room for promises and not the room in use, where it shows."""
    own = NodeLimits(memory_reserve=Reserve(mib=1_638), zfs_arc_max_mib=2 * GIB)
    verdict = judge(memory(DB1, 6 * GIB), FACTS, (), replace(LIMITS, nodes={"ilinux/pve1": own}))
    assert sum_of(verdict, "promised memory").room == 14_234 - 2 * GIB
    assert sum_of(verdict, "in use").room == 14_234


@pytest.mark.parametrize("figure", ["memory_mib", "used_mib"])
def test_a_node_without_figures_cannot_be_told(figure: str) -> None:
    """A missing figure is unknown, never zero, and the privilege that shows it is named."""
    verdict = judge(
        memory(DB1, 5 * GIB), facts_of(DB1, node=raised(HOST, **{figure: None})), (), LIMITS
    )
    assert verdict.verdict is VerdictClass.CANNOT_TELL
    assert verdict.missing == ("Sys.Audit on /nodes/pve1",)


def test_a_neighbour_of_unknown_size_is_named_by_vmid_only() -> None:
    """Names of other guests do not stand on a shared card."""
    verdict = judge(memory(DB1, 5 * GIB), facts_of(DB1, guest(110, None)), (), LIMITS)
    assert verdict.verdict is VerdictClass.CANNOT_TELL
    assert verdict.missing == ("VM.Audit on /vms/110",)


def test_unknown_boot_matters_only_where_it_tips_the_scales() -> None:
    """A stopped guest that may start at boot is told apart only if the class depends on it."""
    small = guest(110, GIB, status="stopped", boots=None)
    large = guest(111, 30 * GIB, status="stopped", boots=None)
    calm = facts_of(DB1, small, node=raised(HOST, used_mib=4_000))
    unsure = facts_of(DB1, large, node=raised(HOST, used_mib=4_000))
    assert judge(memory(DB1, 5 * GIB), calm, (), LIMITS).verdict is VerdictClass.FITS
    assert judge(memory(DB1, 5 * GIB), unsure, (), LIMITS).verdict is VerdictClass.CANNOT_TELL


def test_a_vm_full_of_what_may_be_page_cache_cannot_be_told() -> None:
    """At 97 % of its memory, without agent or balloon figures, nobody knows what a VM needs."""
    web = guest(100, 4 * GIB, used=3_973, kind=Kind.VM)
    calm = raised(HOST, used_mib=5_000)
    verdict = judge(memory(web, 5 * GIB), facts_of(web, node=calm), (), LIMITS)
    assert verdict.verdict is VerdictClass.CANNOT_TELL
    assert verdict.missing == ("guest agent or balloon figures of guest-100",)
    seen = judge(memory(web, 5 * GIB), facts_of(web, node=calm, guest_used=1_000), (), LIMITS)
    assert seen.verdict is VerdictClass.FITS
