"""The request form: texts by block id become an ask, or errors by block id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.intent import Amount, Ask, How, Timing, When
from bot.model.refusal import Reason
from handlers.grammar import ask_from_form
from tests.unit.grammar.table import NOW, OPERATIONS, PARIS, ms

AT = ms("2026-11-24 02:00:00")


def submit(**values: str) -> Ask | dict[str, Reason]:
    """Submit the form for web-01 on a Monday at two in Paris; refusals as their reasons."""
    got = ask_from_form(
        values, guest="paris/104", operations=OPERATIONS, now_ms=NOW, timezone=PARIS
    )
    return got if isinstance(got, Ask) else {block: no.reason for block, no in got.items()}


def test_filled_fields_become_amounts() -> None:
    """Empty fields stay as they are; the reason keeps its text; the guest is the one chosen."""
    amounts = {
        "memory": Amount(how=How.ADD, amount=2048, text="+2G"),
        "scsi1": Amount(how=How.ADD, amount=5 << 30, text="+5G"),
    }
    ask = Ask(
        operation="resources",
        guest="paris/104",
        amounts=amounts,
        timing=Timing(when=When.NOW, with_restart=True),
        reason="it's “slow” &amp; <b>",
    )
    assert ask == submit(
        memory=" +2G ",
        cores="",
        scsi1="+5G",
        timing="now",
        with_restart="true",
        reason="it's “slow” &amp; <b>\u202e",
    )


@pytest.mark.parametrize(
    ("values", "timing"),
    [
        ({}, Timing()),
        ({"timing": "now", "at": "rubbish", "with_restart": "no"}, Timing()),
        ({"timing": "restart"}, Timing(when=When.AT_RESTART)),
        ({"timing": "at restart", "guest": "x"}, Timing(when=When.AT_RESTART)),
        ({"timing": "at", "at": str(AT // 1000)}, Timing(when=When.AT, at_ms=AT)),
        ({"timing": "at", "at": "02:00"}, Timing(when=When.AT, at_ms=AT)),
    ],
)
def test_timing_is_read(values: dict[str, str], timing: Timing) -> None:
    """The picker's seconds, or a time as people write it."""
    ask = submit(memory="+2G", **values)
    assert isinstance(ask, Ask)
    assert timing == ask.timing


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"memory": "", "cores": ""}, {"memory": Reason.NOTHING_ASKED}),
        ({}, {"reason": Reason.NOTHING_ASKED}),
        (
            {"memory": "lots", "cores": "1.5"},
            {"memory": Reason.BAD_AMOUNT, "cores": Reason.BAD_AMOUNT},
        ),
        ({"memory": "0"}, {"memory": Reason.BAD_AMOUNT}),
        ({"memory": "+2G", "colour": "red"}, {"colour": Reason.UNKNOWN_FIELD}),
        ({"memory": "+2G", "timing": "at"}, {"at": Reason.BAD_TIME}),
        ({"memory": "+2G", "timing": "at", "at": "9" * 12}, {"at": Reason.BAD_TIME}),
        ({"memory": "+2G", "timing": "at", "at": str(NOW // 1000)}, {"at": Reason.BAD_TIME}),
        ({"memory": "+2G", "timing": "someday"}, {"timing": Reason.BAD_TIME}),
        (
            {"memory": "+2G", "timing": "restart", "with_restart": "yes"},
            {"timing": Reason.BAD_TIME},
        ),
        (
            {"memory": "x", "timing": "at", "at": ""},
            {"memory": Reason.BAD_AMOUNT, "at": Reason.BAD_TIME},
        ),
        ({"memory": "+2G", "reason": "x" * 501}, {"reason": Reason.BAD_TEXT}),
    ],
)
def test_errors_stand_at_their_blocks(values: dict[str, str], wrong: dict[str, Reason]) -> None:
    """Everything that is wrong is said at once, each at its own block."""
    assert wrong == submit(**values)


@given(
    st.dictionaries(
        st.sampled_from(["memory", "guest", "disk", "timing", "at", "with_restart", "reason", "x"]),
        st.text(),
    )
)
def test_no_form_raises(values: dict[str, str]) -> None:
    """Any texts give an ask, or errors at blocks of the form."""
    got = submit(**values)
    assert isinstance(got, Ask) or set(got) <= {*values, "reason", "at"}
