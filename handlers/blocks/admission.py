"""Admission in words: the verdict, its sums, and bars that need no colour."""

from collections.abc import Sequence

from bot.model.intent import When
from bot.model.plan import Plan
from bot.model.quantity import number
from bot.model.refusal import Quantity
from bot.model.unit import Unit
from bot.model.verdict import Sum, Verdict, VerdictClass
from handlers.blocks.kit import fixed_width, name
from handlers.blocks.plan import value_word
from handlers.blocks.words import amount, bare, before_after, listed, shown

VERDICTS: dict[VerdictClass, str] = {
    VerdictClass.FITS: "Fits.",
    VerdictClass.WHILE_OTHERS_STAY_BELOW: (
        "Fits only while others stay below what they were promised (configured)."
    ),
    VerdictClass.CANNOT_TELL: "I cannot tell whether it fits.",
    VerdictClass.DOES_NOT_FIT: "Does not fit.",
}
BAR = 16
NAMED = 4
"""So many nodes are named; more are 'the others'."""


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
        said = _only_while_all_nodes_live(verdict) or VERDICTS[verdict.verdict]
    if verdict.missing:
        said += f" {would_tell(verdict.missing)}"
    return said


def would_tell(missing: Sequence[str]) -> str:
    """Return what would make unknown figures known."""
    return f"What would tell: {listed([name(m, 200) for m in missing])}."


def _only_while_all_nodes_live(verdict: Verdict) -> str:
    """Return the verdict's sentence where only the loss of a node stands against the plan."""
    over = [s for s in verdict.sums if s.over_warn]
    if verdict.verdict is not VerdictClass.WHILE_OTHERS_STAY_BELOW or len(over) != 1:
        return ""
    lost = over[0].notes.get("node")
    if over[0].name != "node loss" or not isinstance(lost, str):
        return ""
    return f"Fits today, but not if {name(lost)} dies."


def _over(each: Sum) -> str:
    if each.over_hard:
        return f" Over the hard limit of {amount(each.hard_at, each.unit)}."
    if not each.over_warn or not each.warn_at:
        return ""
    return f" Over the warning at {amount(each.warn_at, each.unit)}."


def _of_room(each: Sum) -> str:
    """Return `18 → 20 of 15.5 GiB`, as far as it is known."""
    if each.after is None:
        return "unknown"
    same = each.before in {None, each.after}
    span = before_after(None if same else each.before, each.after, each.unit)
    span = amount(each.after, each.unit) if same else span
    if each.room is None:
        return f"{span} (of how much is unknown)"
    room = amount(each.room, each.unit)
    unit = room.rsplit(" ", 1)[-1]
    return f"{span.removesuffix(f' {unit}')} of {room}"


def _promised(each: Sum, node: str) -> str:
    said = f"All guests on {node} are promised (configured) {_of_room(each)}"
    noted = each.notes.get("missing_if_all")
    missing = noted.amount if isinstance(noted, Quantity) else 0
    if noted is None and each.after is not None and each.room is not None:
        missing = max(0, each.after - each.room)
    if missing:
        said += f": if all took it, about {amount(missing, each.unit)} would be missing"
    return f"{said}."


def _in_use(each: Sum, node: str) -> str:
    if each.before == each.after:
        return f"In use on {node}: {_of_room(each)}."
    return f"In use on {node}, if only this guest fills up: {_of_room(each)}."


def _cores(each: Sum, node: str) -> str:
    return f"Cores promised on {node}: {_of_room(each)}."


def _others(each: Sum) -> tuple[str, str]:
    """Return the nodes that are left, by name where they are few, and the verb that follows."""
    others = each.notes.get("others")
    if not isinstance(others, tuple) or not 0 < len(others) <= NAMED:
        return "the others", "have"
    return " + ".join(shown("others", o) for o in others), "has" if len(others) == 1 else "have"


def _node_loss(each: Sum, node: str) -> str:
    lost, need, have = (each.notes.get(key) for key in ("node", "need", "have"))
    short, before = each.notes.get("short"), each.notes.get("short_before")
    if not (isinstance(need, Quantity) and isinstance(have, Quantity)):
        return f"If a node dies, what {node} and the others must carry: {_of_room(each)}."
    which = name(lost) if isinstance(lost, str) else "a node"
    need_word, have_word = (amount(q.amount, q.unit) for q in (need, have))
    rest, verb = _others(each)
    said = f"If {which} dies, its HA guests need {need_word} and {rest} {verb} {have_word}"
    if isinstance(short, Quantity) and short.amount > 0:
        said += f": {amount(short.amount, short.unit)} short"
        if isinstance(before, Quantity) and before.amount > 0:
            said += f", {amount(before.amount, before.unit)} short already today"
    return f"{said}."


def _storage(each: Sum, _node: str) -> str:
    which = name(each.name.removeprefix("storage "))
    said = f"Storage {which}: {_of_room(each)}"
    if each.after is not None and each.room:
        said += f" used ({percent(each.after, each.room)})"
    claimable = each.notes.get("provisioned")
    if isinstance(claimable, Quantity):
        claim = amount(claimable.amount, claimable.unit)
        said += f"; its disks may then claim {claim}. A full pool stops writes for all its guests"
    if each.notes.get("kind") == "thin":
        said += ". How full its metadata is I do not read; `lvs` on the node shows it"
    return f"{said}."


SUMS = {
    "promised memory": _promised,
    "in use": _in_use,
    "promised cores": _cores,
    "node loss": _node_loss,
}


def sum_line(each: Sum, node: str) -> str:
    """Return one sum in words: before → after of the room, and what is over."""
    if each.name.startswith("storage "):
        return _storage(each, node) + _over(each)
    words = SUMS.get(each.name)
    said = words(each, node) if words else f"{name(each.name)}: {_of_room(each)}."
    return said + _over(each)


def admission(plan: Plan) -> str:
    """Return admission's answer with every sum, one line each; empty for what takes no room."""
    if not plan.claims and not plan.verdict.sums and plan.verdict.verdict is VerdictClass.FITS:
        return ""
    node = name(plan.target.node)
    lines = [verdict_sentence(plan)]
    for each in plan.verdict.sums:
        if each.name == "in use" and (said := keeps(plan)):
            over = f" In use: {_of_room(each)}.{_over(each)}" if _over(each) else ""
            lines.append(_may_use(plan, each) + said + over)
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
    shown = [(w, bar(f, each.room), percent(f, each.room)) for w, f in rows]
    return [
        f"{label if n == 0 else '':<9} {word:<4} {drawn} {share}"
        for n, (word, drawn, share) in enumerate(shown)
    ]


def percent(figure: int | None, room: int | None) -> str:
    """Return a share in whole per cent, or that it is unknown."""
    if figure is None or not room or room < 0:
        return "unknown"
    return f"{number(100 * max(0, min(figure, 100 * room)) / room, 0)} %"


BARS = {"promised memory": "promised", "in use": "in use"}


def bars(sums: Sequence[Sum]) -> str:
    """Return bars for promised and in use, before and after; empty when neither is known."""
    lines = [line for s in sums if s.name in BARS for line in _bar_lines(BARS[s.name], s)]
    return fixed_width(lines) if lines else ""
