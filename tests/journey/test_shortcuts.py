"""The global shortcut: the request form from anywhere, for full members, within the trigger's life."""

from pathlib import Path

import pytest

from bot.model.request import State
from bot.simulation.slack import refuse, slow
from handlers.manifest import REQUEST_SHORTCUT, manifest
from tests.journey.acts import told, view_says
from tests.journey.reading import form_says, open_form
from tests.journey.stage import RULES, Stage, staged

LATE = 2.0
"""Seconds after which somebody is known whom Slack is slow to tell of."""


async def chosen(stage: Stage, name: str) -> None:
    """Let somebody choose the shortcut that the manifest offers."""
    shortcuts = manifest()["features"]["shortcuts"]
    (offered,) = (shortcut for shortcut in shortcuts if shortcut["type"] == "global")
    reply = await stage.person(name).shortcut(offered["callback_id"])
    assert reply.acknowledged


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_shortcut_opens_the_form_and_what_it_asks_is_done(
    tmp_path: Path, mode: str
) -> None:
    """Nobody typed anything and no channel is known: form, card, vote, result."""
    async with staged(tmp_path, mode=mode) as stage:
        await chosen(stage, "ana")
        await form_says(stage, "ana", "Send request")
        ana = stage.person("ana")
        await ana.suggest(open_form(stage, "ana"), "guest", "web")
        await ana.choose(open_form(stage, "ana"), "guest", "home/101")
        await form_says(stage, "ana", "It has memory")
        await ana.submit(open_form(stage, "ana"), {"memory": "+2G", "reason": "scratch space"})
        await stage.until(stage.cards)
        await stage.press("bob", "Approve")
        await stage.result("ana", "web-01 has 4 GiB (was 2)")
        assert (await stage.request()).state is State.SUCCEEDED
        assert stage.slack.late_acks == 0


async def test_the_form_opens_before_anything_slow_is_asked(tmp_path: Path) -> None:
    """The trigger lives three seconds; who acts is asked of Slack once the view is there."""
    async with staged(tmp_path) as stage:
        stage.slack.on_call("users.info", slow(LATE), times=None)
        await chosen(stage, "ana")
        opened = [c.method for c in stage.slack.calls if c.method in {"views.open", "users.info"}]
        assert opened[:1] == ["views.open"]
        assert stage.slack.open_view("ana") is not None
        assert stage.slack.late_acks == 0
        await form_says(stage, "ana", "Send request")


async def test_a_guest_of_the_workspace_is_refused_in_the_view(tmp_path: Path) -> None:
    """They see why, and no guest's name."""
    async with staged(tmp_path) as stage:
        await chosen(stage, "gus")
        said = await view_says(stage, "gus")
        assert "guest of the workspace" in said
        assert "web-01" not in said


async def test_somebody_of_another_organisation_is_refused_in_the_view(tmp_path: Path) -> None:
    """At once, before anything is kept."""
    async with staged(tmp_path) as stage:
        await chosen(stage, "xena")
        assert "of another organisation" in await view_says(stage, "xena")
        kept = [member for member, _ in await stage.bot.store.backlog(100)]
        assert not [member for member in kept if member.startswith("intake:")]


async def test_a_trigger_that_lapsed_on_its_way_is_told_as_a_direct_message(tmp_path: Path) -> None:
    """There is no channel to answer in, and silence is no answer."""
    async with staged(tmp_path) as stage:
        stage.slack.on_call("views.open", refuse("expired_trigger_id"))
        await chosen(stage, "ana")
        assert stage.slack.open_view("ana") is None
        assert "opening the form" in await told(stage, "ana", "on my side")


async def test_where_it_is_off_a_shortcut_of_an_older_manifest_does_nothing(tmp_path: Path) -> None:
    """It is acknowledged, and opens nothing."""
    rules = RULES + "\n[features]\nshortcuts = false\n"
    async with staged(tmp_path, rules=rules) as stage:
        reply = await stage.person("ana").shortcut(REQUEST_SHORTCUT)
        assert reply.acknowledged
        assert stage.slack.calls.count("views.open") == 0
