"""Whatever strings and figures come from outside, Slack takes what is rendered."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from itertools import cycle
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.notice import Declined, Notice, Told
from handlers.blocks import render, render_home, render_view
from tests.unit.blocks import samples
from tests.unit.blocks.checker import message_problems, view_problems

NASTY = (
    "<!channel>",
    "<@U0EVIL> & <https://evil.example|click>",
    "`*_~bold~_*`",
    "``` fence",
    ":wave: line\nbreak\r\n> quote",
    "\u202eevil\u202c\u200b\u0000\ud800",
    "&" * 900,
    "<" * 4000,
    "\U0001f600" * 700,
    "x" * 1200,
    "",
    " ",
    "{guest} [x] {}",
    "%s %d",
)
SHORT = tuple(n for n in samples.NOTICES if isinstance(n, Told | Declined))
BROAD = (*(n for n in samples.NOTICES if n not in SHORT), *SHORT[::6])
"""Every notice, and every sixth of the short ones, which are built alike."""

TEXTS = st.one_of(st.none(), st.sampled_from(NASTY), st.text(max_size=60))
NUMBERS = st.one_of(st.none(), st.integers(), st.sampled_from((0, 1, -1, 10**30, 2**63, 1023)))


def spoiled(value: Any, texts: Iterator[str | None], numbers: Iterator[int | None]) -> Any:
    """Return the value with its strings and figures replaced, wherever the next one is given."""
    if isinstance(value, Enum | bool):
        return value
    if isinstance(value, str | int):
        new = next(texts) if isinstance(value, str) else next(numbers)
        return value if new is None else new
    if isinstance(value, Mapping):
        return {k: spoiled(v, texts, numbers) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(spoiled(v, texts, numbers) for v in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: spoiled(getattr(value, f.name), texts, numbers) for f in fields(value)}
        return replace(value, **parts)
    return value


def problems(notice: Notice) -> list[str]:
    """Render the notice as message, view and Home, and list what Slack would refuse."""
    shown, view = render(notice), render_view(notice)
    at_home = {**view, "blocks": render_home(notice)["blocks"]}
    found = message_problems(shown.text, shown.blocks) + view_problems(view)
    return found + view_problems(at_home)


@pytest.mark.parametrize("notice", samples.NOTICES, ids=lambda n: type(n).__name__)
def test_every_typical_notice_is_taken_by_slack(notice: Notice) -> None:
    """A notice as it usually is renders as a message and as a view within Slack's limits."""
    assert problems(notice) == []


def test_the_samples_hold_one_of_every_notice() -> None:
    """No kind of notice is left out of these tests."""
    assert set(get_args(Notice)) == {type(n) for n in samples.NOTICES}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    notice=st.sampled_from(samples.NOTICES),
    texts=st.lists(TEXTS, min_size=1, max_size=12),
    numbers=st.lists(NUMBERS, min_size=1, max_size=7),
)
def test_whatever_strings_come_the_rendering_is_escaped_and_within_limits(
    notice: Notice, texts: list[str | None], numbers: list[int | None]
) -> None:
    """Any strings and figures in any notice: nothing raises, pings, leaks formatting or is too long."""
    assert problems(spoiled(notice, cycle(texts), cycle(numbers))) == []


@pytest.mark.parametrize("nasty", NASTY)
def test_the_nastiest_string_everywhere_is_harmless(nasty: str) -> None:
    """Each known trick, put into every string of every notice at once, comes out harmless."""
    found = [p for n in BROAD for p in problems(spoiled(n, cycle([nasty]), cycle([None])))]
    assert found == []
