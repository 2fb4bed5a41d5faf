"""Plans in words: what changes and how, what admission says, bars that need no colour."""

from collections.abc import Sequence

from bot.model.intent import When
from bot.model.plan import Change, Effect, Plan
from bot.model.unit import Unit, Value
from bot.model.verdict import Sum, Verdict, VerdictClass
from handlers.blocks.kit import fixed_width, name
from handlers.blocks.notes import note_line
from handlers.blocks.words import (
    amount,
    bare,
    before_after,
    difference,
    field_word,
    listed,
    number,
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
VERDICTS: dict[VerdictClass, str] = {
    VerdictClass.FITS: "Fits.",
    VerdictClass.WHILE_OTHERS_STAY_BELOW: (
        "Fits only while others stay below what they were promised (configured)."
    ),
    VerdictClass.CANNOT_TELL: "I cannot tell whether it fits.",
    VerdictClass.DOES_NOT_FIT: "Does not fit.",
}
BAR = 16


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


def change_phrase(change: Change) -> str:
    """Return `memory 4 → 6 GiB`; a decrease says how much less."""
    if change.unit is Unit.TEXT and change.before in {None, ""}:
        return f"{field_word(change.field)} {amount(change.after, change.unit)}"
    less = (change.delta or 0) < 0
    tail = f" ({difference(change.before, change.after, change.unit)})" if less else ""
    return f"{field_word(change.field)} {_span(change)}{tail}"


def change_line(change: Change) -> str:
    """Return one change with both its amounts and its effect, as a line of markup."""
    relative = difference(change.before, change.after, change.unit)
    tail = f" ({relative})" if relative else ""
    parts = [f"*{field_word(change.field)}* {_span(change)}{tail}"]
    if not (change.unit is Unit.TEXT and change.effect is Effect.LIVE):
        parts.append(EFFECTS[change.effect])
    if change.final:
        parts.append("cannot be taken back")
    return ": ".join(parts[:2]) + "".join(f"; {part}" for part in parts[2:])


def only_words(changes: Sequence[Change]) -> bool:
    """Return whether nothing has an amount: then the operation's name says what happens."""
    return all(change.unit is Unit.TEXT for change in changes)


def what(plan: Plan) -> str:
    """Return what a plan does to which guest, as a phrase: `db1 (CT 104, pve1) memory 4 → 6 GiB`."""
    target = target_word(plan.target)
    if not only_words(plan.changes):
        return f"{target} {listed([change_phrase(c) for c in plan.changes])}"
    details = listed([change_phrase(c) for c in plan.changes])
    return f"{name(plan.operation)} {target}" + (f", {details}" if details else "")


def how(plan: Plan) -> str:
    """Return how and when it comes into force, as sentences."""
    sized = [c for c in plan.changes if c.unit is not Unit.TEXT or c.effect is not Effect.LIVE]
    effects = list(dict.fromkeys(c.effect for c in sized))
    if len(effects) > 1:
        parts = [f"{field_word(c.field)} {EFFECTS[c.effect]}" for c in sized]
    else:
        parts = [EFFECTS[e] for e in effects]
    said = [_sentence("; ".join(parts))] if parts else []
    if plan.timing.when is When.AT and plan.timing.at_ms:
        said.insert(0, f"At {when(plan.timing.at_ms)}.")
    if any(c.final for c in plan.changes):
        said.append("Cannot be taken back.")
    return " ".join(said)


def _sentence(text: str) -> str:
    bare_start = text[:1] not in {"`", "<"}
    return (text[:1].upper() + text[1:] if bare_start else text) + "."


def sum_named(verdict: Verdict, sum_name: str) -> Sum | None:
    """Return the sum of that name, if admission made it."""
    return next((s for s in verdict.sums if s.name == sum_name), None)


def keeps(plan: Plan) -> str:
    """Return what the node keeps free if only this guest fills up; empty if unknown or less."""
    used = sum_named(plan.verdict, "in use")
    if used is None or used.after is None or used.room is None or not used.worse:
        return ""
    return _keeps(used.room - used.after, used, name(plan.target.node), name(plan.target.name))


def _keeps(free: int, used: Sum, node: str, guest: str) -> str:
    if free < 0:
        return f"{node} would be {amount(-free, used.unit)} short if {guest} fills up."
    room = amount(used.room, used.unit)
    return f"{node} keeps {bare(free, used.unit, room)} of {room} free if {guest} fills up."


def _does_not_fit(plan: Plan) -> str:
    verdict = plan.verdict
    change = next((c for c in plan.changes if c.field == verdict.largest_field), None)
    change = change or next((c for c in plan.changes if c.unit is not Unit.TEXT), None)
    guest, node = name(plan.target.name), name(plan.target.node)
    wanted = value_word(change.field, change.after, change.unit) if change else "that"
    said = f"{guest} cannot get {wanted} on {node}"
    if verdict.largest is None or change is None:
        return f"{said}."
    return f"{said}: at most {value_word(change.field, verdict.largest, change.unit)}."


def verdict_sentence(plan: Plan) -> str:
    """Return admission's answer in one or two sentences, with what is missing by name."""
    verdict = plan.verdict
    if verdict.verdict is VerdictClass.DOES_NOT_FIT:
        said = _does_not_fit(plan)
    else:
        said = VERDICTS[verdict.verdict]
    if verdict.missing:
        said += f" Not known: {listed([name(m, 200) for m in verdict.missing])}."
    return said


def _sum_label(each: Sum, node: str) -> str:
    words = {
        "promised memory": f"All guests on {node} are promised",
        "in use": f"In use on {node}, if only this guest fills up:",
        "promised cores": f"Cores promised on {node}:",
        "node loss": "If a node dies, its guests need",
    }
    if each.name.startswith("storage "):
        return f"Storage {name(each.name.removeprefix('storage '))}:"
    return words.get(each.name, f"{name(each.name)}:")


def _of_room(each: Sum) -> str:
    if each.room is None:
        return " (room unknown)"
    return f" of {amount(each.room, each.unit)}"


def sum_line(each: Sum, node: str) -> str:
    """Return one sum as a sentence: before → after of the room, and what is over."""
    if each.after is None:
        return f"{_sum_label(each, node)} unknown{_of_room(each)}."
    span = before_after(each.before, each.after, each.unit)
    if each.before in {None, each.after}:
        span = amount(each.after, each.unit)
    said = f"{_sum_label(each, node)} {span}{_of_room(each)}"
    if each.room is not None and each.after > each.room:
        said += f": if all of it were taken, {amount(each.after - each.room, each.unit)} would be missing"
    if each.over_hard:
        said += f"; over the hard limit of {amount(each.hard_at, each.unit)}"
    elif each.over_warn:
        said += f"; over the warning at {amount(each.warn_at, each.unit)}"
    return f"{said}."


def admission(plan: Plan) -> str:
    """Return admission's answer with every sum, one line each."""
    node = name(plan.target.node)
    lines = [verdict_sentence(plan)]
    lines += [keeps(plan) if s.name == "in use" else sum_line(s, node) for s in plan.verdict.sums]
    return "\n".join(line for line in lines if line)


def bar(figure: int | None, room: int | None) -> str:
    """Return a bar of sixteen places for a figure in a room; what is over the room points out."""
    if figure is None or not room or room < 0:
        return "?" * BAR
    filled = round(BAR * max(0, min(figure, 4 * room)) / room)
    over = "▶" * min(8, filled - BAR)
    return "█" * min(filled, BAR) + "░" * (BAR - filled) + over


def _bar_lines(label: str, each: Sum) -> list[str]:
    rows = [("now", each.before), ("then", each.after)]
    if each.before == each.after:
        rows = [("now", each.after)]
    shown = [(w, bar(f, each.room), _percent(f, each.room)) for w, f in rows]
    return [
        f"{label if n == 0 else '':<9} {word:<4} {drawn} {share}"
        for n, (word, drawn, share) in enumerate(shown)
    ]


def _percent(figure: int | None, room: int | None) -> str:
    if figure is None or not room or room < 0:
        return "unknown"
    return f"{number(100 * max(0, min(figure, 100 * room)) / room, 0)} %"


BARS = {"promised memory": "promised", "in use": "in use"}


def bars(sums: Sequence[Sum]) -> str:
    """Return bars for promised and in use, before and after; empty when neither is known."""
    lines = [line for s in sums if s.name in BARS for line in _bar_lines(BARS[s.name], s)]
    return fixed_width(lines) if lines else ""


def note_lines(plan: Plan) -> str:
    """Return the plan's notes as a list of lines; empty when there are none."""
    return "\n".join(f"• {note_line(note)}" for note in plan.notes[:20])
