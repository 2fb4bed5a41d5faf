"""What an approval is bound to: the plan's hash."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.model.guest import GuestRef, Identity, Kind
from bot.model.intent import Timing, When
from bot.model.plan import Change, Effect, Plan
from bot.model.verdict import Note, NoteKind, Verdict, VerdictClass
from tests.unit.redis_store.samples import AT, GUEST, PLAN


def target(**changes: object) -> Plan:
    """Return the plan for another target."""
    return replace(PLAN, target=replace(PLAN.target, **changes))  # type: ignore[arg-type] # its fields


def change(**changes: object) -> Plan:
    """Return the plan with another change."""
    one: Change = replace(PLAN.changes[0], **changes)  # type: ignore[arg-type] # its fields
    return replace(PLAN, changes=(one,))


def judged(verdict: VerdictClass, **changes: object) -> Plan:
    """Return the plan judged otherwise."""
    return replace(PLAN, verdict=Verdict(verdict=verdict, **changes))  # type: ignore[arg-type] # its fields


BOUND: dict[str, Callable[[], Plan]] = {
    "another vmid": lambda: target(ref=replace(GUEST, vmid=105)),
    "another cluster": lambda: target(ref=GuestRef(cluster="lyon", kind=Kind.VM, vmid=104)),
    "another guest under the vmid": lambda: target(identity=Identity(uuid="u-2")),
    "another birth": lambda: target(identity=Identity(uuid="u-1", created="2")),
    "other network cards": lambda: target(identity=Identity(uuid="u-1", macs=("a",))),
    "another root volume": lambda: target(identity=Identity(uuid="u-1", root="v")),
    "another operation": lambda: replace(PLAN, operation="revert"),
    "another field": lambda: change(field="swap"),
    "another value now": lambda: change(before=2048),
    "another target value": lambda: change(after=8192),
    "another effect": lambda: change(effect=Effect.AT_RESTART),
    "one change less": lambda: replace(PLAN, changes=()),
    "another moment": lambda: replace(PLAN, timing=Timing(when=When.AT, at_ms=AT)),
    "at the next restart": lambda: replace(PLAN, timing=Timing(when=When.AT_RESTART)),
    "with a restart": lambda: replace(PLAN, timing=Timing(with_restart=True)),
    "another verdict": lambda: judged(VerdictClass.WHILE_OTHERS_STAY_BELOW),
}
FREE: dict[str, Callable[[], Plan]] = {
    "another node": lambda: target(node="pve2"),
    "another name": lambda: target(name="web2"),
    "other tags": lambda: target(tags=("prod",), pool="prod"),
    "other usage figures": lambda: judged(VerdictClass.FITS, facts={"total": 5}, missing=("x",)),
    "other claims": lambda: replace(PLAN, claims=()),
    "other notes": lambda: replace(PLAN, notes=(Note(kind=NoteKind.NO_BACKUP),)),
    "a later reading": lambda: replace(PLAN, planned_at=AT + 1),
    "other rule words": lambda: change(words=frozenset({"memory"})),
}


@pytest.mark.parametrize("plan", BOUND.values(), ids=list(BOUND))
def test_bound(plan: Callable[[], Plan]) -> None:
    """An approval does not cover this: it is another plan."""
    assert PLAN.hash != plan().hash


@pytest.mark.parametrize("plan", FREE.values(), ids=list(FREE))
def test_free(plan: Callable[[], Plan]) -> None:
    """An approval covers this: what people decided on is the same."""
    assert PLAN.hash == plan().hash


def test_hashes_tell_plans_apart() -> None:
    """Each of the differences above gives a hash of its own."""
    assert len(BOUND) == len({plan().hash for plan in BOUND.values()})


def test_what_waits_for_a_restart() -> None:
    """Changes that come into force at a later cold start are told apart."""
    waiting = change(effect=Effect.AT_RESTART)
    assert waiting.changes == waiting.waits_for_restart
    assert PLAN.waits_for_restart == ()


@pytest.mark.parametrize(
    ("before", "after", "delta"),
    [(4096, 6144, 2048), (6144, 4096, -2048), (None, 6144, None), ("a", "b", None)],
)
def test_delta(before: int | str | None, after: int | str, delta: int | None) -> None:
    """A change of numbers has a difference; others have none."""
    assert delta == change(before=before, after=after).changes[0].delta
