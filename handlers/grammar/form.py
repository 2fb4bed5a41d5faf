"""The request form's texts → Ask, or what is wrong by block."""

from collections.abc import Mapping

from bot.model.intent import Amount, Ask, Timing, When
from bot.model.operation import Operation
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.times import parse_time
from bot.model.unit import Unit
from handlers.grammar.ask import check_reason
from handlers.grammar.fields import find_field, pair_example, read_value, unknown_field
from handlers.grammar.text import tidy
from handlers.grammar.timing import Clock, check_moment

TIMING, AT, WITH_RESTART, REASON = "timing", "at", "with_restart", "reason"
"""Block ids of the form besides the fields' names."""

_OWN = {"guest", TIMING, AT, WITH_RESTART, REASON}
_NO = {"", "no", "false", "0", "off"}
_WHEN = {"": When.NOW, "restart": When.AT_RESTART} | {when.value: when for when in When}
_EPOCH = range(9, 13)  # digits


def _form_of(fields: Mapping[str, str], operations: Mapping[str, Operation]) -> Operation:
    """Return the operation whose form it is: the one that knows most of these fields."""
    forms = [operation for operation in operations.values() if operation.fields]
    return max(forms, key=lambda form: sum(find_field(form, name) is not None for name in fields))


def _moment(text: str, clock: Clock) -> int | None:
    """Read the picker's seconds since the epoch, or a time as people write it; ms."""
    if text.isascii() and text.isdecimal() and len(text) in _EPOCH:
        return int(text) * 1000
    return parse_time(text, now_ms=clock.now_ms, timezone=clock.timezone)


def _timing(values: Mapping[str, str], clock: Clock) -> Timing | dict[str, Refusal]:
    """Read when, and whether a restart belongs to it."""
    chosen = values.get(TIMING, "")
    when = _WHEN.get(chosen)
    restart = values.get(WITH_RESTART, "").casefold() not in _NO
    if when is None:
        return {TIMING: refuse(Reason.BAD_TIME, text=chosen, problem="choose one of the times")}
    if when is When.AT_RESTART and restart:
        problem = "it waits for the next restart, so none belongs to it: choose one of the two"
        return {TIMING: refuse(Reason.BAD_TIME, text=chosen, problem=problem)}
    if when is not When.AT:
        return Timing(when=when, with_restart=restart)
    text = values.get(AT, "")
    at_ms = _moment(text, clock)
    if at_ms is None:
        return {AT: refuse(Reason.BAD_TIME, text=text, problem="choose a day and a time")}
    late = check_moment(text, at_ms, clock.now_ms)
    return {AT: late} if late else Timing(when=when, at_ms=at_ms, with_restart=restart)


def _read_field(name: str, text: str, form: Operation) -> Amount | str | Refusal:
    """Read one field that was filled in: an amount, or text for a field of text."""
    field = find_field(form, name)
    if field is None:
        return unknown_field(form, name)
    return text if field.unit is Unit.TEXT else read_value(field, name, text)


def _nothing(values: Mapping[str, str], form: Operation) -> dict[str, Refusal]:
    """Say that no field was filled in, at the first field that the form shows."""
    shown = next((name for name in values if name not in _OWN), REASON)
    return {shown: refuse(Reason.NOTHING_ASKED, example=pair_example(form.fields[0]))}


def ask_from_form(
    values: Mapping[str, str],
    *,
    guest: str,
    operations: Mapping[str, Operation],
    now_ms: int,
    timezone: str,
) -> Ask | dict[str, Refusal]:
    """Return the ask that a form's texts make, or what is wrong by block id.

    `values` maps block ids to texts: a field's name to its amount (empty: unchanged), `timing`
    (`now`, `at`, `at restart` or `restart`), `at` (seconds since the epoch), `with_restart` (any
    word but no, false, 0, off), `reason`; `guest` is not read. Some operation has to have fields.
    """
    typed = {name: tidy(text).strip() for name, text in values.items()}
    filled = {name: text for name, text in typed.items() if text and name not in _OWN}
    form = _form_of(filled, operations)
    read = {name: _read_field(name, text, form) for name, text in filled.items()}
    timing = _timing(typed, Clock(now_ms=now_ms, timezone=timezone))
    reason = typed.get(REASON, "")
    too_long = check_reason(reason)
    wrong = {name: value for name, value in read.items() if isinstance(value, Refusal)}
    wrong |= {REASON: too_long} if too_long else {}
    if not isinstance(timing, Timing):
        return wrong | timing
    if wrong or not read:
        return wrong or _nothing(values, form)
    return Ask(
        operation=form.name,
        guest=guest,
        amounts={name: value for name, value in read.items() if isinstance(value, Amount)},
        arguments={name: value for name, value in read.items() if isinstance(value, str)},
        timing=timing,
        reason=reason,
    )
