"""What a freshly read guest says about a step and about a change."""

from dataclasses import replace

import pytest

from bot.model.guest import GuestFacts, Snapshot
from bot.model.plan import Change, Effect, Expect, Plan, Step, Where
from bot.model.readback import is_done, left_waiting, moved, read_back, same, shown
from bot.model.unit import Unit, Value
from tests.unit.operations.estate import GIB, a_guest
from tests.unit.redis_store.samples import PLAN

NOW = 1_000_000
SNAPPED = a_guest().with_snapshots((Snapshot(name="s"),))
YOUNG = replace(a_guest(), uptime_seconds=5)


def step(where: Where, key: str, value: Value) -> Step:
    """Return a step with one expectation."""
    expects = (Expect(where=where, key=key, value=value),)
    return Step(name="s", method="POST", path="config", expects=expects)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ("4096", 4096, True),
        ("current=4096", 4096, True),
        ("current=4096,max=8192", "4096", True),
        ("0.50", "0.5", True),
        ("4096", "4097", False),
        ("local:vm-1,size=4G", "local:vm-1,size=4G", True),
        ("a", "b", False),
        (None, None, True),
        (None, 0, False),
        ("", None, False),
    ],
)
def test_same(left: Value, right: Value, equal: bool) -> None:  # noqa: FBT001 - a table's column
    """Values are compared as numbers where both are, as text otherwise; unset is only unset."""
    assert equal is same(left, right)
    assert equal is same(right, left)


DONE: list[tuple[Step, GuestFacts]] = [
    (step(Where.IN_FORCE, "memory", "4096"), a_guest()),
    (step(Where.IN_FORCE, "vcpus", None), a_guest()),
    (step(Where.ACCEPTED, "memory", "6144"), a_guest(pending={"memory": "6144"})),
    (step(Where.ACCEPTED, "memory", "4096"), a_guest()),
    (step(Where.ACCEPTED, "vcpus", None), a_guest(pending={"vcpus": None})),
    (step(Where.STATUS, "status", "running"), a_guest()),
    (step(Where.DISK, "scsi0", 32 * GIB), a_guest()),
    (step(Where.DISK, "scsi0", 31 * GIB), a_guest()),
    (step(Where.SNAPSHOT, "s", "present"), SNAPPED),
    (step(Where.SNAPSHOT, "t", "absent"), SNAPPED),
    (step(Where.NOT_PENDING, "memory", None), a_guest()),
    (step(Where.FRESH_START, "status", "running"), YOUNG),
]
NOT_DONE: list[tuple[Step, GuestFacts]] = [
    (step(Where.IN_FORCE, "memory", "6144"), a_guest()),
    (step(Where.IN_FORCE, "memory", "4096"), a_guest(pending={"memory": "6144"})),
    (step(Where.IN_FORCE, "memory", "6144"), a_guest(pending={"memory": "6144"})),
    (step(Where.ACCEPTED, "memory", "4096"), a_guest(pending={"memory": "6144"})),
    (step(Where.STATUS, "status", "stopped"), a_guest()),
    (step(Where.DISK, "scsi0", 33 * GIB), a_guest()),
    (step(Where.DISK, "scsi9", 1), a_guest()),
    (step(Where.SNAPSHOT, "s", "absent"), SNAPPED),
    (step(Where.SNAPSHOT, "t", "present"), SNAPPED),
    (step(Where.NOT_PENDING, "memory", None), a_guest(pending={"memory": None})),
    (step(Where.FRESH_START, "status", "running"), replace(YOUNG, uptime_seconds=10)),
    (step(Where.FRESH_START, "status", "running"), replace(YOUNG, status="stopped")),
]


@pytest.mark.parametrize(("one", "guest"), DONE)
def test_done(one: Step, guest: GuestFacts) -> None:
    """The guest shows what the step expects."""
    assert is_done(one, guest, NOW - 10_000, NOW)


@pytest.mark.parametrize(("one", "guest"), NOT_DONE)
def test_not_done(one: Step, guest: GuestFacts) -> None:
    """The guest does not show it: not yet, not in force, or older than the call."""
    assert not is_done(one, guest, NOW - 10_000, NOW)


def test_every_place_is_looked_at() -> None:
    """Each place that a step may name has a way of looking, and both answers."""
    for table in (DONE, NOT_DONE):
        assert set(Where) == {one.expects[0].where for one, _ in table}


def test_all_expectations_must_hold() -> None:
    """One that does not is enough to make the step not done."""
    both = (*DONE[0][0].expects, *NOT_DONE[0][0].expects)
    assert not is_done(replace(DONE[0][0], expects=both), a_guest(), NOW, NOW)


def test_what_a_failed_hotplug_left_waiting() -> None:
    """The very value that was to be in force, on a key of ours, tells that the call arrived."""
    plugs = replace(step(Where.IN_FORCE, "memory", "6144"), revert=("memory",))
    assert left_waiting(plugs, a_guest(pending={"memory": "6144"})) == ("memory",)
    assert left_waiting(plugs, a_guest(pending={"memory": "8192"})) == ()
    waits = replace(step(Where.ACCEPTED, "memory", "6144"), revert=("memory",))
    assert left_waiting(waits, a_guest(pending={"memory": "6144"})) == ()


def test_what_a_step_rests_on() -> None:
    """Fields whose value in force is another one are named; the same number in other words is not."""
    rests = replace(DONE[0][0], rests_on={"memory": "current=4096", "cores": "4", "vcpus": None})
    assert moved(rests, a_guest()) == ("cores",)


@pytest.mark.parametrize(
    ("one", "guest", "expected"),
    [
        (step(Where.IN_FORCE, "memory", 1), a_guest(pending={"memory": "6144"}), "4096"),
        (step(Where.ACCEPTED, "memory", 1), a_guest(pending={"memory": "6144"}), "6144"),
        (step(Where.STATUS, "status", "stopped"), a_guest(), "running"),
        (step(Where.DISK, "scsi0", 1), a_guest(), 32 * GIB),
        (step(Where.DISK, "scsi9", 1), a_guest(), None),
        (step(Where.SNAPSHOT, "s", "absent"), SNAPPED, "present"),
        (step(Where.SNAPSHOT, "t", "present"), SNAPPED, "absent"),
    ],
)
def test_shown(one: Step, guest: GuestFacts, expected: Value) -> None:
    """The journal gets what the guest shows at the place where the step looks."""
    assert shown(one, guest) == {one.expects[0].key: expected}


def planned(field: str, unit: Unit, before: Value, after: Value) -> Plan:
    """Return a plan of one change."""
    one = Change(
        field=field, unit=unit, before=before, after=after, effect=Effect.LIVE, words=frozenset()
    )
    return replace(PLAN, changes=(one,))


@pytest.mark.parametrize(
    ("plan", "guest", "expected"),
    [
        (planned("memory", Unit.MIB, 4096, 6144), a_guest(), (4096, None, False)),
        (
            planned("memory", Unit.MIB, 4096, 6144),
            a_guest(pending={"memory": "6144"}),
            (4096, 6144, True),
        ),
        (
            planned("memory", Unit.MIB, 4096, 6144),
            a_guest(pending={"memory": "8192"}),
            (4096, 8192, False),
        ),
        (planned("scsi0", Unit.BYTES, 1, 2), a_guest(), (32 * GIB, None, False)),
        (planned("status", Unit.TEXT, "stopped", "running"), a_guest(), ("running", None, False)),
        (planned("snapshot", Unit.TEXT, None, "s"), SNAPPED, ("s", None, False)),
        (planned("snapshot", Unit.TEXT, "s", None), SNAPPED, ("s", None, False)),
        (planned("snapshot", Unit.TEXT, "t", None), SNAPPED, (None, None, False)),
    ],
)
def test_read_back(plan: Plan, guest: GuestFacts, expected: tuple[Value, Value, bool]) -> None:
    """Each change is shown with what is in force, what waits, and whether that is what was asked."""
    (one,) = read_back(plan, guest)
    assert expected == (one.value, one.waiting, one.is_waiting)


def test_a_snapshot_to_go_back_to_proves_nothing() -> None:
    """What only a task proves is not read off the guest: its power is shown instead."""
    plan = planned("snapshot", Unit.TEXT, None, "s")
    proven = replace(plan, steps=(replace(plan.steps[0], task_decides=True),))
    (one,) = read_back(proven, SNAPPED)
    assert ("status", SNAPPED.status) == (one.field, one.value)
