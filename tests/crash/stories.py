"""What people do in each run: every operation, both kinds of guest, found from their table."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.model.guest import Kind, Snapshot
from bot.model.intent import Intent
from bot.model.operation import Operation
from bot.model.plan import Draft
from bot.operations import OPERATIONS
from handlers.grammar import parse
from tests.unit.operations.estate import READ_AT, a_guest, facts_of

GUESTS = {(Kind.CT, True): "web-01", (Kind.CT, False): "old-wiki", (Kind.VM, True): "app1"}
"""Guests of `ilinux` by kind and whether they run; a VM that is needed down is shut down first."""


INCIDENTS = """
[incidents]
announce_in = "C0GENERAL"
invite = ["ops"]
runbook = "https://wiki.example.org/checkout"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One ask, what the guest has to be like for it, and how people go on with it.

    `lead`: it is asked for so many seconds after it is typed.
    `offers`: Bob offers so much instead of approving, and Ana accepts. `takes_back`: Ana takes back
    what waits for a restart once it was accepted, which is a second request. `incident`: nothing is
    asked of a guest; an incident is opened, noted on, and closed.
    """

    name: str
    kind: Kind
    guest: str
    running: bool
    snapshot: str
    text: str
    lead: int = 0
    offers: str = ""
    takes_back: bool = False
    incident: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.kind.value}"

    @property
    def requests(self) -> int:
        """Return how many requests it makes."""
        return 0 if self.incident else 2 if self.takes_back else 1


INCIDENT = Story(
    name="incident",
    kind=Kind.CT,
    guest="web-01",
    running=True,
    snapshot="",
    text='incident open "checkout is slow" sev2 web-01 db-01',
    incident=True,
)

TOGETHER = (("memory", "cores"), ("memory", "disk"))
"""Fields that are asked for in one request: two in one call, and two that take a call each."""

WITH_RESTART = "with-restart"
LEAD = 4
"""How many seconds ahead that is which is asked for at a time; what comes later is done at once."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """What may be typed after the guest's name, and what a story of it is called.

    `alone`: it is one field, or what the operation does anyway.
    """

    called: str
    words: str
    alone: bool = True


def _typed(operation: Operation, kind: Kind) -> Iterator[_Typed]:
    """Yield what may be asked: each field alone, several together, all with a restart, too.

    The first one has the operation's own name.
    """
    fields = {f.name: f.example for f in operation.fields if kind in f.kinds and "*" not in f.name}
    if not fields:
        yield _Typed(operation.name, " ".join(a.example for a in operation.arguments))
        return
    alone = [(name,) for name in fields]
    asks = [*alone, *(names for names in TOGETHER if fields.keys() >= set(names))]
    for restart, names in itertools.product(("", WITH_RESTART), asks):
        called = operation.name if (names, restart) == (asks[0], "") else "+".join(names)
        words = " ".join(f"{name}={fields[name]}" for name in names)
        yield _Typed(
            called=f"{called} {restart}".strip(),
            words=f"{words} {restart}".strip(),
            alone=names in alone and not restart,
        )


def _stories(operation: Operation, kind: Kind) -> Iterator[Story]:
    """Yield a story of each field alone, and of each other shape that a plan has for the executor."""
    seen = set[object]()
    for typed in _typed(operation, kind):
        for runs, has in itertools.product((True, False), (False, True)):
            draft = planned(operation, kind, typed.words, runs=runs, has=has)
            if draft is None:
                continue
            shape, fields = _shape(draft), tuple(change.field for change in draft.changes)
            if (shape, fields if typed.alone else ()) not in seen:
                yield _story(operation, kind, typed, runs=runs, has=has)
            seen |= {(shape, fields), (shape, ())}
            break


def planned(operation: Operation, kind: Kind, words: str, *, runs: bool, has: bool) -> Draft | None:
    """Return the plan of what was typed, on a guest that runs or not, has its snapshot or not."""
    text = f"{operation.verb} db1 {words}"
    intent = parse(text, operations=OPERATIONS, now_ms=READ_AT, timezone="UTC")
    assert isinstance(intent, Intent), text
    assert intent.ask is not None, text
    guest = a_guest(kind, status="running" if runs else "stopped")
    name = _snapshot(operation)
    guest = guest.with_snapshots((Snapshot(name=name),) if has and name else ())
    draft = operation.plan(intent.ask, facts_of(guest))
    return draft if isinstance(draft, Draft) else None


def _shape(draft: Draft) -> object:
    """Return what makes a plan another one: its calls, and what happens to each change."""
    steps = tuple((step.method, step.path) for step in draft.steps)
    return steps, tuple(sorted(change.effect for change in draft.changes))


def _snapshot(operation: Operation) -> str:
    """Return the snapshot that the operation is about; empty if it is about none."""
    return next((a.example for a in operation.arguments if a.name == "name"), "")


def _story(operation: Operation, kind: Kind, typed: _Typed, *, runs: bool, has: bool) -> Story:
    called = GUESTS.get((kind, runs), GUESTS[kind, True])
    return Story(
        name=typed.called,
        kind=kind,
        guest=called,
        running=runs,
        snapshot=_snapshot(operation) if has else "",
        text=f"{operation.verb} {called} {typed.words}".strip(),
    )


def stories() -> Iterator[Story]:
    """Yield the stories of each operation and kind of guest, and those that go on or begin otherwise.

    The operation without a verb is reached by the button that takes a waiting value back, which only
    a VM has. What nobody has to approve may wait for a time.
    """
    for operation, kind in itertools.product(OPERATIONS.values(), (Kind.CT, Kind.VM)):
        found = list(_stories(operation, kind)) if operation.verb else []
        yield from found
        if found and operation.fields:
            yield _and_on(found[0])
        if operation.name == "reboot" and kind is Kind.CT:
            yield replace(found[0], name="reboot at a time", lead=LEAD)
    yield INCIDENT


def _and_on(story: Story) -> Story:
    """Return the story that goes on after an ask for amounts."""
    if story.kind is Kind.CT:
        return replace(story, name="offer", offers="3G")
    return replace(story, name="revert", takes_back=True)
