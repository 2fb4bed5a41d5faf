"""Amounts as people write them: `4G`, `+25%`, `1.5`, `half`.

Everything is counted as Proxmox counts: `G` and `GB` are GiB. Fractions of the base unit are cut off,
so that nobody gets more than they asked for; disks go by whole MiB.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.model.intent import Amount, How
from bot.model.quantity import MIB
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.unit import Unit

LARGEST_BYTES = 1 << 50  # 1 PiB, below 2^53: still exact in JSON and in the store's scripts
LARGEST_CORES = 100_000
LARGEST_PERCENT = 10_000
BARE_FROM_MIB = 128  # a smaller bare number is as likely to mean GiB: ask

DASHES = "".join(map(chr, (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D)))
"""Dashes and minus signs that phones and Slack write instead of a hyphen."""
_PLAIN_SIGNS = str.maketrans(dict.fromkeys(DASHES, "-") | {"\uff0b": "+", "×": "x", "*": "x"})
_NUMBER = r"(?P<number>\d{1,15}(?:\.\d{1,9})?)"
_PLAIN = re.compile(rf"(?P<sign>[+-]?)\s*{_NUMBER}\s*(?P<suffix>[a-z]*)", re.ASCII)
_PERCENT = re.compile(rf"(?P<sign>[+-]?)\s*{_NUMBER}\s*%", re.ASCII)
_FACTOR = re.compile(rf"x\s*{_NUMBER}|(?P<before>\d{{1,15}}(?:\.\d{{1,9}})?)\s*x", re.ASCII)
_WORDS = {"double": 200, "half": 50}
_NEVER_ZERO = {Unit.CORES, Unit.BYTES}
_SIGNS = {"": How.SET, "+": How.ADD, "-": How.SUBTRACT}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """How one unit is written: suffix → factor to the base unit, and what is allowed."""

    suffixes: dict[str, int]
    allowed: str
    largest: int
    grain: int = 1
    whole: bool = False


def _sizes(mib: int) -> dict[str, int]:
    """Return the size suffixes, given how many base units a MiB has."""
    factors = {"m": mib, "g": mib << 10, "t": mib << 20}
    return {k + tail: f for k, f in factors.items() for tail in ("", "b", "i", "ib")}


_CORE_WORDS = ("", "c", "core", "cores", "cpu", "cpus", "vcpu", "vcpus")
_SCALES = {
    Unit.MIB: _Scale(
        suffixes={"": 1} | _sizes(1),
        allowed="4G, 512M, 4096 (MiB), +2G, -1G, +25%, double or half",
        largest=LARGEST_BYTES // MIB,
    ),
    Unit.BYTES: _Scale(
        suffixes=_sizes(MIB),
        allowed="+20G (that much more), 120G (in all), 1T or +25%",
        largest=LARGEST_BYTES,
        grain=MIB,
    ),
    Unit.CORES: _Scale(
        suffixes=dict.fromkeys(_CORE_WORDS, 1),
        allowed="4, +1, -1, double or half",
        largest=LARGEST_CORES,
        whole=True,
    ),
    Unit.CENTICORES: _Scale(
        suffixes=dict.fromkeys(_CORE_WORDS, 100),
        allowed="2, 1.5, +0.5, -1, double or half",
        largest=LARGEST_CORES * 100,
        whole=True,
    ),
}


def allowed_amounts(unit: Unit) -> str:
    """Return in words what may be written for an amount of this unit."""
    scale = _SCALES.get(unit)
    return scale.allowed if scale else "text"


def _bad(unit: Unit, text: str, problem: str) -> Refusal:
    """Return the refusal of an amount; whoever knows the field adds it (`for_field`)."""
    return refuse(
        Reason.BAD_AMOUNT, field="", text=text, problem=problem, allowed=allowed_amounts(unit)
    )


def for_field(refusal: Refusal, field: str) -> Refusal:
    """Return the refusal with the field it is about."""
    return replace(refusal, details={**refusal.details, "field": field})


def _percent(match: re.Match[str], text: str, unit: Unit) -> Amount | Refusal:
    """Read `+25%` and `-25%`."""
    percent = Fraction(match["number"])
    if not match["sign"]:
        return _bad(unit, text, "a percentage needs a sign, + for more and - for less")
    if percent.denominator != 1:
        return _bad(unit, text, "a percentage has to be a whole number")
    signed = -int(percent) if match["sign"] == "-" else int(percent)
    if not signed:
        return _bad(unit, text, "it changes nothing")
    if signed <= -100:  # noqa: PLR2004 - per cent
        return _bad(unit, text, "nothing would be left")
    if signed > LARGEST_PERCENT:
        return _bad(unit, text, f"at most {LARGEST_PERCENT}% at a time")
    return Amount(how=How.PERCENT, amount=signed, text=text)


def _factor(factor: Fraction, text: str, unit: Unit) -> Amount | Refusal:
    """Read `x2`, `2x`, `x1.5`."""
    percent = factor * 100
    if not percent:
        return _bad(unit, text, "nothing would be left")
    if percent.denominator != 1:
        return _bad(unit, text, "a factor has at most two decimals")
    if percent == 100:  # noqa: PLR2004 - per cent
        return _bad(unit, text, "it changes nothing")
    if percent > LARGEST_PERCENT:
        return _bad(unit, text, f"at most x{LARGEST_PERCENT // 100} at a time")
    return Amount(how=How.FACTOR, amount=int(percent), text=text)


def _unit_problem(unit: Unit, number: str, suffix: str) -> str:
    """Return what is wrong or unclear about the unit as written; empty if nothing is."""
    if suffix and suffix not in _SCALES[unit].suffixes:
        return f"{suffix} is not a unit of it"
    if suffix or unit not in {Unit.MIB, Unit.BYTES}:
        return ""
    if unit is Unit.BYTES:
        return f"it has no unit: write {number}G for GiB"
    if "." in number or 0 < int(number) < BARE_FROM_MIB:
        return f"it has no unit: write {number}G for GiB or {number}M for MiB"
    return ""


def _number_problem(unit: Unit, how: How, exact: Fraction, amount: int) -> str:
    """Return what is wrong with the number, given exactly and as it would count."""
    if _SCALES[unit].whole and exact.denominator != 1:
        return "whole numbers only" if unit is Unit.CORES else "at most two decimals"
    if exact and not amount:
        return "it is less than 1 MiB"
    if amount > _SCALES[unit].largest:
        return "it is more than any host has"
    if not amount and how is not How.SET:
        return "it changes nothing"
    return "zero is not possible here" if not amount and unit in _NEVER_ZERO else ""


def _plain(match: re.Match[str], text: str, unit: Unit) -> Amount | Refusal:
    """Read a number with a sign and a unit, either of which may be missing."""
    scale = _SCALES[unit]
    number, suffix, how = match["number"], match["suffix"], _SIGNS[match["sign"]]
    problem = _unit_problem(unit, number, suffix)
    if problem:
        return _bad(unit, text, problem)
    exact = Fraction(number) * scale.suffixes[suffix]
    amount = int(exact // scale.grain) * scale.grain
    problem = _number_problem(unit, how, exact, amount)
    return _bad(unit, text, problem) if problem else Amount(how=how, amount=amount, text=text)


def _read(plain: str, typed: str, unit: Unit) -> Amount | Refusal:
    """Read normalised text in whichever form it has."""
    if plain in _WORDS:
        return Amount(how=How.FACTOR, amount=_WORDS[plain], text=typed)
    if match := _PERCENT.fullmatch(plain):
        return _percent(match, typed, unit)
    if match := _FACTOR.fullmatch(plain):
        return _factor(Fraction(match["number"] or match["before"]), typed, unit)
    if match := _PLAIN.fullmatch(plain):
        return _plain(match, typed, unit)
    if "," in plain and _PLAIN.fullmatch(plain.replace(",", ".", 1)):
        return _bad(unit, typed, "write decimals with a point")
    return _bad(unit, typed, "it is not an amount" if plain else "there is no amount")


def parse_amount(text: str, unit: Unit) -> Amount | Refusal:
    """Read an amount in the unit; never raises.

    MiB: a unit letter, or a bare number of at least 128 (and 0). Bytes: always a unit letter. The
    refusal is BAD_AMOUNT with `field` empty (see `for_field`), `text`, `problem` and `allowed`.
    """
    typed = text.strip()
    plain = typed.translate(_PLAIN_SIGNS).casefold()
    if unit not in _SCALES:
        return _bad(unit, typed, "it is not a number")
    return _read(plain, typed, unit)


def _scaled(current: int, percent: int, grain: int) -> int:
    """Return `current` plus that percentage of it, the difference cut to whole grains."""
    size = current * abs(percent) // 100 // grain * grain
    return current + (size if percent > 0 else -size)


def resolve(amount: Amount, current: int | None, unit: Unit) -> int | Refusal:
    """Return the absolute value asked for, given the value in force (None: unset), in base units.

    A percentage changes by whole MiB or cores, never by more than was asked. Whether the result is
    possible (it may be below zero) is for the caller to say. The refusal is BAD_AMOUNT as of
    `parse_amount`: a change where no value is set, or where 0 means "no limit".
    """
    if amount.how is How.SET:
        return amount.amount
    if current is None or (unit is Unit.CENTICORES and not current):
        return _bad(unit, amount.text, "no value is set now, so write the whole value")
    match amount.how:
        case How.ADD:
            return current + amount.amount
        case How.SUBTRACT:
            return current - amount.amount
        case How.PERCENT:
            return _scaled(current, amount.amount, _SCALES[unit].grain)
        case How.FACTOR:
            return _scaled(current, amount.amount - 100, _SCALES[unit].grain)
