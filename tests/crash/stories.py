"""What people ask for in each run: every operation, both kinds of guest, found from their table."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.guest import Kind, Snapshot
from bot.model.intent import Ask
from bot.model.operation import Operation
from bot.model.plan import Draft
from bot.operations import OPERATIONS
from tests.unit.operations.estate import a_guest, facts_of, plus

GUESTS = {(Kind.CT, True): "web-01", (Kind.CT, False): "old-wiki", (Kind.VM, True): "app1"}
"""Guests of `ilinux` by kind and whether they run; a VM that is needed down is shut down first."""


@dataclass(frozen=True, slots=True)
class Story:
    """One ask, and what the guest has to be like for it."""

    operation: str
    kind: Kind
    guest: str
    running: bool
    snapshot: str
    text: str

    def __str__(self) -> str:
        return f"{self.operation} {self.kind.value}"


def _story(operation: Operation, kind: Kind) -> Story | None:
    """Return the first way in which the operation can be planned; None if there is no such way."""
    arguments = {a.name: a.example for a in operation.arguments}
    name = arguments.get("name", "")
    field = next((f for f in operation.fields if kind in f.kinds), None)
    amounts = {field.name: plus(1024)} if field else {}
    ask = Ask(operation=operation.name, guest="db1", amounts=amounts, arguments=arguments)
    for runs, has in itertools.product((True, False), (False, True)):
        guest = a_guest(kind, status="running" if runs else "stopped")
        guest = guest.with_snapshots((Snapshot(name=name),) if has and name else ())
        if isinstance(operation.plan(ask, facts_of(guest)), Draft):
            called = GUESTS.get((kind, runs), GUESTS[kind, True])
            more = f"{field.name}=+1G" if field else name
            text = f"{operation.verb} {called} {more}".strip()
            return Story(operation.name, kind, called, runs, name if has else "", text)
    return None


def stories() -> Iterator[Story]:
    """Yield one story for each operation that has a verb, and each kind of guest."""
    for operation, kind in itertools.product(OPERATIONS.values(), (Kind.CT, Kind.VM)):
        if operation.verb and (story := _story(operation, kind)):
            yield story
