"""Break-glass: one person at night, alone and loudly; reviewed by somebody else in the morning."""

import asyncio
from copy import deepcopy
from pathlib import Path

import pytest

from bot.model.notice import Declined
from bot.model.refusal import Reason
from bot.model.request import State
from bot.simulation.slack.messages import Message
from bot.workflow.once import done_already
from tests.journey.acts import direct_message, filled, opened
from tests.journey.reading import entries, pressed, typed
from tests.journey.stage import QUICK, Stage, flat, staged

RULES = """
[[group]]
name = "ops"
members = ["U0BOB", "U0CYR"]

[[group]]
name = "oncall"
members = ["U0DORA", "U0ANA"]

[[rule]]
name = "free"
when = { operations = ["less"] }
approvals = 0

[[rule]]
name = "people"
approvals = 2
approvers = ["ops"]

[incidents]
break_glass = ["oncall"]
break_glass_quota = 2
"""


async def prompted(stage: Stage, name: str, handle: str, why: str = "checkout is down") -> Message:
    """Type the command and return the answer with the button."""
    said = await typed(stage, name, f"break-glass {handle} {why}")
    assert "You approve it alone, without ops" in said
    assert f"Why you break the glass: “{why}”" in said
    return stage.slack.ephemerals_for(name)[-1]


async def broken(stage: Stage, name: str, why: str = "checkout is down") -> str:
    """Break the glass for the newest request; return the private answer."""
    message = await prompted(stage, name, (await stage.request()).handle, why)
    return flat(await stage.answer_to_press(name, "Break the glass", message))


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_one_person_alone_loud_and_reviewed_by_another(tmp_path: Path, mode: str) -> None:
    """It runs; card, thread and everybody skipped are told; who broke it cannot close the review."""
    async with staged(tmp_path, rules=RULES, mode=mode) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await pressed(stage, "bob", "Approve")
        assert "approved by you alone" in await broken(stage, "dora")
        card = await stage.card_says("Read back")
        assert stage.memory(101) == 3072
        assert "The glass is broken. @Dora alone approved this at" in card.replace("*", "")
        assert "without ops." in card
        assert "Why: “checkout is down”" in card
        assert "approved by @Dora alone, who broke the glass" in card
        assert (
            "@Dora approved this alone, so somebody else of ops reviews it: @Bob or @Cyr." in card
        )
        thread = [flat(stage.says(m)) for m in stage.slack.messages("#approvals")]
        (loud,) = [t for t in thread if "@Bob and @Cyr: look at it, then press Reviewed" in t]
        assert "@Dora alone approved R-" in loud
        for name in ("bob", "cyr"):
            told = await direct_message(stage, name, "without you: “checkout is down”")
            assert "memory 2 → 3 GiB" in flat(stage.says(told))
        request = await stage.request()
        assert request.votes == ()
        assert "you broke the glass for" in await pressed(stage, "dora", "Reviewed")
        assert "you asked for" in await pressed(stage, "ana", "Reviewed")
        assert "thank you" in await pressed(stage, "cyr", "Reviewed")
        assert "[ Reviewed ]" not in await stage.card_says("Reviewed by @Cyr")
        noted = [(e.actor.user_id, e.what, e.accepted, e.why) for e in await entries(stage)]
        assert ("U0DORA", "breakglass", True, "checkout is down") in noted
        assert ("U0DORA", "review", False, "own glass") in noted


async def test_who_asked_may_hold_the_role_and_others_may_not(tmp_path: Path) -> None:
    """Ana for her own request, by a form in Details; Bob approves, and is not on call: audited."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        said = await typed(stage, "bob", f"break-glass {handle} I am in a hurry")
        assert "takes somebody who may break the glass: one of oncall" in said
        assert "I need a reason" in await typed(stage, "ana", f"break-glass {handle}")
        await opened(stage, "bob", "Details")
        view = await filled(stage, "bob", "Rule people")
        assert "Break the glass" not in stage.slack.shown(view)
        await opened(stage, "ana", "Details")
        view = await filled(stage, "ana", "Break the glass")
        await stage.person("ana").press(view, "Break the glass …")
        form = await filled(stage, "ana", "Why can nobody else be waited for?")
        await stage.person("ana").submit(form, {"reason": "nobody of ops answers"})
        view = await filled(stage, "ana", "once, and one of them reviews it")
        await stage.person("ana").press(view, "Break the glass")
        await stage.card_says("@Ana alone approved this")
        await stage.card_says("Read back")
        request = await stage.request()
        assert request.glass is not None
        assert request.glass.why == "nobody of ops answers"
        noted = [(e.actor.user_id, e.what, e.accepted, e.why) for e in await entries(stage)]
        assert ("U0BOB", "breakglass", False, "may not break") in noted


async def test_nobody_breaks_it_more_often_than_the_quota(tmp_path: Path) -> None:
    """Two at once count as two; the third is refused, and audited."""
    async with staged(tmp_path, rules=RULES) as stage:
        handles = []
        for guest in ("web-01", "mail", "app1"):
            await stage.new_card("ana", f"request {guest} memory=+512M")
            handles.append((await stage.request()).handle)
        prompts = [await prompted(stage, "dora", handle) for handle in handles]
        before = len(stage.slack.ephemerals_for("dora"))
        dora = stage.person("dora")
        await asyncio.gather(*(dora.press(prompt, "Break the glass") for prompt in prompts))
        await stage.until(lambda: len(stage.slack.ephemerals_for("dora")) == before + 3)
        told = [flat(stage.says(m)) for m in stage.slack.ephemerals_for("dora")[before:]]
        assert len([t for t in told if "approved by you alone" in t]) == 2
        assert len([t for t in told if "you broke the glass 2 times within 24 hours" in t]) == 1
        found = [await stage.bot.store.request(handle) for handle in handles]
        assert len([r for r in found if r and r.glass]) == 2


async def test_the_button_is_a_pointer_to_ones_own_reason(tmp_path: Path) -> None:
    """Somebody else's reason, another pointer, an older plan: nothing happens."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        message = await prompted(stage, "dora", (await stage.request()).handle)
        (value,) = [
            str(element["value"])
            for block in message.blocks
            for element in block.get("elements", ())
            if element.get("action_id") == "request.break_now"
        ]
        delivery = value.partition(":")[2]
        for name, forged, why in (
            ("ana", value, "this button belongs to a reason that I no longer keep"),
            ("dora", "1:trigger:nothing", "this button belongs to a reason that I no longer keep"),
            ("dora", f"7:{delivery}", "this card is old: it shows plan 7"),
        ):
            assert why in await forged_press(stage, name, forged)
        assert (await stage.request()).state is State.PENDING
        assert (await stage.request()).version == 1


async def forged_press(stage: Stage, name: str, value: str) -> str:
    """Press Details with the id and value of another button; return the private answer."""
    before = len(stage.slack.ephemerals_for(name))
    await stage.press(name, "Details")
    await filled(stage, name, "What happened so far")
    view = stage.slack.open_view(name)
    assert view is not None
    await stage.person(name).close(view)
    sent = [d.delivery.payload for d in stage.slack.deliveries if "actions" in d.delivery.payload]
    payload = deepcopy(sent[-1])
    payload["actions"][0] |= {"action_id": "request.break_now", "value": value}
    payload["trigger_id"] = stage.slack.workspace.triggers.issue(payload["user"]["id"])
    await stage.slack.deliver("interactive", payload)
    await stage.until(lambda: len(stage.slack.ephemerals_for(name)) > before)
    return flat(stage.says(stage.slack.ephemerals_for(name)[-1]))


async def test_a_plan_that_moved_is_shown_before_anybody_breaks_the_glass(tmp_path: Path) -> None:
    """The old prompt approves nothing; the card shows the new plan, and everybody may decide."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", "request app1 memory=+1G")
        message = await prompted(stage, "dora", (await stage.request()).handle)
        stage.pve.world.guest(106).config.values["memory"] = "4608"
        said = flat(await stage.answer_to_press("dora", "Break the glass", message))
        assert "app1 has changed since this was planned" in said
        request = await stage.request()
        assert (request.glass, request.plan_rev, request.state) == (None, 2, State.PENDING)
        await stage.card_says("This plan is new since")
        press = stage.slack.deliveries[-1].delivery.payload
        again = await stage.bot.store.intake(f"trigger:{press['trigger_id']}")
        assert again is not None
        assert again.request_id == request.id
        answer = await done_already(stage.bot.parts, again)
        assert isinstance(answer, Declined)
        assert answer.refusal.reason is Reason.PLAN_MOVED


async def test_hard_limits_hold_for_who_breaks_the_glass(tmp_path: Path) -> None:
    """What no longer fits is approved by nobody."""
    async with staged(tmp_path, rules=RULES) as stage:
        await stage.new_card("ana", "request app1 memory=+1G")
        message = await prompted(stage, "dora", (await stage.request()).handle)
        stage.pve.world.nodes["pve1"].own_memory += 5 * 1024**3
        said = flat(await stage.answer_to_press("dora", "Break the glass", message))
        assert "the room is gone since this was planned" in said
        request = await stage.request()
        assert (request.glass, request.state) == (None, State.PENDING)
        assert await stage.bot.store.glass_broken(request.requester, 0) == 0


async def test_each_skipped_person_is_told_once_across_a_restart(tmp_path: Path) -> None:
    """Slack goes away after the first; the bot starts again; everybody has one message."""
    async with staged(tmp_path, rules=RULES, terms=QUICK) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await broken(stage, "dora")
        await stage.card_says("Read back")
        await direct_message(stage, "cyr", "without you")
        await stage.stop_bot()
        await stage.start_bot()
        request = await stage.request()
        await stage.bot.parts.wake.wake(f"card:{request.id}")
        await stage.new_card("ana", "request mail memory=+1G")
        for name in ("bob", "cyr"):
            said = [flat(stage.says(m)) for m in stage.slack.direct_messages(name)]
            assert len([t for t in said if "without you" in t]) == 1


async def test_without_a_role_nobody_breaks_the_glass(tmp_path: Path) -> None:
    """Nothing configured: refused, and no button."""
    rules = RULES.partition("[incidents]")[0]
    async with staged(tmp_path, rules=rules) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        said = await typed(stage, "dora", f"break-glass {handle} it burns")
        assert "takes somebody who may break the glass" in said
