"""Slack goes wrong while a card is posted or edited: everything is shown in the end, and once."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.notice import CardNotice
from bot.simulation.clock import Clock
from bot.simulation.slack import broken, cut_after, cut_before, refuse, slow, too_many_requests
from bot.simulation.slack.calls import Action, Answer, Call, Cut, Proceed
from bot.workflow import show
from handlers.messenger import SlackMessenger
from tests.journey.acts import eventually
from tests.journey.reading import entries
from tests.journey.stage import RULES, Stage, staged

FAULTS = {
    "429": too_many_requests(1),
    "5xx": broken(),
    "5xx, posted": broken(after_effect=True),
    "cut, not posted": cut_before(),
    "cut, posted": cut_after(),
    "fatal_error": refuse("fatal_error"),
}


OUTGOING = ("chat.postMessage", "chat.update", "response_url", "views.open", "views.update")
WAYS = {
    "all is well": None,
    "nothing arrives": cut_before(),
    "no answer comes": cut_after(),
    "all is refused": refuse("not_allowed_token_type"),
}


STATES = [
    ("submit", "pending"),
    ("approve", "approved"),
    ("claim", "running"),
    ("journal", "running"),
    ("journal", "running"),
    ("journal", "running"),
    ("finish", "succeeded"),
]
"""What is written down of a request that somebody approves: intended, submitted, done."""


@pytest.mark.parametrize("fault", WAYS.values(), ids=WAYS)
async def test_failing_messages_change_no_state(tmp_path: Path, fault: Action | None) -> None:
    """22: whatever becomes of what the bot says, the request goes through the same states."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        if fault is not None:
            for method in OUTGOING:
                stage.slack.on_call(method, fault, times=None)
        await stage.press("bob", "Approve")

        async def over() -> bool:
            return (await stage.request()).state.final

        await eventually(stage, over)
        assert [(entry.what, entry.state_after) for entry in await entries(stage)] == STATES


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_card_whose_post_went_wrong_is_there_once(tmp_path: Path, fault: Action) -> None:
    """The former is looked for, then it is posted if it is not there; its buttons work."""
    async with staged(tmp_path) as stage:
        stage.slack.on_call("chat.postMessage", fault)
        await stage.ask("ana", "request web-01 memory=+1G")
        await stage.until(stage.cards, seconds=30)
        await stage.press("bob", "Approve")
        await stage.result("ana", "web-01 has 3 GiB (was 2)", seconds=30)
        await stage.until(lambda: "Read back" in stage.shown(), seconds=30)
        assert len(stage.cards()) == 1


async def never_made(_call: Call, _proceed: Proceed) -> Answer:
    """Let the caller wait for longer than it does, and do nothing."""
    await Clock().wait(LATE)
    raise Cut


LATE = 3.0
TOO_LATE = {
    "made, answered too late": slow(LATE, after_effect=True),
    "made when nobody waits any more": slow(LATE),
    "never made": never_made,
}


@pytest.mark.parametrize("fault", TOO_LATE.values(), ids=TOO_LATE)
async def test_a_card_whose_post_timed_out_is_there_once(tmp_path: Path, fault: Action) -> None:
    """Whether it was made or not cannot be known: it is looked for before it is made again."""
    async with staged(tmp_path) as stage:
        messenger = stage.bot.parts.messenger
        assert isinstance(messenger, SlackMessenger)
        messenger._client.timeout = 1
        stage.slack.on_call("chat.postMessage", fault)
        await stage.ask("ana", "request web-01 memory=+1G")
        await stage.until(stage.cards, seconds=30)
        await stage.press("bob", "Approve")
        await stage.until(lambda: "Read back" in stage.shown(), seconds=30)
        assert len(stage.cards()) == 1


async def test_a_card_that_is_found_again_shows_what_has_become_of_its_request(
    tmp_path: Path,
) -> None:
    """Its post was not confirmed, and the request was over before it was looked for: no stale buttons."""
    async with staged(tmp_path) as stage:
        stage.slack.on_call("chat.postMessage", broken(after_effect=True), times=1)
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        assert "is cancelled" in await stage.told("ana", f"cancel {handle}")
        assert "[ Approve ]" not in await stage.card_says("Cancelled by @Ana")
        assert len(stage.cards()) == 1


async def test_a_second_copy_of_a_card_is_taken_away(tmp_path: Path) -> None:
    """Nobody noted which was posted: the first stays and is edited, its twin goes with its buttons."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        first, request, parts = stage.card(), await stage.request(), stage.bot.parts
        (card,) = [c for c in await parts.store.cards(request.id) if c.role == "card"]
        twin = CardNotice(request=request)
        await parts.messenger.post(card.channel, twin, request_id=request.id, role="card")
        assert len(stage.cards()) == 2

        async def shown_once() -> bool:
            await parts.store.put_card(replace(card, ts="", version=0))
            await show(parts, request.id)
            return len(stage.cards()) == 1

        await eventually(stage, shown_once)
        assert [m.ts for m in stage.cards()] == [first.ts]
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")


TWO_OF_OPS = RULES.replace("approvals = 1", "approvals = 2")
RETRY_AFTER = 2


def edits(stage: Stage, since: int = 0) -> list[Call]:
    """Return the calls that edit messages, refused ones as well."""
    return [call for call in stage.slack.calls if call.method == "chat.update"][since:]


async def test_a_rate_limit_is_waited_for_and_edits_that_wait_become_one(tmp_path: Path) -> None:
    """No edit of any card before Slack's time is over; then only what the card shows by now."""
    async with staged(tmp_path, rules=TWO_OF_OPS) as stage:
        await stage.new_card("ana", "request db-01 memory=+1G")
        other = stage.card()
        await stage.new_card("ana", "request web-01 memory=+1G")
        card, before = stage.card(), len(edits(stage))
        stage.slack.on_call("chat.update", too_many_requests(RETRY_AFTER))
        await stage.answer_to_press("bob", "Approve", card)
        await stage.until(lambda: len(edits(stage)) > before)
        request = await stage.request()
        await stage.told("bob", f"withdraw {request.handle}")
        await stage.answer_to_press("bob", "Approve", other)
        await stage.answer_to_press("bob", "Approve", card)
        await stage.answer_to_press("cyr", "Approve", card)
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        await stage.until(lambda: "Read back" in stage.says(stage.cards()[1]))
        await stage.until(lambda: "1 of 2" in stage.says(stage.cards()[0]))
        refused, *later = edits(stage, before)
        assert all(call.at >= refused.at + RETRY_AFTER for call in later)
        of_the_card = [call for call in later if call.arguments["ts"] == card.ts]
        accepted = [entry for entry in await entries(stage) if entry.accepted]
        assert len(of_the_card) == 2, "what was refused, and what the card shows in the end"
        assert len(accepted) > 6
