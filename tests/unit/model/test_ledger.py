"""Reservations at one place."""

from dataclasses import replace

from bot.model.guest import GuestRef, Kind
from bot.model.ledger import Ledger
from tests.unit.redis_store.samples import CLAIM, GUEST, PLACE

EMPTY = Ledger(cluster="paris", place=PLACE)
MORE = replace(CLAIM, after=8192)
ELSEWHERE = replace(CLAIM, place="node/pve2")
OTHER = GuestRef(cluster="paris", kind=Kind.VM, vmid=105)


def test_it_holds_the_claims_of_its_own_place() -> None:
    """Claims at other places are not kept here."""
    held = EMPTY.holding("a", "R-A", (CLAIM, ELSEWHERE))
    assert [r.claim for r in held.reservations] == [CLAIM]


def test_holding_anew_replaces_what_the_request_held() -> None:
    """A request holds exactly its latest claims; others' stay."""
    held = EMPTY.holding("a", "R-A", (CLAIM,)).holding("b", "R-B", (CLAIM,))
    again = held.holding("a", "R-A", (MORE,))
    assert {(r.request_id, r.claim.after) for r in again.reservations} == {("a", 8192), ("b", 6144)}
    assert again == again.holding("a", "R-A", (MORE,))


def test_without_takes_away_one_request_only() -> None:
    """Giving up leaves all others; doing it twice is doing it once."""
    held = EMPTY.holding("a", "R-A", (CLAIM,)).holding("b", "R-B", (MORE,))
    left = held.without("a")
    assert [r.request_id for r in left.reservations] == ["b"]
    assert left == left.without("a")


def test_the_version_is_the_one_that_was_read() -> None:
    """Changing it in memory does not touch the version that guards its save."""
    read = replace(EMPTY, version=7)
    assert read.holding("a", "R-A", (CLAIM,)).without("a").version == 7


def test_a_guests_target_is_the_highest_reserved() -> None:
    """One request may be left out: the one that is judged again."""
    held = EMPTY.holding("a", "R-A", (CLAIM,)).holding("b", "R-B", (MORE,))
    assert held.target_of(GUEST, "memory") == 8192
    assert held.target_of(GUEST, "memory", but="b") == 6144
    assert held.target_of(GUEST, "cores") is None
    assert held.target_of(OTHER, "memory") is None


def test_its_key_names_cluster_and_place() -> None:
    """Places of the same name in two clusters are two ledgers."""
    assert EMPTY.key == f"paris/{PLACE}"
    assert EMPTY.key != replace(EMPTY, cluster="lyon").key
