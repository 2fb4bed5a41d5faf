"""What a guest was seen to have, in words: amounts, its power, its snapshots."""

from collections.abc import Sequence

from bot.model.request import InForce
from bot.model.unit import Unit
from handlers.blocks.kit import name
from handlers.blocks.plan import value_word
from handlers.blocks.words import amount, bare, field_word, listed

POWER = "status"
SNAPSHOT = "snapshot"
CORES = "cores"


def _value(each: InForce, *, alone: bool) -> str:
    """Return `6 GiB (was 4)`, with the field's name unless memory stands alone; `4 cores`."""
    shown = _shown(each)
    was = value_word(each.field, each.before, each.unit)
    if isinstance(each.before, int) and each.unit is not Unit.CORES and each.before:
        was = bare(each.before, each.unit, shown)
    tail = "" if each.before == each.value else f" (was {was})"
    return f"{_label(each, alone=alone)}{shown}{tail}"


def _shown(each: InForce) -> str:
    if each.field == CORES and isinstance(each.value, int):
        return amount(each.value, each.unit)
    return value_word(each.field, each.value, each.unit)


def _label(each: InForce, *, alone: bool) -> str:
    if each.field == CORES and isinstance(each.value, int):
        return ""
    return "" if alone and each.field == "memory" else f"{field_word(each.field)} "


def values(fields: Sequence[InForce]) -> str:
    """Return every value with what it was."""
    return listed([_value(each, alone=len(fields) == 1) for each in fields])


def asked(each: InForce) -> str:
    """Return what was asked for, beside the value in force."""
    shown = value_word(each.field, each.value, each.unit)
    if isinstance(each.asked, int) and each.unit is not Unit.CORES and each.asked:
        return bare(each.asked, each.unit, shown)
    return value_word(each.field, each.asked, each.unit)


def has(fields: Sequence[InForce]) -> str:
    """Return `has 6 GiB (was 4)`, `is stopped (was running)`, `has the snapshot before-upgrade`."""
    first = fields[0]
    if len(fields) > 1 or first.field not in {POWER, SNAPSHOT}:
        return f"has {values(fields)}"
    if first.field == SNAPSHOT and first.value is None:
        return f"no longer has the snapshot {name(str(first.before))}"
    if first.field == SNAPSHOT:
        return f"has the snapshot {name(str(first.value))}"
    if first.before == first.value:
        return f"was restarted and is {name(str(first.value))}"
    return f"is {name(str(first.value))} (was {name(str(first.before))})"


def still_has(fields: Sequence[InForce]) -> str:
    """Return the same of a change that did not happen: `still has 4 GiB`, `is still running`."""
    first = fields[0]
    if len(fields) == 1 and first.field == POWER:
        return f"is still {name(str(first.value))}"
    if len(fields) == 1 and first.field == SNAPSHOT:
        missing = f"has no snapshot {name(str(first.asked))}"
        return (
            missing if first.value is None else f"still has the snapshot {name(str(first.value))}"
        )
    kept = [f"{_label(f, alone=f.field == 'memory')}{_shown(f)}" for f in fields]
    return f"still has {listed(kept)}"
