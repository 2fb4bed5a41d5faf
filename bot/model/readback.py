"""What a freshly read guest says about a step and about a change. Pure."""

from collections.abc import Callable

from bot.model import guest_config
from bot.model.guest import GuestFacts
from bot.model.guest_config import coming, number
from bot.model.plan import Change, Expect, Plan, Step, Where
from bot.model.request import InForce
from bot.model.unit import Unit, Value


def same(left: Value, right: Value) -> bool:
    """Return whether two config values are equal: as numbers where both are, else as text."""
    if left is None or right is None:
        return left is right
    a, b = number(str(left)), number(str(right))
    return a == b if a is not None and b is not None else str(left) == str(right)


def _in_force(expect: Expect, guest: GuestFacts, _since_ms: int, _now_ms: int) -> bool:
    return expect.key not in guest.pending and same(guest.config.get(expect.key), expect.value)


def _accepted(expect: Expect, guest: GuestFacts, _since_ms: int, _now_ms: int) -> bool:
    if expect.key in guest.pending:
        return same(guest.pending[expect.key], expect.value)
    return same(guest.config.get(expect.key), expect.value)


def _status(expect: Expect, guest: GuestFacts, _since_ms: int, _now_ms: int) -> bool:
    return guest.status == expect.value


def _disk(expect: Expect, guest: GuestFacts, _since_ms: int, _now_ms: int) -> bool:
    disk = guest.disk(expect.key)
    return disk is not None and isinstance(expect.value, int) and disk.size_bytes >= expect.value


def _snapshot(expect: Expect, guest: GuestFacts, _since_ms: int, _now_ms: int) -> bool:
    present = any(s.name == expect.key for s in guest.snapshots)
    return present == (expect.value == "present")


def _fresh_start(_expect: Expect, guest: GuestFacts, since_ms: int, now_ms: int) -> bool:
    return guest.running and guest.uptime_seconds * 1000 < now_ms - since_ms


def _not_pending(expect: Expect, guest: GuestFacts, _since_ms: int, _now_ms: int) -> bool:
    return expect.key not in guest.pending


_LOOK: dict[Where, Callable[[Expect, GuestFacts, int, int], bool]] = {
    Where.IN_FORCE: _in_force,
    Where.ACCEPTED: _accepted,
    Where.STATUS: _status,
    Where.DISK: _disk,
    Where.SNAPSHOT: _snapshot,
    Where.FRESH_START: _fresh_start,
    Where.NOT_PENDING: _not_pending,
}


def is_done(step: Step, guest: GuestFacts, since_ms: int, now_ms: int) -> bool:
    """Return whether the guest shows all that the step expects; `since_ms` is when it was sent."""
    return all(_LOOK[e.where](e, guest, since_ms, now_ms) for e in step.expects)


def shown(step: Step, guest: GuestFacts) -> dict[str, Value]:
    """Return what the guest shows of all that a step expects, for the journal."""
    return {e.key: _shown_of(e, guest) for e in step.expects}


def _shown_of(expect: Expect, guest: GuestFacts) -> Value:
    if expect.where in {Where.STATUS, Where.FRESH_START}:
        return guest.status
    if expect.where is Where.DISK:
        disk = guest.disk(expect.key)
        return disk.size_bytes if disk else None
    if expect.where is Where.SNAPSHOT:
        return "present" if any(s.name == expect.key for s in guest.snapshots) else "absent"
    if expect.where is Where.IN_FORCE:
        return guest.config.get(expect.key)
    return guest.pending.get(expect.key, guest.config.get(expect.key))


def left_waiting(step: Step, guest: GuestFacts) -> tuple[str, ...]:
    """Return the keys that were to be in force at once and wait instead: a hotplug failed."""
    wanted = {e.key: e.value for e in step.expects if e.where is Where.IN_FORCE}
    mine = (k for k in step.revert if k in wanted and k in guest.pending)
    return tuple(k for k in mine if same(guest.pending[k], wanted[k]))


def moved(step: Step, guest: GuestFacts) -> tuple[str, ...]:
    """Return the fields whose value in force is not the one the step was planned from."""
    return tuple(k for k, v in step.rests_on.items() if not same(guest.config.get(k), v))


def value_of(field: str, unit: Unit, guest: GuestFacts) -> Value:
    """Return a change's value in force, read as its plan read it."""
    if unit is Unit.BYTES:
        disk = guest.disk(field)
        return disk.size_bytes if disk else None
    if field == "status":
        return guest.status
    return guest_config.value_of(field, guest.config, guest.ref.kind)


def _in_force_of(change: Change, guest: GuestFacts) -> InForce:
    waiting = guest_config.value_of(change.field, coming(guest), guest.ref.kind)
    is_waiting = change.field in guest.pending and same_as(change, waiting)
    return InForce(
        field=change.field,
        unit=change.unit,
        before=change.before,
        asked=change.after,
        value=_seen(change, guest),
        waiting=waiting if change.field in guest.pending else None,
        is_waiting=is_waiting,
    )


def _seen(change: Change, guest: GuestFacts) -> Value:
    """Return what the guest shows of a change; of a snapshot, its name if it is there."""
    if change.field != "snapshot":
        return value_of(change.field, change.unit, guest)
    name = change.before if change.after is None else change.after
    return name if any(s.name == name for s in guest.snapshots) else None


def same_as(change: Change, value: Value) -> bool:
    """Return whether a value is what the change asked for."""
    return same(change.after, value)


def read_back(plan: Plan, guest: GuestFacts) -> tuple[InForce, ...]:
    """Return what every change of the plan really is on the guest now.

    Where only the task can tell (the guest shows the same before and after), its power is returned.
    """
    powers = any(change.field == "status" for change in plan.changes)
    if not powers and all(step.task_decides for step in plan.steps):
        return (
            InForce(
                field="status",
                unit=Unit.TEXT,
                before=guest.status,
                asked=guest.status,
                value=guest.status,
            ),
        )
    return tuple(_in_force_of(change, guest) for change in plan.changes)
