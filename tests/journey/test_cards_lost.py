"""Cards that get lost or grow old: deleted, in an archived channel, expired while being read."""

from pathlib import Path

import pytest

from bot.model.request import State
from bot.simulation.slack import cut_after
from tests.journey.acts import eventually, sweep_ended
from tests.journey.reading import flat, form_says, open_form, pressed, typed
from tests.journey.stage import staged

TWO_OF_OPS = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "databases"
when = { guests = ["db-01"] }
approvals = 1
approvers = ["ops"]
channel = "C0PRODDB"

[[rule]]
name = "two of ops"
approvals = 2
approvers = ["ops"]
"""

SOON_OVER = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "resources"
approvals = 1
approvers = ["ops"]
expires = "1s"
"""


async def test_a_deleted_card_is_posted_anew(tmp_path: Path) -> None:
    """Once a change cannot be edited into the card because it was deleted, a new card shows it."""
    async with staged(tmp_path, rules=TWO_OF_OPS) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        stage.slack.workspace.delete(stage.card())
        assert "asks: web-01" in await typed(stage, "bob", f"approve {handle}", "#approvals")
        prompt = stage.slack.ephemerals_for("bob")[-1]
        assert "1 of 2" in flat(await stage.answer_to_press("bob", "Approve", prompt))
        await stage.until(stage.cards)
        assert "approved by 1 of 2: @Bob" in await stage.card_says("1 of 2")
        assert "is approved" in await pressed(stage, "cyr", "Approve")
        await stage.card_says("Read back")
        assert len(stage.cards()) == 1


@pytest.mark.parametrize("why", ["archived", "the bot was removed"])
async def test_a_closed_channel_gives_way_to_the_approvals_channel(
    tmp_path: Path, why: str
) -> None:
    """A rule's channel that takes no messages is replaced, and the card says so."""
    async with staged(tmp_path, rules=TWO_OF_OPS) as stage:
        if why == "archived":
            stage.slack.directory.change_channel("#prod-db", is_archived=True)
        else:
            stage.slack.directory.leave("headroom", "#prod-db")
        card = flat(await stage.new_card("ana", "request db-01 memory=+1G"))
        assert "This card stands here because #prod-db takes no messages" in card
        assert "is approved" in await pressed(stage, "bob", "Approve")
        await stage.card_says("Read back")


async def test_a_channel_archived_while_the_request_waits_loses_no_request(tmp_path: Path) -> None:
    """The card moves to the approvals channel with the next change, and can be approved there."""
    rules = TWO_OF_OPS.replace("approvals = 1", "approvals = 2")
    async with staged(tmp_path, rules=rules) as stage:
        await stage.ask("ana", "request db-01 memory=+1G")
        await stage.until(lambda: stage.cards("#prod-db"))
        handle = (await stage.request()).handle
        stage.slack.directory.change_channel("#prod-db", is_archived=True)
        await typed(stage, "bob", f"approve {handle}", "#approvals")
        await stage.answer_to_press("bob", "Approve", stage.slack.ephemerals_for("bob")[-1])
        await stage.until(stage.cards)
        assert "1 of 2: @Bob" in await stage.card_says("takes no messages")
        await stage.press("cyr", "Approve")
        await stage.card_says("Read back")


async def test_an_expired_card_offers_to_ask_again_with_fresh_numbers(tmp_path: Path) -> None:
    """The press on it counts nothing, and its button makes a new request from figures of now."""
    async with staged(tmp_path, rules=SOON_OVER) as stage:
        await stage.new_card("ana", "request web-01 memory=4G")
        card, first = stage.card(), await stage.request()
        assert "Expired with 0 of 1 approvals" in await stage.card_says("Expired")
        await stage.person("bob").press(card, "Approve", as_seen=True)
        await stage.until(lambda: stage.slack.ephemerals_for("bob"))
        told = stage.slack.ephemerals_for("bob")[-1]
        assert f"Not counted: {first.handle} has expired" in flat(stage.slack.shown(told))
        assert "[ Ask again ]" in stage.slack.shown(told)
        stage.pve.world.guest(101).config.values["memory"] = "3072"
        await stage.result("ana", "Expired")
        again = stage.slack.direct_messages("ana")[-1]
        await stage.press("ana", "Ask again", again)
        await stage.until(lambda: len(stage.cards()) == 2)
        assert "memory 3 → 4 GiB" in stage.shown()
        assert first.id != (await stage.request()).id
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        assert stage.memory(101) == 4096


async def test_a_press_after_the_deadline_does_not_count_before_the_sweep_came(
    tmp_path: Path,
) -> None:
    """The clock decides, not the card, which still has its buttons: vote and form come too late."""
    async with staged(tmp_path, rules=SOON_OVER) as stage:
        card = await stage.new_card("ana", "request web-01 memory=4G")
        await sweep_ended(stage)
        await stage.press("bob", "Deny")
        form, handle = open_form(stage, "bob"), (await stage.request()).handle

        async def too_late() -> bool:
            return await stage.bot.store.now() >= (await stage.request()).expires_at

        await eventually(stage, too_late)
        assert f"Not counted: {handle} has expired" in await pressed(stage, "cyr", "Approve")
        assert "[ Ask again ]" in stage.slack.shown(stage.slack.ephemerals_for("cyr")[-1])
        await stage.person("bob").submit(form, {"reason": "too late"})
        await form_says(stage, "bob", f"{handle} has expired")
        assert stage.shown() == card
        assert (await stage.request()).state is State.PENDING
        assert stage.memory(101) == 2048


async def test_a_form_that_was_open_when_the_request_expired_comes_too_late(
    tmp_path: Path,
) -> None:
    """Whoever was typing a reason is told; the card says Expired, not Denied."""
    async with staged(tmp_path, rules=SOON_OVER) as stage:
        await stage.new_card("ana", "request web-01 memory=4G")
        await stage.press("bob", "Deny")
        form = open_form(stage, "bob")
        await stage.card_says("Expired")
        await stage.person("bob").submit(form, {"reason": "too late"})
        await stage.until(lambda: "has expired" in flat(stage.slack.visible()))
        assert "Expired" in stage.shown()


async def test_a_card_that_was_found_again_shows_what_happened_since(tmp_path: Path) -> None:
    """Its posting was not confirmed, and the request cancelled before anybody looked for it."""
    async with staged(tmp_path) as stage:
        stage.slack.on_call(
            "chat.postMessage",
            cut_after(),
            when=lambda call: call.arguments.get("channel") == "C0APPROVALS",
        )
        await stage.ask("ana", "request web-01 memory=+1G")
        await stage.until(stage.cards)
        await stage.told("ana", f"cancel {(await stage.request()).handle}")
        await stage.until(lambda: "[ Approve ]" not in stage.shown(), seconds=30)
        assert len(stage.cards()) == 1
