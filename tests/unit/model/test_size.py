"""Amounts: every form people write, refusals that say what is allowed, and what they come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.intent import Amount, How
from bot.model.quantity import GIB, format_value
from bot.model.refusal import Reason, Refusal
from bot.model.size import allowed_amounts, for_field, parse_amount, resolve
from bot.model.unit import Unit

NUMBERS = [Unit.MIB, Unit.BYTES, Unit.CORES, Unit.CENTICORES]


@pytest.mark.parametrize(
    ("text", "unit", "how", "amount"),
    [
        ("4G", Unit.MIB, How.SET, 4096),
        ("4g", Unit.MIB, How.SET, 4096),
        ("4 GiB", Unit.MIB, How.SET, 4096),
        ("4GB", Unit.MIB, How.SET, 4096),
        ("4096", Unit.MIB, How.SET, 4096),
        ("512M", Unit.MIB, How.SET, 512),
        ("0.5G", Unit.MIB, How.SET, 512),
        ("1.5G", Unit.MIB, How.SET, 1536),
        ("0.9G", Unit.MIB, How.SET, 921),
        ("0", Unit.MIB, How.SET, 0),
        ("10 TB", Unit.MIB, How.SET, 10 * 1024 * 1024),
        ("+2G", Unit.MIB, How.ADD, 2048),
        ("+512", Unit.MIB, How.ADD, 512),
        ("-2G", Unit.MIB, How.SUBTRACT, 2048),
        ("−2G", Unit.MIB, How.SUBTRACT, 2048),
        ("–2G", Unit.MIB, How.SUBTRACT, 2048),
        ("—2G", Unit.MIB, How.SUBTRACT, 2048),
        ("+25%", Unit.MIB, How.PERCENT, 25),
        ("−25 %", Unit.MIB, How.PERCENT, -25),
        ("double", Unit.MIB, How.FACTOR, 200),
        ("Half", Unit.CORES, How.FACTOR, 50),
        ("x2", Unit.CORES, How.FACTOR, 200),
        ("2x", Unit.CORES, How.FACTOR, 200),
        ("×1.5", Unit.MIB, How.FACTOR, 150),
        ("+20G", Unit.BYTES, How.ADD, 20 * GIB),
        ("1T", Unit.BYTES, How.SET, 1024 * GIB),
        ("4", Unit.CORES, How.SET, 4),
        ("4 cores", Unit.CORES, How.SET, 4),
        ("-1", Unit.CORES, How.SUBTRACT, 1),
        ("1.5", Unit.CENTICORES, How.SET, 150),
        ("+0.25", Unit.CENTICORES, How.ADD, 25),
        ("0", Unit.CENTICORES, How.SET, 0),
    ],
)
def test_amounts_are_read_as_people_write_them(
    text: str, unit: Unit, how: How, amount: int
) -> None:
    """Units count as Proxmox counts; a sign makes a change; the text is kept as typed."""
    assert Amount(how=how, amount=amount, text=text) == parse_amount(text, unit)


@pytest.mark.parametrize(
    ("text", "unit", "problem"),
    [
        ("", Unit.MIB, "there is no amount"),
        ("lots", Unit.MIB, "it is not an amount"),
        ("NaN", Unit.MIB, "it is not an amount"),
        ("inf", Unit.CENTICORES, "it is not an amount"),
        ("1e9", Unit.MIB, "it is not an amount"),
        ("--2G", Unit.MIB, "it is not an amount"),
        ("=4G", Unit.MIB, "it is not an amount"),
        ("1,5G", Unit.MIB, "write decimals with a point"),
        ("4", Unit.MIB, "it has no unit: write 4G for GiB or 4M for MiB"),
        ("+1.5", Unit.MIB, "it has no unit: write 1.5G for GiB or 1.5M for MiB"),
        ("20", Unit.BYTES, "it has no unit: write 20G for GiB"),
        ("4 apples", Unit.CORES, "apples is not a unit of it"),
        ("4G", Unit.CORES, "g is not a unit of it"),
        ("1.5", Unit.CORES, "whole numbers only"),
        ("1.255", Unit.CENTICORES, "at most two decimals"),
        ("0", Unit.CORES, "zero is not possible here"),
        ("0G", Unit.BYTES, "zero is not possible here"),
        ("+0", Unit.MIB, "it changes nothing"),
        ("0.0001M", Unit.MIB, "it is less than 1 MiB"),
        ("999999T", Unit.MIB, "it is more than any host has"),
        ("25%", Unit.MIB, "a percentage needs a sign, + for more and - for less"),
        ("+12.5%", Unit.MIB, "a percentage has to be a whole number"),
        ("+0%", Unit.MIB, "it changes nothing"),
        ("-100%", Unit.MIB, "nothing would be left"),
        ("+99999%", Unit.MIB, "at most 10000% at a time"),
        ("x0", Unit.MIB, "nothing would be left"),
        ("x1.001", Unit.MIB, "a factor has at most two decimals"),
        ("x1", Unit.MIB, "it changes nothing"),
        ("x999", Unit.MIB, "at most x100 at a time"),
        ("anything", Unit.TEXT, "it is not a number"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_is_allowed(
    text: str, unit: Unit, problem: str
) -> None:
    """The refusal says what is wrong, repeats the text, and names allowed forms."""
    got = parse_amount(text, unit)
    assert isinstance(got, Refusal)
    assert got.reason == Reason.BAD_AMOUNT
    expected = {"field": "", "text": text, "problem": problem, "allowed": allowed_amounts(unit)}
    assert expected == got.details


def test_whoever_knows_the_field_adds_it() -> None:
    """`for_field` names the field and keeps the other details."""
    got = parse_amount("lots", Unit.CORES)
    assert isinstance(got, Refusal)
    named = for_field(got, "cores")
    assert {**got.details, "field": "cores"} == named.details


@pytest.mark.parametrize(
    ("text", "unit", "current", "target"),
    [
        ("6G", Unit.MIB, None, 6144),
        ("+2G", Unit.MIB, 4096, 6144),
        ("-2G", Unit.MIB, 4096, 2048),
        ("-512M", Unit.MIB, 512, 0),
        ("-5G", Unit.MIB, 4096, -1024),
        ("+25%", Unit.CORES, 2, 2),
        ("+25%", Unit.MIB, 4096, 5120),
        ("+33%", Unit.MIB, 1000, 1330),
        ("+33%", Unit.MIB, 1001, 1331),
        ("-33%", Unit.MIB, 1001, 671),
        ("double", Unit.MIB, 3000, 6000),
        ("half", Unit.MIB, 3001, 1501),
        ("x1.5", Unit.CORES, 2, 3),
        ("+25%", Unit.CORES, 7, 8),
        ("+25%", Unit.BYTES, 10 * GIB, 10 * GIB + 2560 * (1 << 20)),
        ("+33%", Unit.BYTES, 10 * GIB, 10 * GIB + 3379 * (1 << 20)),
        ("+0.5", Unit.CENTICORES, 150, 200),
    ],
)
def test_amounts_become_absolute_values(
    text: str, unit: Unit, current: int | None, target: int
) -> None:
    """The value in force plus the change; a percentage never changes by more than was asked."""
    amount = parse_amount(text, unit)
    assert isinstance(amount, Amount)
    assert target == resolve(amount, current, unit)


@pytest.mark.parametrize(
    ("text", "unit", "current"),
    [("+1", Unit.CENTICORES, 0), ("+2G", Unit.MIB, None), ("half", Unit.CORES, None)],
)
def test_a_change_of_no_value_is_refused(text: str, unit: Unit, current: int | None) -> None:
    """Nothing can be added to a value that is not set, nor to a CPU limit of 0, which is none."""
    amount = parse_amount(text, unit)
    assert isinstance(amount, Amount)
    got = resolve(amount, current, unit)
    assert isinstance(got, Refusal)
    problem = "no value is set now, so write the whole value"
    assert (Reason.BAD_AMOUNT, problem) == (got.reason, got.details["problem"])


@given(st.integers(1, 1 << 20), st.sampled_from(NUMBERS))
def test_whole_values_survive_the_way_to_text_and_back(number: int, unit: Unit) -> None:
    """Whole GiB and whole cores read back as they were."""
    base = {Unit.MIB: 1024, Unit.BYTES: GIB, Unit.CORES: 1, Unit.CENTICORES: 100}[unit]
    value = min(number, 100_000) * base
    back = parse_amount(format_value(value, unit), unit)
    assert isinstance(back, Amount)
    assert (How.SET, value) == (back.how, back.amount)


@given(
    st.text() | st.from_regex(r"[+\-−]?[0-9]{0,18}[.,]?[0-9]{0,3} ?[GgMmTtxX%]?i?[Bb]?"),
    st.sampled_from(list(Unit)),
    st.none() | st.integers(0, 1 << 50),
)
def test_no_text_raises(text: str, unit: Unit, current: int | None) -> None:
    """Anything is an amount or a refusal, and resolves wherever there is a value to change."""
    got = parse_amount(text, unit)
    if isinstance(got, Refusal):
        assert got.reason == Reason.BAD_AMOUNT
        return
    target = resolve(got, current, unit)
    unset = got.how is not How.SET and (
        current is None or (unit is Unit.CENTICORES and not current)
    )
    assert unset == isinstance(target, Refusal)
