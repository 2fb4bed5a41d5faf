"""Plans in words: what changes on which guest, how, and what is to be known before."""

from collections.abc import Sequence

from bot.model.intent import When
from bot.model.plan import Change, Effect, Plan
from bot.model.quantity import MIB, number
from bot.model.unit import Unit, Value
from handlers.blocks.kit import name
from handlers.blocks.notes import note_line
from handlers.blocks.words import (
    amount,
    before_after,
    difference,
    field_word,
    listed,
    target_word,
    when,
)

EFFECTS: dict[Effect, str] = {
    Effect.LIVE: "live, no restart",
    Effect.SOON: "accepted at once, Proxmox enacts it within seconds",
    Effect.AT_RESTART: "waits for a shutdown and start",
    Effect.WITH_RESTART: "with a restart (shutdown, start)",
    Effect.ON_START: "from its next start (it is stopped)",
}


FINAL = {Unit.BYTES: "cannot be shrunk again"}
"""Why there is no way back from a change, by its unit."""


def value_word(field: str, value: Value, unit: Unit) -> str:
    """Return a field's value in words."""
    if field == "cpulimit" and not value:
        return "no limit"
    if unit is Unit.CORES and isinstance(value, int):
        return number(value)
    return amount(value, unit)


def _span(change: Change) -> str:
    plain_numbers = isinstance(change.before, int) and isinstance(change.after, int)
    if plain_numbers and change.unit is not Unit.CORES and change.before and change.after:
        return before_after(change.before, change.after, change.unit)
    before = value_word(change.field, change.before, change.unit)
    return f"{before} → {value_word(change.field, change.after, change.unit)}"


def _relative(change: Change) -> str:
    """Return the difference in words; a CPU limit of 0 is none and has no difference."""
    if change.unit is Unit.CENTICORES and not (change.before and change.after):
        return ""
    return difference(change.before, change.after, change.unit)


def change_phrase(change: Change) -> str:
    """Return `memory 4 → 6 GiB`; a decrease says how much less."""
    if change.unit is Unit.TEXT and change.after in {None, ""}:
        return f"{field_word(change.field)} {amount(change.before, change.unit)} removed"
    if change.unit is Unit.TEXT and change.before in {None, "", change.after}:
        return f"{field_word(change.field)} {amount(change.after, change.unit)}"
    relative = _relative(change)
    tail = f" ({relative})" if relative.endswith("less") else ""
    return f"{field_word(change.field)} {_span(change)}{tail}"


def _exactly(change: Change) -> str:
    """Return the new size in MiB where one decimal of GiB would not show it exactly."""
    grain = {Unit.MIB: 1, Unit.BYTES: MIB}.get(change.unit)
    if grain is None or not isinstance(change.after, int):
        return ""
    if change.after * 10 % (1024 * grain) == 0 or "MiB" in amount(change.after, change.unit):
        return ""
    return f", exactly {number(change.after / grain)} MiB"


def change_line(change: Change) -> str:
    """Return one change with both its amounts and its effect, as a line of markup."""
    tail = f" ({relative})" if (relative := _relative(change)) else ""
    if change.unit is Unit.TEXT:
        parts = [change_phrase(change)]
    else:
        parts = [f"*{field_word(change.field)}* {_span(change)}{_exactly(change)}{tail}"]
    if not (change.unit is Unit.TEXT and change.effect is Effect.LIVE):
        parts.append(EFFECTS[change.effect])
    if change.final:
        parts.append(FINAL.get(change.unit, "cannot be taken back"))
    return ": ".join(parts[:2]) + "".join(f"; {part}" for part in parts[2:])


def only_words(changes: Sequence[Change]) -> bool:
    """Return whether nothing has an amount: then the operation's name says what happens."""
    return all(change.unit is Unit.TEXT for change in changes)


def is_take_back(plan: Plan) -> bool:
    """Return whether the plan takes back values that wait for a restart."""
    return bool(plan.changes) and all("revert" in change.words for change in plan.changes)


def _valued(change: Change, value: Value) -> str:
    return value_word(change.field, value, change.unit)


def what(plan: Plan) -> str:
    """Return what a plan does to which guest, as a phrase: `db1 (CT 104, pve1) memory 4 → 6 GiB`."""
    target = target_word(plan.target)
    if is_take_back(plan):
        waits = listed([f"{field_word(c.field)} {_valued(c, c.before)}" for c in plan.changes])
        stays = listed([_valued(c, c.after) for c in plan.changes])
        return f"{target} takes back what waits: {waits} (it keeps {stays})"
    if not only_words(plan.changes):
        return f"{target} {listed([change_phrase(c) for c in plan.changes])}"
    moved = [c for c in plan.changes if c.before != c.after]
    details = listed([change_phrase(c) for c in moved])
    return f"{name(plan.operation)} {target}" + (f", {details}" if details else "")


def how(plan: Plan) -> str:
    """Return how and when it comes into force, as sentences."""
    sized = [c for c in plan.changes if c.unit is not Unit.TEXT or c.effect is not Effect.LIVE]
    effects = list(dict.fromkeys(c.effect for c in sized))
    if len(effects) > 1:
        named = [(e, [field_word(c.field) for c in sized if c.effect is e]) for e in effects]
        parts = [f"{listed(fields)}: {EFFECTS[e]}" for e, fields in named]
    else:
        parts = [EFFECTS[e] for e in effects]
    said = [_sentence("; ".join(parts))] if parts else []
    if plan.timing.when is When.AT and plan.timing.at_ms:
        said.insert(0, f"At {when(plan.timing.at_ms)}.")
    final = [FINAL.get(c.unit, "cannot be taken back") for c in plan.changes if c.final]
    said += [_sentence(words) for words in dict.fromkeys(final)]
    return " ".join(said)


def _sentence(text: str) -> str:
    bare_start = text[:1] not in {"`", "<"}
    return (text[:1].upper() + text[1:] if bare_start else text) + "."


def note_lines(plan: Plan) -> str:
    """Return the plan's notes as a list of lines; empty when there are none."""
    return "\n".join(f"• {note_line(note)}" for note in plan.notes[:20])
