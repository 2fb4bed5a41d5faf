"""Alerts: told once, and over only when they are really over."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.alert import Alert, Reading, Standing, Watch, judge, readings
from bot.model.estate import ClusterPicture, NodeFacts, StorageFacts, StorageKind
from bot.model.guest import GuestRef, GuestSummary, Kind

FULL = Alert(
    name="full", watch=Watch.NODE_MEMORY, channel="C1", over=0.9, clear=0.8, lasting_ms=60_000
)
NODE = Reading(key="home/pve1", subject="node pve1", node="pve1")
STEP = 30_000


def looked(shares: Sequence[float | None], alert: Alert = FULL) -> list[Standing | None]:
    """Return how it stands after each look, one every 30 s; a told end is forgotten."""
    known: Standing | None = None
    seen: list[Standing | None] = []
    for number, share in enumerate(shares):
        if known is not None and known.ended is not None:
            known = None
        known = judge(alert, known, replace(NODE, share=share), number * STEP, f"id{number}")
        seen.append(known)
    return seen


def told(seen: Sequence[Standing | None]) -> list[str]:
    """Return the ids of what people were told of, once each."""
    return list(dict.fromkeys(s.id for s in seen if s is not None and s.told))


def test_a_value_that_stays_over_is_told_after_a_while() -> None:
    """Not at the first look: at the one that comes a minute later."""
    seen = looked([0.95, 0.95, 0.95])
    assert [s is not None and s.told for s in seen] == [False, False, True]
    assert seen[2] is not None
    assert (seen[2].raised, seen[2].channel) == (2 * STEP, "C1")


def test_a_short_peak_is_not_told() -> None:
    """It begins anew after every look below the threshold."""
    assert told(looked([0.95, 0.95, 0.85, 0.95, 0.95, 0.5])) == []


def test_what_flaps_between_the_thresholds_is_told_once() -> None:
    """Over 0.9 and back to 0.85 again and again: one message, still standing."""
    seen = looked([0.95, 0.95, 0.95, *[0.85, 0.95] * 20])
    assert len(told(seen)) == 1
    assert seen[-1] is not None
    assert seen[-1].ended is None


def test_it_is_over_once_it_stayed_under_the_lower_threshold() -> None:
    """For as long as it had to stay over; the worst value is remembered."""
    seen = looked([0.95, 0.99, 0.95, 0.7, 0.7, 0.7])
    assert [s is not None and s.ended is not None for s in seen[-3:]] == [False, False, True]
    assert seen[-1] is not None
    assert (seen[-1].reading.share, seen[-1].ended) == (0.99, 5 * STEP)


def test_a_missing_figure_decides_nothing() -> None:
    """Neither raises nor ends, however long it is missing."""
    assert looked([None] * 5) == [None] * 5
    seen = looked([0.95, 0.95, 0.95, *[None] * 10])
    assert seen[-1] == seen[2]


def test_a_yes_or_no_without_waiting() -> None:
    """Told at the first look, over at the first look that says no."""
    alert = Alert(name="down", watch=Watch.NODE_DOWN, channel="C1")
    seen = looked([0.0, 1.0, 1.0, 0.0], alert)
    assert seen[0] is None
    assert told(seen) == ["id1"]
    assert seen[3] is not None
    assert seen[3].ended is not None


@given(st.lists(st.sampled_from([None, 0.1, 0.79, 0.8, 0.85, 0.9, 1.0]), max_size=60))
def test_every_message_has_its_reasons(shares: list[float | None]) -> None:
    """Whatever comes: told only over the upper threshold, over only under the lower one, in turn."""
    before: Standing | None = None
    for share, standing in zip(shares, looked(shares), strict=True):
        was_told = before is not None and before.told and before.ended is None
        if standing is not None and standing.told and not was_told and standing.ended is None:
            assert share is not None
            assert share >= FULL.over
        if standing is not None and standing.ended is not None and was_told:
            assert share is not None
            assert share < FULL.clear
        if was_told:
            assert standing is not None
        before = standing


def guest(vmid: int, **facts: object) -> GuestSummary:
    """Return a guest of the picture."""
    ref = GuestRef(cluster="home", kind=Kind.CT, vmid=vmid)
    plain = GuestSummary(ref=ref, name=f"g{vmid}", node="pve1", status="running", memory_mib=1000)
    return replace(plain, **facts)  # type: ignore[arg-type] # fields of GuestSummary


PICTURE = ClusterPicture(
    cluster="home",
    read_at=0,
    quorate=True,
    nodes=(
        NodeFacts(name="pve1", online=True, memory_mib=100, used_mib=95),
        NodeFacts(name="pve2", online=False, memory_mib=100, used_mib=1),
        NodeFacts(name="pve3", online=True, memory_mib=100),
    ),
    guests=(
        guest(1, used_mib=990, tags=("web",)),
        guest(2, status="stopped", starts_at_boot=True),
        guest(3, status="stopped", starts_at_boot=False),
        guest(4, status="stopped"),
        guest(5, status="stopped", starts_at_boot=True, template=True),
        guest(6, status="unknown", starts_at_boot=True, node="pve2", used_mib=1),
    ),
    storages=tuple(
        StorageFacts(
            name="ceph",
            node=node,
            kind=StorageKind.CEPH,
            shared=True,
            active=True,
            total_bytes=10,
            used_bytes=9,
        )
        for node in ("pve1", "pve3")
    ),
)


def shares(watch: Watch, **narrowed: tuple[str, ...]) -> dict[str, float | None]:
    """Return what the watch sees in the picture."""
    alert = Alert(name="x", watch=watch, channel="C1", **narrowed)  # type: ignore[arg-type] # filters
    return {r.subject: r.share for r in readings(alert, PICTURE)}


@pytest.mark.parametrize(
    ("watch", "seen"),
    [
        (Watch.NODE_MEMORY, {"node pve1": 0.95, "node pve2": None, "node pve3": None}),
        (Watch.NODE_DOWN, {"node pve1": 0.0, "node pve2": 1.0, "node pve3": 0.0}),
        (Watch.STORAGE, {"storage ceph": 0.9}),
        (Watch.QUORUM, {"cluster home": 0.0}),
        (
            Watch.GUEST_DOWN,
            {
                "g1 (CT 1)": None,
                "g2 (CT 2)": 1.0,
                "g3 (CT 3)": 0.0,
                "g4 (CT 4)": None,
                "g6 (CT 6)": None,
            },
        ),
    ],
)
def test_what_each_watch_sees(watch: Watch, seen: dict[str, float | None]) -> None:
    """Unknown figures stay unknown; shared storages are one thing; templates are none."""
    assert shares(watch) == seen


def test_a_watch_can_be_narrowed_down() -> None:
    """To clusters, nodes, and of guests to tags."""
    assert list(shares(Watch.GUEST_MEMORY, tags=("web",))) == ["g1 (CT 1)"]
    assert list(shares(Watch.NODE_MEMORY, nodes=("pve3",))) == ["node pve3"]
    assert shares(Watch.QUORUM, clusters=("paris",)) == {}
    assert shares(Watch.QUORUM, clusters=("home",)) == {"cluster home": 0.0}
