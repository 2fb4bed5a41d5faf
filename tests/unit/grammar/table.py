"""A small table of operations, declared as the real ones are."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model.guest import Kind
from bot.model.intent import Ask, Intent
from bot.model.operation import Argument, Facts, Field, Operation
from bot.model.plan import Draft
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.unit import Unit
from handlers.grammar import parse

BOTH = frozenset(Kind)
PARIS = "Europe/Paris"


def _no_plan(_ask: Ask, _facts: Facts) -> Draft | Refusal:
    """Plan nothing: the grammar never plans."""
    return refuse(Reason.INTERNAL, doing="planning in a test of the grammar")


def _field(
    name: str, unit: Unit, example: str, kinds: frozenset[Kind] = BOTH, minimum: int | None = None
) -> Field:
    return Field(
        name=name,
        label=name.title(),
        unit=unit,
        kinds=kinds,
        help=f"how much {name}",
        example=example,
        minimum=minimum,
    )


RESOURCES = Operation(
    name="resources",
    verb="request",
    help="Ask for more or less.",
    right="request",
    words=frozenset({"memory", "cores", "disk", "less"}),
    plan=_no_plan,
    fields=(
        _field("memory", Unit.MIB, "+2G", minimum=16),
        _field("swap", Unit.MIB, "512M", frozenset({Kind.CT})),
        _field("cores", Unit.CORES, "4"),
        _field("cpulimit", Unit.CENTICORES, "1.5"),
        _field("disk", Unit.BYTES, "+20G"),
        _field("scsi*", Unit.BYTES, "scsi1=+5G", frozenset({Kind.VM})),
    ),
)


def _power(name: str) -> Operation:
    return Operation(
        name=name,
        verb=name,
        help=f"{name.title()} a guest.",
        right="power",
        words=frozenset({name}),
        plan=_no_plan,
    )


SNAPSHOT = Operation(
    name="snapshot",
    verb="snapshot",
    help="Take a snapshot.",
    right="snapshot",
    words=frozenset({"snapshot"}),
    plan=_no_plan,
    arguments=(Argument(name="name", help="the snapshot's name", example="before-upgrade"),),
)

MARK = replace(
    SNAPSHOT,
    name="mark",
    verb="mark",
    arguments=(
        Argument(name="name", help="its name", example="gold", required=False),
        Argument(name="description", help="what for", example="1.2 → 1.3", required=False),
    ),
)
BUTTONS_ONLY = replace(SNAPSHOT, name="revert", verb="")

OPERATIONS = {
    one.name: one
    for one in (RESOURCES, _power("start"), _power("shutdown"), SNAPSHOT, MARK, BUTTONS_ONLY)
}


def ms(text: str, timezone: str = PARIS) -> int:
    """Return the moment of a wall-clock time, in ms since the epoch."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone)).timestamp()) * 1000


NOW = ms("2026-11-23 14:00:00")  # a Monday


def read(text: str) -> Intent | Refusal:
    """Parse with the small table, on a Monday at two in Paris."""
    return parse(text, operations=OPERATIONS, now_ms=NOW, timezone=PARIS)


def ask(text: str) -> Ask:
    """Parse a command that changes a guest."""
    intent = read(text)
    assert isinstance(intent, Intent), intent
    assert intent.ask is not None, intent
    return intent.ask


def refusal(text: str) -> Refusal:
    """Parse a command that is refused."""
    got = read(text)
    assert isinstance(got, Refusal), got
    return got
