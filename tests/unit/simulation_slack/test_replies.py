"""What Slack makes of the body of an acknowledgement."""

from typing import Any

import pytest

from bot.simulation.clock import Clock, Ids
from bot.simulation.slack import replies
from bot.simulation.slack.delivery import Ack
from bot.simulation.slack.views import View
from bot.simulation.slack.workspace import Workspace
from tests.unit.simulation_slack.building import (
    DIVIDER,
    Json,
    field,
    header,
    modal,
    option,
    plain,
    section,
)

FORM = modal(field() | {"block_id": "why"}, section(block_id="text"), submit=plain(1))


@pytest.fixture
def slack() -> Workspace:
    """Hold a fresh workspace."""
    return Workspace(clock=Clock(), ids=Ids(seed=1))


@pytest.fixture
def view(slack: Workspace) -> View:
    """Open a form for Ana."""
    return slack.views.open("U0ANA", FORM)


def ack(body: Any) -> Ack:
    """Acknowledge with a body."""
    return Ack(took=0.0, body=body)


def test_an_empty_body_closes_the_view(slack: Workspace, view: View) -> None:
    """The modal goes away, and only the top one."""
    above = slack.views.push("U0ANA", modal(DIVIDER))
    reply = replies.to_submission(slack, ack(None), above)

    assert reply.problem is None
    assert slack.views.top("U0ANA") == view


def test_update_replaces_the_view(slack: Workspace, view: View) -> None:
    """The same view shows another body."""
    body = {"response_action": "update", "view": modal(DIVIDER)}
    reply = replies.to_submission(slack, ack(body), view)

    assert reply.view is not None
    assert (reply.view.id, len(reply.view.blocks)) == (view.id, 1)


def test_push_shows_another_view_above(slack: Workspace, view: View) -> None:
    """The new view's previous one is the submitted one."""
    body = {"response_action": "push", "view": modal(DIVIDER)}
    reply = replies.to_submission(slack, ack(body), view)

    assert reply.view is not None
    assert reply.view.previous_id == view.id


def test_clear_closes_the_stack(slack: Workspace, view: View) -> None:
    """Nothing is left open."""
    above = slack.views.push("U0ANA", modal(DIVIDER))
    replies.to_submission(slack, ack({"response_action": "clear"}), above)

    assert slack.views.stack(view.user) == []


def test_errors_stand_beside_inputs(slack: Workspace, view: View) -> None:
    """The view stays open with the words beside its input."""
    body = {"response_action": "errors", "errors": {"why": "Say more."}}
    reply = replies.to_submission(slack, ack(body), view)

    assert (reply.errors, reply.view) == ({"why": "Say more."}, view)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"response_action": "errors", "errors": {"text": "x"}}, "name no input block: text"),
        ({"response_action": "errors", "errors": {"action": "x"}}, "name no input block: action"),
        ({"response_action": "errors", "errors": {}}, "at least one input"),
        ({"response_action": "update", "view": modal()}, "invalid_arguments"),
        ({"response_action": "push", "view": modal(header(151))}, "less than 151"),
        ({"ok": True}, "must be empty"),
        ("thanks", "must be empty"),
    ],
)
def test_a_wrong_body_is_a_problem_and_the_view_stays(
    slack: Workspace, view: View, body: Json | str, problem: str
) -> None:
    """Slack shows that something went wrong, and the person keeps the form."""
    reply = replies.to_submission(slack, ack(body), view)

    assert reply.problem is not None
    assert problem in reply.problem
    assert slack.views.top("U0ANA") == view


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"options": [option(n) for n in range(100)]}, 100),
        ({"option_groups": [{"label": plain(1), "options": [option()]}]}, 1),
    ],
)
def test_options_are_offered(slack: Workspace, body: Json, count: int) -> None:
    """A hundred at most, in groups or not."""
    reply = replies.to_suggestion(slack, ack(body), "U0ANA")

    assert (reply.problem, len(reply.options)) == (None, count)


@pytest.mark.parametrize(
    "body", [{"options": [option(n) for n in range(101)]}, {}, {"options": [], "option_groups": []}]
)
def test_wrong_options_are_a_problem(slack: Workspace, body: Json) -> None:
    """Too many, none, or both kinds."""
    assert replies.to_suggestion(slack, ack(body), "U0ANA").problem is not None


def test_a_command_may_answer_with_blocks(slack: Workspace) -> None:
    """Blocks in the answer are checked as everywhere."""
    place = slack.directory.channel("#web")
    good = replies.to_command(slack, ack({"blocks": [DIVIDER]}), "U0ANA", place, "/pve x")
    bad = replies.to_command(slack, ack({"blocks": [header(151)]}), "U0ANA", place, "/pve x")

    assert good.message is not None
    assert good.message.visible_to == "U0ANA"
    assert bad.message is None
    assert bad.problem is not None
    assert bad.problem.startswith("invalid_blocks")
