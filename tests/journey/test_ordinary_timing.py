"""Times and early ends: at a moment, asked twice, cancelled, expired."""

from dataclasses import replace
from pathlib import Path

from bot.model.request import State
from bot.simulation.proxmox.faults import refuse
from tests.journey.acts import (
    at_clock,
    card_says,
    filled,
    flat,
    held,
    in_seconds,
    nothing_held,
    opened,
    told,
)
from tests.journey.stage import QUICK, RULES, staged


async def test_a_change_at_a_time_is_not_written_before(tmp_path: Path) -> None:
    """From the approval on the room is held; the value is written when the time has come."""
    async with staged(tmp_path) as stage:
        at = await in_seconds(stage, 3)
        card = flat(
            await stage.new_card("ana", f"request web-01 memory=+2G at {at_clock(at)} tonight")
        )
        assert "Reason: “tonight”" in card
        await stage.press("bob", "Approve")
        assert "Nothing happens before" in await card_says(stage, "Approved")
        assert stage.memory(101) == 2048
        assert await held(stage) == {"memory": 2048}
        await told(stage, "ana", "web-01 has 4 GiB (was 2)")
        assert ((await stage.request()).started_at or 0) >= at * 1000


async def test_the_same_change_asked_twice_is_one_request(tmp_path: Path) -> None:
    """The second ask is answered with the number of the first, while that is open."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        handle = (await stage.request()).handle
        answer = flat(await stage.told("dora", "request web-01 memory=4G me too"))
        assert f"the same change is open already: {handle}" in answer
        assert len(stage.cards()) == 1


async def test_who_asked_can_cancel_before_anybody_decided(tmp_path: Path) -> None:
    """The card says so and loses its buttons; nothing changed."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        handle = (await stage.request()).handle
        assert "is cancelled" in await stage.told("ana", f"cancel {handle} found another way")
        card = await card_says(stage, "Cancelled by @Ana")
        assert "[ Approve ]" not in card
        assert "found another way" in card
        assert stage.memory(101) == 2048


async def test_cancelling_while_it_waits_for_its_time_frees_the_room(tmp_path: Path) -> None:
    """What was approved and has not begun can still be cancelled, in Details as well."""
    async with staged(tmp_path) as stage:
        at = await in_seconds(stage, 600)
        await stage.new_card("ana", f"request web-01 memory=+2G at {at_clock(at)} tonight")
        await stage.press("bob", "Approve")
        await card_says(stage, "Approved")
        assert await held(stage) == {"memory": 2048}
        await opened(stage, "ana", "Details")
        details = await filled(stage, "ana", "Cancel my request")
        await stage.person("ana").press(details, "Cancel my request")
        await filled(stage, "ana", "is cancelled")
        await card_says(stage, "Cancelled by @Ana")
        await nothing_held(stage)
        assert stage.memory(101) == 2048


async def test_a_request_that_nobody_answers_expires_and_can_be_asked_again(
    tmp_path: Path,
) -> None:
    """Card and requester say that it expired; Ask again makes a request with fresh numbers."""
    rules = RULES + 'expires = "2s"\n'
    async with staged(tmp_path, rules=rules) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        result = await told(stage, "ana", "Expired with 0 of 1 approvals")
        assert "Nothing changed" in result
        assert "[ Approve ]" not in await card_says(stage, "Expired")
        await stage.press("ana", "Ask again", stage.slack.direct_messages("ana")[-1])
        await stage.until(lambda: len(stage.cards()) > 1)
        assert "web-01 (CT 101, pve1) memory 2 → 4 GiB" in flat(stage.shown())


async def test_an_approval_that_cannot_be_carried_out_in_time_expires(tmp_path: Path) -> None:
    """Proxmox stays silent until it is too late: told, and the room is free again."""
    terms = replace(QUICK, execute_within=1_000)
    async with staged(tmp_path, terms=terms) as stage:
        at = await in_seconds(stage, 3)
        await stage.new_card("ana", f"request web-01 memory=+2G at {at_clock(at)}")
        await stage.press("bob", "Approve")
        await card_says(stage, "Approved")
        silence = stage.pve.on_call("GET /*", refuse(595, "Connection refused"))
        result = await told(stage, "ana", "Expired before it could run")
        assert "Nothing changed" in result
        stage.pve.remove_hook(silence)
        await nothing_held(stage)
        assert (await stage.request()).state is State.EXPIRED
        assert stage.memory(101) == 2048


async def test_an_invalid_moment_is_named_in_the_form(tmp_path: Path) -> None:
    """An offer at a time in the past is refused beside the field, and the form stays open."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request app1 memory=+2G")
        view = await opened(stage, "bob", "Offer less")
        past = await in_seconds(stage, -60)
        reply = await stage.person("bob").submit(view, {"timing": "at", "at": past})
        assert "in the past" in flat(str(reply.errors))
        assert stage.slack.open_view("bob") is not None


async def test_a_time_that_passes_unapproved_is_not_made_up_for_later(tmp_path: Path) -> None:
    """What was asked for a moment expires with it: nobody approves a moment that is over."""
    async with staged(tmp_path) as stage:
        at = await in_seconds(stage, 2)
        await stage.new_card("ana", f"request web-01 memory=+2G at {at_clock(at)}")
        await told(stage, "ana", "Expired with 0 of 1 approvals")
        assert "[ Approve ]" not in await card_says(stage, "Expired")
        assert stage.memory(101) == 2048
