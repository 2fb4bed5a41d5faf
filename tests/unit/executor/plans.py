"""Plans of every operation for both kinds of guest, found by asking: a new operation joins by itself."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.model.guest import GuestFacts, Kind, Snapshot
from bot.model.intent import Amount, Ask, Timing, When
from bot.model.operation import Operation
from bot.model.plan import Draft, Plan, Step, Where
from bot.model.unit import Unit
from bot.model.verdict import Verdict, VerdictClass
from bot.operations import OPERATIONS
from tests.unit.operations.estate import GIB, HOT, READ_AT, a_guest, facts_of, to

AMOUNTS = {Unit.MIB: 6144, Unit.CORES: 4, Unit.CENTICORES: 150, Unit.BYTES: 40 * GIB}
TIMINGS = (Timing(), Timing(with_restart=True), Timing(when=When.AT_RESTART))


@dataclass(frozen=True, slots=True)
class Case:
    """A plan and the guest it was made for."""

    name: str
    plan: Plan
    guest: GuestFacts


def _guests(kind: Kind) -> Iterator[GuestFacts]:
    """Yield guests up and down, with and without waiting values, hotplug and a snapshot."""
    for status, waits, hot in itertools.product(
        ("running", "stopped"), (False, True), (False, True)
    ):
        pending = {"memory": "5120"} if waits and status == "running" else {}
        guest = a_guest(kind, status=status, pending=pending, config=HOT if hot else None)
        yield guest
        for memory in (False, True):
            yield guest.with_snapshots((Snapshot(name="before-upgrade", with_memory=memory),))


def _asks(operation: Operation, kind: Kind) -> Iterator[Ask]:
    """Yield asks: each field alone, all together, and what its arguments' examples say."""
    arguments = {a.name: a.example for a in operation.arguments}
    fields = [f for f in operation.fields if kind in f.kinds]
    named = {("rootfs" if f.name == "disk" and kind is Kind.CT else f.name): f for f in fields}
    single = [{name: to(AMOUNTS[f.unit])} for name, f in named.items() if not name.endswith("*")]
    disk = "scsi0" if kind is Kind.VM else "rootfs"
    several = [{"memory": to(6144), "cores": to(4)}, {"memory": to(6144), disk: to(40 * GIB)}]
    amounts: list[dict[str, Amount]] = [*single, *several] if fields else [{}]
    for amount, timing in itertools.product(amounts, TIMINGS):
        yield Ask(
            operation=operation.name,
            guest="db1",
            amounts=amount,
            arguments=arguments,
            timing=timing,
        )


def _shape(draft: Draft, guest: GuestFacts) -> str:
    """Return what makes a plan another one for the executor."""
    effects = ",".join(sorted({c.effect.value for c in draft.changes}))
    steps = "+".join(f"{s.name}({_expected(s)})" for s in draft.steps)
    return f"{guest.ref.kind.value}-{draft.operation}-{guest.status}-{steps}-{effects}"


def _expected(step: Step) -> str:
    """Return what a step expects, but for amounts."""
    return ",".join(str(e.value if e.where is Where.STATUS else e.key) for e in step.expects)


@cache
def cases() -> tuple[Case, ...]:
    """Return one case of every shape that a plan of any operation has."""
    found: dict[str, Case] = {}
    fits = Verdict(verdict=VerdictClass.FITS)
    for kind, operation in itertools.product(Kind, OPERATIONS.values()):
        for guest, ask in itertools.product(list(_guests(kind)), list(_asks(operation, kind))):
            draft = operation.plan(ask, facts_of(guest))
            if isinstance(draft, Draft):
                name = _shape(draft, guest)
                case = Case(name, Plan.judged(draft, fits, READ_AT), guest)
                found.setdefault(name, case)
    return tuple(found.values())
