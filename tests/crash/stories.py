"""What people do in each run: every operation, both kinds of guest, found from their table."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.model.guest import Kind, Snapshot
from bot.model.intent import Ask
from bot.model.operation import Operation
from bot.model.plan import Draft
from bot.operations import OPERATIONS
from tests.unit.operations.estate import a_guest, facts_of, plus

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
            return Story(
                name=operation.name,
                kind=kind,
                guest=called,
                running=runs,
                snapshot=name if has else "",
                text=f"{operation.verb} {called} {more}".strip(),
            )
    return None


def stories() -> Iterator[Story]:
    """Yield one story for each operation and kind of guest, an offer, what is taken back, an incident.

    The operation without a verb is reached by the button that takes a waiting value back, which only
    a VM has.
    """
    for operation, kind in itertools.product(OPERATIONS.values(), (Kind.CT, Kind.VM)):
        story = _story(operation, kind) if operation.verb else None
        if story:
            yield story
        if story and operation.fields:
            yield _and_on(story)
    yield INCIDENT


def _and_on(story: Story) -> Story:
    """Return the story that goes on after an ask for amounts."""
    if story.kind is Kind.CT:
        return replace(story, name="offer", text=story.text.replace("+1G", "+2G"), offers="3G")
    return replace(story, name="revert", takes_back=True)
