"""Fields and their amounts, as they stand after the guest: `memory=+2G cores=4`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from bot.model.intent import Amount, How, Timing
from bot.model.operation import Field, Operation
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.size import allowed_amounts, for_field, parse_amount
from bot.model.unit import Unit
from handlers.grammar.text import Line

_PAIR = re.compile(r"(?P<name>[A-Za-z][\w-]*)=(?P<value>.*)", re.ASCII | re.DOTALL)
_BARE = re.compile(r"[+-]?(?:\d+(?:\.\d+)?)?", re.ASCII)
_CHANGE = re.compile(r"[+-]\d.*|\d[\d.]*(?:%|[gmt](?:i?b)?|x)|x\d.*|double|half", re.ASCII)
_UNIT_WORDS = {f"{k}{tail}" for k in "gmt" for tail in ("", "b", "i", "ib")} | {
    "%",
    "core",
    "cores",
    "cpus",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What has been read of a request so far; `at` is the next token."""

    at: int
    amounts: Mapping[str, Amount] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    timing: Timing | None = None
    with_restart: bool = False


def find_field(operation: Operation, name: str) -> Field | None:
    """Return the operation's field of that name; `scsi1` is found as `scsi*`."""
    return next((one for one in operation.fields if one.covers(name)), None)


def pair_example(one: Field) -> str:
    """Return how the field is written: `memory=+2G`, `scsi1=+5G`."""
    return one.example if "=" in one.example else f"{one.name.replace('*', '1')}={one.example}"


def example_of(operation: Operation) -> str:
    """Return a short command of the operation, to show beside what was wrong."""
    words = [operation.verb, "web-01"]
    words += [pair_example(one) for one in operation.fields[:1]]
    words += [one.example for one in operation.arguments if one.required]
    return " ".join(words + (["nightly", "build", "needs", "it"] if operation.fields else []))


def unknown_field(operation: Operation, name: str) -> Refusal:
    """Return the refusal of a field's name, with the nearest one that there is."""
    allowed = tuple(one.name for one in operation.fields)
    near = process.extractOne(name, allowed, scorer=fuzz.ratio, score_cutoff=60)
    suggestion = near[0] if near else ""
    return refuse(Reason.UNKNOWN_FIELD, field=name, allowed=allowed, suggestion=suggestion)


def read_value(one: Field, name: str, text: str) -> Amount | Refusal:
    """Read one field's amount; a refusal names the field."""
    amount = parse_amount(text, one.unit)
    if isinstance(amount, Refusal):
        return for_field(amount, name)
    if amount.how is How.SET and not amount.amount and (one.minimum or 0) > 0:
        return refuse(
            Reason.BAD_AMOUNT,
            field=name,
            text=text,
            problem="zero is not possible here",
            allowed=allowed_amounts(one.unit),
        )
    return amount


def _value(line: Line, at: int, begun: str) -> tuple[str, int]:
    """Return the amount that begins with this text, and the token after it (`4 GiB` has two)."""
    value = begun
    while at < len(line.tokens) and not line.tokens[at].quoted:
        word = line.tokens[at].text
        joins = value in {"", "+", "-"} or (
            _BARE.fullmatch(value) and word.casefold().rstrip(",;") in _UNIT_WORDS
        )
        if not joins:
            break
        value, at = value + word, at + 1
    return value.rstrip(",;"), at


def _spelled(line: Line, at: int, operation: Operation) -> tuple[str, str, int] | None:
    """Read `memory = 4G` and `memory +2G`; None where that may as well be the reason."""
    words = [token.text for token in line.tokens[at : at + 2]]
    if find_field(operation, words[0].casefold()) is None or len(words) == 1:
        return None
    name, follows = words[0].casefold(), words[1]
    if follows.startswith("="):
        return name, *_value(line, at + 2, follows[1:])
    value, after = _value(line, at + 2, follows)
    last = after == len(line.tokens) and bool(_BARE.fullmatch(value))
    return (name, value, after) if last or _CHANGE.fullmatch(value.casefold()) else None


def _pair(line: Line, at: int, operation: Operation) -> tuple[str, str, int] | None:
    """Return the field's name, its amount as text and the token after them, if they stand there."""
    token = line.tokens[at]
    if token.quoted:
        return None
    match = _PAIR.fullmatch(token.text)
    if match is None:
        return _spelled(line, at, operation)
    return match["name"].casefold(), *_value(line, at + 1, match["value"])


def _add(wanted: Wanted, operation: Operation, name: str, text: str) -> Wanted | Refusal:
    """Return what is wanted with one field more."""
    one = find_field(operation, name)
    if one is None:
        return unknown_field(operation, name)
    if name in wanted.amounts or name in wanted.arguments:
        return refuse(
            Reason.BAD_TEXT, problem=f"{name} is given twice", example=example_of(operation)
        )
    if one.unit is Unit.TEXT:
        return replace(wanted, arguments={**wanted.arguments, name: text})
    amount = read_value(one, name, text)
    if isinstance(amount, Refusal):
        return amount
    return replace(wanted, amounts={**wanted.amounts, name: amount})


def read_fields(line: Line, at: int, operation: Operation) -> Wanted | Refusal:
    """Read the fields that stand from that token on."""
    wanted = Wanted(at=at)
    while wanted.at < len(line.tokens):
        pair = _pair(line, wanted.at, operation)
        if pair is None:
            break
        added = _add(wanted, operation, pair[0], pair[1])
        if isinstance(added, Refusal):
            return added
        wanted = replace(added, at=pair[2])
    return wanted
