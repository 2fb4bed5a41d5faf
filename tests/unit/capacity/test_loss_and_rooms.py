"""Node loss, the headroom of a node, and reservations that the inventory shows in force."""

from dataclasses import replace

from bot.capacity import Limits, Reserve, judge, rooms, settled
from bot.model.estate import NodeFacts
from bot.model.refusal import Quantity
from bot.model.verdict import VerdictClass
from tests.unit.capacity.world import (
    DB1,
    FOUNDING,
    GIB,
    GIB_BYTES,
    LIMITS,
    THIN_POOL,
    claim,
    facts_of,
    guest,
    ledger,
    memory,
    picture,
    sum_of,
)

BARE = Limits(memory_reserve=Reserve(mib=0), memory_promised_warn=1.6)
TRIO = tuple(
    NodeFacts(name=f"pve{n}", online=True, memory_mib=16 * GIB, used_mib=4 * GIB, cpus=8)
    for n in (1, 2, 3)
)
APP = guest(201, 4 * GIB, node="pve2", used=GIB)
HA = (
    guest(202, 12 * GIB, node="pve1", ha="started"),
    guest(203, 8 * GIB, node="pve1", ha="started"),
    guest(204, 12 * GIB, node="pve3"),
)


def test_a_growth_that_leaves_no_room_for_the_guests_of_a_dead_node_is_told() -> None:
    """pve1's HA guests need 20; after the growth pve2 and pve3 have 14 left: 6 short, 4 before."""
    facts = facts_of(APP, *HA, node=TRIO[1], nodes=TRIO)
    verdict = judge(memory(APP, 6 * GIB), facts, (), BARE)
    loss = sum_of(verdict, "node loss")
    assert verdict.verdict is VerdictClass.WHILE_OTHERS_STAY_BELOW
    assert loss.notes["node"] == "pve1"
    assert loss.notes["short"] == Quantity(amount=6 * GIB, unit="MiB")
    assert loss.notes["short_before"] == Quantity(amount=4 * GIB, unit="MiB")


def test_node_loss_is_never_hard_and_can_be_switched_off() -> None:
    """Without `survive_node_loss` nobody looks at it."""
    facts = facts_of(APP, *HA, node=TRIO[1], nodes=TRIO)
    verdict = judge(memory(APP, 6 * GIB), facts, (), replace(BARE, survive_node_loss=False))
    assert verdict.verdict is VerdictClass.FITS
    assert "node loss" not in [s.name for s in verdict.sums]


def test_a_growth_that_all_survive_fits() -> None:
    """Enough room on the other nodes changes nothing."""
    facts = facts_of(APP, guest(202, 4 * GIB, node="pve1", ha="started"), node=TRIO[1], nodes=TRIO)
    assert judge(memory(APP, 6 * GIB), facts, (), BARE).verdict is VerdictClass.FITS


def test_a_survivor_that_is_over_its_room_takes_nothing_away() -> None:
    """pve3 promises 20 of 16: it has nothing left, and pve2 still has its 10."""
    crowded = (HA[0], guest(204, 20 * GIB, node="pve3"))
    facts = facts_of(APP, *crowded, node=TRIO[1], nodes=TRIO)
    loss = sum_of(judge(memory(APP, 6 * GIB), facts, (), BARE), "node loss")
    assert loss.notes["have"] == Quantity(amount=10 * GIB, unit="MiB")
    assert loss.notes["short"] == Quantity(amount=2 * GIB, unit="MiB")


def test_without_ha_nothing_has_to_survive() -> None:
    """Guests that HA does not restart need no room elsewhere."""
    facts = facts_of(APP, guest(204, 12 * GIB, node="pve3"), node=TRIO[1], nodes=TRIO)
    verdict = judge(memory(APP, 6 * GIB), facts, (), BARE)
    assert [s.name for s in verdict.sums] == ["promised memory", "in use"]


def test_a_survivor_without_figures_cannot_be_told() -> None:
    """Room on a node that shows no memory is unknown, and the privilege is named."""
    blind = (TRIO[0], TRIO[1], replace(TRIO[2], memory_mib=None))
    facts = facts_of(APP, *HA, node=TRIO[1], nodes=blind)
    verdict = judge(memory(APP, 6 * GIB), facts, (), BARE)
    assert verdict.verdict is VerdictClass.CANNOT_TELL
    assert "Sys.Audit on /nodes/pve3" in verdict.missing
    assert "have" not in sum_of(verdict, "node loss").notes


def test_the_room_of_a_node_shows_its_sums_as_they_are() -> None:
    """Promised, in use, cores and storage, with what reservations hold beside the promise."""
    held = ledger(("R-1", claim(DB1, "memory", 4 * GIB, 6 * GIB)))
    shown = rooms(replace(picture(*FOUNDING), storages=(THIN_POOL,)), (held,), LIMITS)[0]
    assert (shown.guests, shown.held_mib, shown.missing) == (7, 2 * GIB, ())
    assert [(s.name, s.after) for s in shown.sums] == [
        ("promised memory", 20 * GIB),
        ("in use", 11_264),
        ("promised cores", 7),
        ("storage local-lvm", 250 * GIB_BYTES),
    ]


def test_the_room_of_a_silent_node_names_what_is_missing() -> None:
    """Unknown figures are None, never zero."""
    silent = NodeFacts(name="pve1", online=False)
    shown = rooms(picture(guest(101, None), nodes=(silent,)), (), LIMITS)[0]
    assert [s.after for s in shown.sums] == [None, None, 1]
    assert shown.missing == ("VM.Audit on /vms/101", "Sys.Audit on /nodes/pve1")


def test_a_reservation_settles_when_the_inventory_shows_the_value() -> None:
    """Not when the call returned: when the figure is there."""
    held = ledger(("R-1", claim(DB1, "memory", 4 * GIB, 6 * GIB)))
    assert settled(held, picture(DB1)) == ()
    assert settled(held, picture(replace(DB1, memory_mib=6 * GIB))) == ("R-1",)


def test_a_request_settles_as_a_whole() -> None:
    """Cores that are still to come keep the memory's reservation, too."""
    held = ledger(
        ("R-1", claim(DB1, "memory", 4 * GIB, 6 * GIB)), ("R-1", claim(DB1, "cores", 1, 2))
    )
    assert settled(held, picture(replace(DB1, memory_mib=6 * GIB))) == ()
    assert settled(held, picture(replace(DB1, memory_mib=6 * GIB, cores=2))) == ("R-1",)


def test_a_start_settles_once_the_guest_runs() -> None:
    """The configured memory was there before; what counts is that it is taken."""
    held = ledger(("R-1", claim(DB1, "memory", 0, 4 * GIB)))
    assert settled(held, picture(replace(DB1, status="stopped"))) == ()
    assert settled(held, picture(DB1)) == ("R-1",)


def test_a_guest_that_is_not_shown_settles_nothing() -> None:
    """An absent guest is unknown; its reservation stays."""
    held = ledger(("R-1", claim(DB1, "memory", 4 * GIB, 6 * GIB)))
    assert settled(held, picture()) == ()


def test_storage_settles_well_after_the_read_back() -> None:
    """The inventory names no disk sizes: a picture taken 30 s after the read-back shows it."""
    held = ledger(("R-1", claim(DB1, "storage:local-lvm", 0, GIB_BYTES)))
    then = replace(picture(DB1), read_at=100_000)
    assert settled(held, then) == ()
    assert settled(held, then, {"R-1": 90_000}) == ()
    assert settled(held, then, {"R-1": 70_000}) == ("R-1",)
