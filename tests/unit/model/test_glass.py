"""Broken glass: one person approves alone, by role, seldom, with a reason, for what fits."""

from dataclasses import replace
from typing import Any

import pytest

from bot.model.refusal import Reason
from bot.model.request import BrokenGlass, State
from tests.unit.model.acts import (
    CROWDED,
    DAY,
    TWO,
    approve,
    break_glass,
    moved,
    offered,
    plan_to,
    reason,
    replan,
    vote_of,
)
from tests.unit.redis_store.samples import ALICE, AT, BOB, pending


def test_broken_glass_approves_alone_and_counts_no_vote() -> None:
    """Also by who asked for it; a wait for a veto is skipped, and a new plan is asked for anew."""
    slow = replace(TWO, wait_ms=60_000)
    request = pending(votes=(vote_of(BOB),), decision=slow, offer=offered())
    after = moved(request, break_glass(request, ALICE))
    assert after.state is State.APPROVED
    assert (after.votes, after.offer, after.decision.wait_ms) == ((), None, 0)
    assert after.glass == BrokenGlass(by=ALICE, at=AT + 10, why="checkout is down", told=(BOB,))
    assert (after.decided_at, after.execute_before) == (AT + 10, AT + 10 + DAY)
    anew = moved(after, replan())
    assert (anew.state, anew.glass) == (State.PENDING, None)
    assert reason(after, approve(after)) is Reason.ALREADY_DECIDED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"groups": ("ops",)}, Reason.MAY_NOT_BREAK),
        ({"role": ()}, Reason.MAY_NOT_BREAK),
        ({"left": 0}, Reason.BROKEN_TOO_OFTEN),
        ({"text": " "}, Reason.REASON_NEEDED),
        ({"plan_rev": 0}, Reason.OLD_CARD),
        ({"at": AT + 100 * DAY}, Reason.EXPIRED),
        ({"plan": plan_to(8192)}, Reason.GUEST_CHANGED),
        ({"plan": plan_to(6144, verdict=CROWDED)}, Reason.ROOM_GONE),
    ],
)
def test_glass_is_broken_only_by_role_seldom_with_a_reason_for_what_fits(
    changes: dict[str, Any], expected: Reason
) -> None:
    """Each guard by itself."""
    request = pending()
    assert reason(request, break_glass(request, **changes)) is expected
