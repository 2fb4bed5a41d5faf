"""When a value comes into force: field × kind × running × hotplug × timing."""

import pytest

from bot.model.guest import Kind
from bot.model.intent import Amount, Timing, When
from bot.model.plan import Effect
from tests.unit.operations.estate import HOT, RESTART, a_guest, planned, to

LATER = Timing(when=When.AT_RESTART)
VM, CT = Kind.VM, Kind.CT
PLAIN: dict[str, str] = {}
LESS = {"balloon": "1024", "vcpus": "2", "cores": "4", "cpulimit": "2"}

TABLE = [
    (VM, PLAIN, "memory", 8192, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, PLAIN, "memory", 2048, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, HOT, "memory", 8192, {Effect.LIVE}),
    (VM, HOT, "memory", 2048, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, {"hotplug": "memory"}, "memory", 8192, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, {**HOT, "numa0": "cpus=0"}, "memory", 8192, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, {**HOT, "hotplug": "1"}, "memory", 8192, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, PLAIN, "cores", 4, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, HOT, "cores", 4, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, LESS, "vcpus", 3, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, {**LESS, **HOT}, "vcpus", 3, {Effect.LIVE}),
    (VM, {**LESS, **HOT}, "vcpus", 1, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, PLAIN, "cpulimit", 150, {Effect.LIVE}),
    (VM, LESS, "cpulimit", 0, {Effect.LIVE}),
    (VM, LESS, "balloon", 2048, {Effect.LIVE}),
    (VM, PLAIN, "balloon", 2048, {Effect.LIVE}),
    (VM, LESS, "balloon", 0, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (VM, {"balloon": "0"}, "balloon", 1024, {Effect.AT_RESTART, Effect.WITH_RESTART}),
    (CT, PLAIN, "memory", 8192, {Effect.LIVE}),
    (CT, PLAIN, "memory", 2048, {Effect.LIVE}),
    (CT, PLAIN, "swap", 1024, {Effect.LIVE}),
    (CT, PLAIN, "swap", 0, {Effect.LIVE}),
    (CT, PLAIN, "cores", 4, {Effect.SOON}),
    (CT, PLAIN, "cores", 1, {Effect.SOON}),
    (CT, PLAIN, "cpulimit", 150, {Effect.LIVE}),
]


@pytest.mark.parametrize("timing", [Timing(), LATER, RESTART])
@pytest.mark.parametrize("status", ["running", "stopped"])
@pytest.mark.parametrize(("kind", "config", "field", "target", "effects"), TABLE)
def test_effect(
    kind: Kind,
    config: dict[str, str],
    field: str,
    target: int,
    effects: set[Effect],
    status: str,
    timing: Timing,
) -> None:
    """A stopped guest uses it when it starts; what waits is restarted for only if that was asked."""
    amounts: dict[str, Amount] = {field: to(target)}
    draft = planned(a_guest(kind, status=status, config=config), timing, **amounts)
    expected = effects - ({Effect.AT_RESTART} if timing.with_restart else {Effect.WITH_RESTART})
    if status == "stopped":
        expected = {Effect.ON_START}
    assert expected == {draft.changes[0].effect}
    assert target == draft.changes[0].after


@pytest.mark.parametrize("status", ["running", "stopped"])
@pytest.mark.parametrize("kind", [VM, CT])
def test_disk_effect(kind: Kind, status: str) -> None:
    """A disk grows at once and for good; inside a VM the partition remains to be grown."""
    draft = planned(a_guest(kind, status=status), disk=to(64 * 1024**3))
    change = draft.changes[0]
    assert change.final
    assert ("grow partition" if kind is VM else "") == change.guest_work
    assert (Effect.LIVE if status == "running" else Effect.ON_START) is change.effect
