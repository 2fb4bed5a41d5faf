"""Which buttons stand where, and what they point at."""

from dataclasses import replace

import pytest

from bot.model.button import Action
from bot.model.notice import CardNotice, DetailsView, VotePrompt
from bot.model.request import ChangeRequest
from handlers.blocks import render, render_view
from tests.unit.blocks import asked
from tests.unit.blocks.flat import buttons, labels, words

VOTES = {Action.APPROVE.value, Action.DENY.value}
ROWS = [
    (asked.PENDING, ["Approve", "Deny", "Offer less", "Details"]),
    (asked.OFFERED, ["Approve", "Accept the offer", "Deny", "Offer less", "Details"]),
    (asked.NOT_FITTING, ["Ask for 4.4 GiB", "Deny", "Offer less", "Details"]),
    (asked.APPROVED, ["Details"]),
    (asked.RUNNING, ["Details"]),
    (asked.UNCERTAIN, ["Details"]),
    (asked.SUCCEEDED, ["Give back", "Details"]),
    (asked.PARTIAL, ["Try again", "Details"]),
    (asked.FAILED, ["Try again", "Details"]),
    (asked.DENIED, ["Details"]),
    (asked.CANCELLED, ["Ask again", "Details"]),
    (replace(asked.CANCELLED, ended_by=asked.ANA), ["Details"]),
    (asked.EXPIRED, ["Ask again", "Details"]),
]


@pytest.mark.parametrize(("request_", "expected"), ROWS)
def test_a_card_shows_the_buttons_its_state_allows(
    request_: ChangeRequest, expected: list[str]
) -> None:
    """Buttons change with the record, and with nothing else."""
    assert expected == labels(render(CardNotice(request=request_)))


@pytest.mark.parametrize("request_", asked.EVERY_STATE, ids=lambda r: r.state.value)
def test_only_a_pending_request_can_be_voted_on(request_: ChangeRequest) -> None:
    """No card, prompt or dialog of another state holds Approve or Deny (invariant 21)."""
    shown = [
        *render(CardNotice(request=request_)).blocks,
        *render(VotePrompt(request=request_)).blocks,
        *render_view(DetailsView(request=request_, may=frozenset(Action)))["blocks"],
    ]
    votes = {b["action_id"] for b in buttons(shown)} & VOTES
    assert bool(votes) is (request_ is asked.PENDING)


def test_a_waiting_value_can_be_restarted_left_or_taken_back() -> None:
    """An open end brings its three buttons, which point at the request."""
    shown = render(CardNotice(request=asked.WAITS, open_end=asked.OPEN_END))
    ends = [b for b in buttons(shown.blocks) if b["action_id"].startswith("end.")]
    assert [b["action_id"] for b in ends] == ["end.now", "end.later", "end.revert"]
    assert {"a1b2"} == {b["value"] for b in ends}


def test_a_button_points_at_the_request_and_its_plan() -> None:
    """A press carries a pointer and nothing else."""
    shown = render(CardNotice(request=asked.PENDING))
    assert {"a1b2:2"} == {b["value"] for b in buttons(shown.blocks)}


def test_approve_asks_once_more_and_restates_the_change() -> None:
    """The confirm dialog says what is approved, on which guest, and which plan."""
    approve = buttons(render(CardNotice(request=asked.PENDING)).blocks)[0]
    assert words(approve["confirm"]["title"]["text"]) == "Approve plan 2 of R-7K2M?"
    expected = "db1 (CT 104, pve1) memory 4 → 6 GiB. Live, no restart."
    assert expected == words(approve["confirm"]["text"]["text"])


def test_an_edited_card_gets_new_block_ids() -> None:
    """Every version of a card has block ids of its own."""
    one, two = (
        {b["block_id"] for b in render(CardNotice(request=r)).blocks}
        for r in (asked.PENDING, replace(asked.PENDING, version=6))
    )
    assert one.isdisjoint(two)


def test_the_first_line_is_the_notification() -> None:
    """What stands first on the card is what the phone shows."""
    shown = render(CardNotice(request=asked.PENDING))
    assert shown.text == shown.blocks[0]["text"]["text"]


def test_details_hold_what_this_person_may_do() -> None:
    """The dialog shows allowed buttons only, in a steady order."""
    may = frozenset({Action.CANCEL, Action.EDIT, Action.GIVE_BACK})
    shown = render_view(DetailsView(request=asked.PENDING, may=may))
    assert labels(shown) == ["Edit", "Cancel my request"]
