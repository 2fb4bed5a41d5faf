"""Offers: an approver offers less, the requester accepts or leaves it."""

import asyncio
from copy import deepcopy
from pathlib import Path

from bot.simulation.proxmox.faults import hold
from tests.journey.acts import (
    card_says,
    direct_message,
    eventually,
    filled,
    flat,
    in_seconds,
    offered,
    opened,
    told,
)
from tests.journey.stage import RULES, Stage, staged

TWO = RULES.replace("approvals = 1", "approvals = 2")


async def asked(stage: Stage) -> None:
    """Let Ana ask for 2 GiB more."""
    await stage.new_card("ana", "request web-01 memory=+2G scratch space")


async def test_what_was_offered_and_accepted_is_what_happens(tmp_path: Path) -> None:
    """The offerer's vote counts for the offer, so that one acceptance is enough."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        assert "@Ana decides" in await offered(stage, "bob", {"memory": "3G"})
        card = await card_says(stage, "offers instead")
        assert "@Bob offers instead: web-01 (CT 101, pve1) memory 2 → 3 GiB" in card
        offer = await direct_message(stage, "ana", "offers instead")
        said = flat(stage.slack.shown(offer))
        assert "You asked in" in said
        assert "memory 2 → 4 GiB" in said
        answer = await stage.answer_to_press("ana", "Accept the offer", offer)
        assert "with the vote of @Bob it is approved" in flat(answer)
        result = await told(stage, "ana", "web-01 has 3 GiB (was 2)")
        assert "Asked by @Ana, approved by @Bob" in result
        assert stage.memory(101) == 3072


async def test_the_first_plan_can_no_longer_be_approved(tmp_path: Path) -> None:
    """A press on the card as it was is refused: it shows another plan than the present one."""
    async with staged(tmp_path, rules=TWO) as stage:
        await asked(stage)
        before = stage.card()
        await offered(stage, "bob", {"memory": "3G"})
        offer = await direct_message(stage, "ana", "offers instead")
        await stage.press("ana", "Accept the offer", offer)
        card = await card_says(stage, "approved by 1 of 2: @Bob")
        assert "web-01 (CT 101, pve1) memory 2 → 3 GiB" in card
        await stage.person("cyr").press(before, "Approve", as_seen=True)
        await stage.until(lambda: stage.slack.ephemerals_for("cyr"))
        answer = flat(stage.slack.shown(stage.slack.ephemerals_for("cyr")[-1]))
        assert "this card is old: it shows plan 1, current is plan 2" in answer
        assert "[ Details ]" in answer
        assert stage.memory(101) == 2048
        await stage.press("cyr", "Approve")
        await told(stage, "ana", "web-01 has 3 GiB (was 2)")


async def test_an_offer_of_more_is_refused_with_both_amounts(tmp_path: Path) -> None:
    """An approver can offer less or another time, never more; the request stays as it was."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        answer = await offered(stage, "bob", {"memory": "6G"})
        assert "memory 6 GiB is more than 4 GiB" in answer
        answer = await offered(stage, "bob", {"memory": "4G"})
        assert "an offer is for less than was asked, or for another time." in answer
        assert not stage.slack.direct_messages("ana")
        assert (await stage.request()).offer is None


async def test_an_offer_of_something_else_is_refused(tmp_path: Path) -> None:
    """The form has no other fields; who sends some anyway is told that it is no offer."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        form = await opened(stage, "bob", "Offer less")
        await stage.person("bob").submit(form, {"memory": "6G"})
        await filled(stage, "bob", "is more than")
        payload = deepcopy(stage.slack.deliveries[-1].delivery.payload)
        payload["trigger_id"] += ".forged"
        values = payload["view"]["state"]["values"]
        values["memory"]["value"]["value"] = "3G"
        values["cores"] = {"value": {"type": "plain_text_input", "value": "+1"}}
        ack = await stage.slack.deliver("interactive", payload)
        assert ack.acknowledged
        await filled(stage, "bob", "nobody asked for cores")
        assert (await stage.request()).offer is None


async def test_the_requester_may_leave_an_offer_and_the_first_plan_still_stands(
    tmp_path: Path,
) -> None:
    """An offer is only that: until it is accepted, others may approve what was asked."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        await offered(stage, "bob", {"memory": "3G"})
        await card_says(stage, "offers instead")
        await stage.press("cyr", "Approve")
        result = await told(stage, "ana", "web-01 has 4 GiB (was 2)")
        assert "approved by @Cyr" in result
        offer = await direct_message(stage, "ana", "offers instead")
        answer = flat(await stage.answer_to_press("ana", "Accept the offer", offer))
        assert "Not counted" in answer


async def test_only_who_asked_can_accept_an_offer(tmp_path: Path) -> None:
    """The button stands on the shared card, and tells anybody else whose it is."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        await offered(stage, "bob", {"memory": "3G"})
        await card_says(stage, "offers instead")
        answer = flat(await stage.answer_to_press("cyr", "Accept the offer"))
        assert "only @Ana can do that" in answer
        assert stage.memory(101) == 2048


async def test_who_closes_the_form_early_is_told_directly(tmp_path: Path) -> None:
    """An outcome that finds no form any more comes as a direct message: never silence."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        form = await opened(stage, "bob", "Offer less")
        going = asyncio.Event()
        stage.pve.on_call("GET /*", hold(going), times=1)
        await stage.person("bob").submit(form, {"memory": "6G"})
        await stage.person("bob").close(await filled(stage, "bob", "One moment"))
        going.set()
        await told(stage, "bob", "memory 6 GiB is more than 4 GiB")


async def test_an_offered_time_can_be_accepted_only_before_it(tmp_path: Path) -> None:
    """Accepting later would do now what was offered for then; the first plan stays open."""
    async with staged(tmp_path) as stage:
        await asked(stage)
        at = await in_seconds(stage, 2)
        await offered(stage, "bob", {"timing": "at", "at": at})
        offer = await direct_message(stage, "ana", "offers instead")

        async def passed() -> bool:
            return await stage.bot.store.now() > at * 1000

        await eventually(stage, passed)
        answer = flat(await stage.answer_to_press("ana", "Accept the offer", offer))
        assert "there is no offer on" in answer
        assert "has passed" in answer
        await stage.press("cyr", "Approve")
        await told(stage, "ana", "web-01 has 4 GiB (was 2)")
