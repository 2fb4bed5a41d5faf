"""Admission in words: the verdict, its sums, and bars that need no colour."""

from collections.abc import Sequence

from bot.model.intent import When
from bot.model.plan import Plan
from bot.model.refusal import Quantity
from bot.model.unit import Unit
from bot.model.verdict import Sum, Verdict, VerdictClass
from handlers.blocks.kit import fixed_width, name
from handlers.blocks.plan import value_word
from handlers.blocks.words import amount, bare, before_after, listed, number

VERDICTS: dict[VerdictClass, str] = {
    VerdictClass.FITS: "Fits.",
    VerdictClass.WHILE_OTHERS_STAY_BELOW: (
        "Fits only while others stay below what they were promised (configured)."
    ),
    VerdictClass.CANNOT_TELL: "I cannot tell whether it fits.",
    VerdictClass.DOES_NOT_FIT: "Does not fit.",
}
BAR = 16


def sum_named(verdict: Verdict, sum_name: str) -> Sum | None:
    """Return the sum of that name, if admission made it."""
    return next((s for s in verdict.sums if s.name == sum_name), None)


def keeps(plan: Plan) -> str:
    """Return what the node keeps free if only this guest fills up; empty if unknown or less."""
    used = sum_named(plan.verdict, "in use")
    if used is None or not used.worse or (known := _free(used)) is None:
        return ""
    free, whole = known
    node, guest = name(plan.target.node), name(plan.target.name)
    if free < 0:
        return f"{node} would be {amount(-free, used.unit)} short if {guest} fills up."
    room = amount(whole, used.unit)
    return f"{node} keeps {bare(free, used.unit, room)} of {room} free if {guest} fills up."


def _free(used: Sum) -> tuple[int, int] | None:
    """Return what stays free and of how much: of the whole node where admission says so."""
    free, whole = used.notes.get("free_after"), used.notes.get("total")
    if isinstance(free, Quantity) and isinstance(whole, Quantity):
        return free.amount, whole.amount
    if used.after is None or used.room is None:
        return None
    return used.room - used.after, used.room


def _may_use(plan: Plan, used: Sum) -> str:
    now, limit, before = (used.notes.get(key) for key in ("used", "limit", "limit_before"))
    if not (isinstance(limit, Quantity) and used.worse):
        return ""
    new = amount(limit.amount, limit.unit)
    tail = ""
    if isinstance(now, Quantity) and isinstance(before, Quantity):
        of = bare(before.amount, before.unit, new)
        tail = f" (now {bare(now.amount, now.unit, new)} of {of})"
    return f"{name(plan.target.name)} may then use {new}{tail}. "


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
    for each in plan.verdict.sums:
        if each.name == "in use" and (said := keeps(plan)):
            lines.append(_may_use(plan, each) + said)
        else:
            lines.append(sum_line(each, node))
    lines += held_lines(plan)
    return "\n".join(lines)


def held_lines(plan: Plan) -> list[str]:
    """Return what is reserved from approval on, where the change is not in force at once."""
    if not plan.waits_for_restart and plan.timing.when is not When.AT:
        return []
    held = [c for c in plan.claims if c.resource == "memory" and c.growth > 0]
    return [
        f"From approval on I hold {amount(c.growth, Unit.MIB)} on "
        f"{name(c.place.removeprefix('node/'))} until it is in force."
        for c in held
    ]


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
