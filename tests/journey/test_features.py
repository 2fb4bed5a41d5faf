"""Features that are off: the main job works with the rights that are left, and the rest says so."""

from dataclasses import replace
from pathlib import Path

from bot.model.feature import Feature, Features
from bot.proxmox.privileges import names
from bot.simulation.proxmox.permissions import PRIVILEGES
from bot.simulation.slack import cut_after
from bot.workflow import show_home
from handlers.manifest import scopes
from tests.journey.stage import RULES, Stage, flat, soon, staged

LEFT = Features(off=frozenset(Feature) - {Feature.MEMORY})
HELD = tuple(scope.name for scope in scopes(LEFT))
PEOPLE = RULES.replace('"S0OPSGROUP"', '"U0BOB", "U0CYR"')
OFF = "\n[features]\n" + "".join(f"{name.value} = false\n" for name in LEFT.off)


def only_what_is_left(stage: Stage) -> None:
    """Take every privilege out of the role that memory does not need."""
    for privilege in PRIVILEGES - set(names(LEFT)):
        stage.pve.world.access.revoke(privilege)


def refused_calls(stage: Stage) -> list[str]:
    """Return the methods that Slack refused for a missing scope."""
    answers = [(call.method, call.response or {}) for call in stage.slack.calls]
    return [method for method, answer in answers if answer.get("error") == "missing_scope"]


async def test_the_main_job_works_with_only_the_rights_that_are_left(tmp_path: Path) -> None:
    """Everything off but memory: request, approval, execution, read-back; Slack refuses no call."""
    async with staged(tmp_path, rules=PEOPLE + OFF, scopes=HELD) as stage:
        only_what_is_left(stage)
        await stage.new_card("ana", "request web-01 memory=+2G scratch space")
        await stage.press("bob", "Details")
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        await stage.result("ana", "Read back")
        assert stage.memory(101) == 4096
        assert refused_calls(stage) == []


async def test_what_is_off_says_so(tmp_path: Path) -> None:
    """Verbs, fields and restarts; help and rights do not name them; nothing is posted."""
    async with staged(tmp_path, rules=PEOPLE + OFF, scopes=HELD) as stage:
        for text, what in (
            ("start web-01", Feature.POWER),
            ("snapshots web-01", Feature.SNAPSHOTS),
            ("graph web-01", Feature.PICTURES),
            ("request web-01 cores=+1", Feature.CPU),
            ("request web-01 memory=+1G disk=+5G", Feature.DISKS),
            ("request web-01 memory=+1G with-restart", Feature.POWER),
        ):
            assert f"{what.said} is switched off here" in await stage.told("ana", text)
        assert "shut down" not in await stage.told("ana", "whoami")
        assert "snapshot" not in await stage.told("ana", "help")
        assert stage.cards() == []


async def test_the_button_that_restarts_is_not_shown_where_restarts_are_off(
    tmp_path: Path,
) -> None:
    """What waits for a restart may be left or taken back."""
    rules = RULES + "\n[features]\npower = false\n"
    async with staged(tmp_path, rules=rules) as stage:
        await stage.new_card("ana", "request app1 memory=+1G at restart")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Accepted, not in force")
        (message,) = stage.slack.direct_messages("ana")
        buttons = "[ At the next restart ] [ Take back ] [ Details ]"
        assert buttons in flat(stage.says(message))
        assert "Restart now" not in stage.says(message)


async def switched_off(stage: Stage, *features: Feature) -> None:
    """Restart the bot with these features off."""
    await stage.stop_bot()
    stage.settings = replace(stage.settings, features=Features(off=frozenset(features)))
    await stage.start_bot()


async def test_a_request_from_before_is_refused_at_the_vote(tmp_path: Path) -> None:
    """It ends, for nobody can carry it out; who voted and who asked are told why."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        await switched_off(stage, Feature.MEMORY)
        told = await stage.answer_to_press("bob", "Approve")
        assert "changing memory is switched off here" in told
        await stage.result("ana", "changing memory is switched off here")
        assert stage.memory(101) == 2048


async def test_an_approved_request_from_before_is_not_carried_out(tmp_path: Path) -> None:
    """At its time it is cancelled, with the reason."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", f"request web-01 memory=+2G at {soon(4)}")
        await stage.press("bob", "Approve")
        await stage.card_says("the room is held")
        await switched_off(stage, Feature.MEMORY)
        await stage.result("ana", "changing memory is switched off here")
        assert stage.memory(101) == 2048


async def test_without_history_a_card_whose_post_went_wrong_is_posted_again(tmp_path: Path) -> None:
    """Nobody looks into channels, so it may be there twice; both copies lead to the one request."""
    off = Features(off=frozenset({Feature.HISTORY}))
    held = tuple(scope.name for scope in scopes(off))
    rules = RULES + "\n[features]\nhistory = false\n"
    async with staged(tmp_path, rules=rules, scopes=held) as stage:
        stage.slack.on_call("chat.postMessage", cut_after(), times=1)
        await stage.ask("ana", "request web-01 memory=+1G")
        await stage.until(lambda: len(stage.cards()) == 2, seconds=30)
        await stage.press("bob", "Approve", stage.cards()[0])
        await stage.result("ana", "web-01 has 3 GiB (was 2)", seconds=30)
        await stage.card_says("Read back")
        assert stage.slack.calls.count("conversations.history") == 0
        assert len(stage.slack.direct_messages("ana")) == 1


async def test_without_home_nothing_is_published(tmp_path: Path) -> None:
    """Also to who looked at it before it was switched off."""
    async with staged(tmp_path) as stage:
        await stage.person("bob").open_home()
        await stage.until(lambda: stage.slack.home("bob"))
        await switched_off(stage, Feature.HOME)
        before = stage.slack.calls.count("views.publish")
        await stage.person("bob").open_home()
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.result("ana", "web-01 has 3 GiB")
        team = (await stage.request()).requester.team_id
        await show_home(stage.bot.parts, f"{team}:U0BOB")
        assert before == stage.slack.calls.count("views.publish")
