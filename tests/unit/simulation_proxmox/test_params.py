"""Checking parameters: every problem at once, in Proxmox's words."""

import pytest

from bot.simulation.proxmox.errors import ApiError
from bot.simulation.proxmox.params.check import BOOLEAN, Param, check


def errors_of(param: Param, value: str) -> dict[str, str] | None:
    """Return the errors for one value."""
    with pytest.raises(ApiError) as raised:
        check({"x": param}, {"x": value})
    assert raised.value.status == 400
    return raised.value.errors


@pytest.mark.parametrize("value", ["1", "on", "YES", "True"])
def test_true_has_many_spellings(value: str) -> None:
    """All of them become 1."""
    assert check({"x": BOOLEAN}, {"x": value}) == {"x": "1"}


def test_client_library_sends_false_as_a_word() -> None:
    """`False` is understood."""
    assert check({"x": BOOLEAN}, {"x": "False"}) == {"x": "0"}


@pytest.mark.parametrize(
    ("param", "value", "text"),
    [
        (Param(type="integer"), "two", "type check ('integer') failed - got 'two'"),
        (Param(type="integer", minimum=1), "0", "value must have a minimum value of 1"),
        (Param(type="number", maximum=8), "9", "value must have a maximum value of 8"),
        (Param(max_length=2), "abc", "value may only be 2 characters long"),
        (Param(pattern=r"\d+"), "a", "value does not match the regex pattern"),
        (Param(enum=("a", "b")), "c", "value 'c' does not have a value in the enumeration 'a, b'"),
    ],
)
def test_each_problem_has_its_text(param: Param, value: str, text: str) -> None:
    """The texts are the real ones."""
    assert errors_of(param, value) == {"x": text}


def test_all_problems_come_together() -> None:
    """Unknown, missing and wrong parameters are named in one answer."""
    params = {"a": Param(type="integer"), "b": Param(optional=False)}
    with pytest.raises(ApiError) as raised:
        check(params, {"a": "x", "c": "1"})
    assert set(raised.value.errors or ()) == {"a", "b", "c"}


def test_indexed_option_is_found_by_its_stem() -> None:
    """`scsi3` is checked as `scsi[n]`."""
    assert check({"scsi[n]": Param()}, {"scsi3": "x"}) == {"scsi3": "x"}


def test_parameter_that_requires_another_names_it() -> None:
    """The missing companion is what is wrong."""
    with pytest.raises(ApiError) as raised:
        check({"a": Param(requires="b"), "b": Param()}, {"a": "1"})
    assert raised.value.errors == {"b": "missing property - 'a' requires this property"}
