"""Answers and payloads use the field names that Slack's own samples show."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.simulation.clock import Clock, Ids
from bot.simulation.slack import payloads
from bot.simulation.slack.accounts import Account, Channel
from bot.simulation.slack.messages import Message
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.table import METHODS
from bot.simulation.slack.workspace import Workspace
from tests.unit.simulation_slack.building import Json, field, home, modal, plain, section
from tests.unit.simulation_slack.shared import shared_json

FORM = modal(field() | {"block_id": "why"}, submit=plain(1))
OPEN_KEYS = {"event_payload", "state", "blocks", "title", "submit", "close"}

# Fields that the documentation names and some samples lack
DOCUMENTED = {"no_op", "already_open", "is_invited_user", "blocks", "state"}


@pytest.fixture
def slack() -> Workspace:
    """Hold a workspace with a message and a form."""
    return Workspace(clock=Clock(), ids=Ids(seed=1))


def fields_of(value: Any, at: str = "") -> Iterator[str]:
    """List the paths of all fields, lists seen through."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield f"{at}.{name}"
            if name not in OPEN_KEYS:
                yield from fields_of(item, f"{at}.{name}")
    if isinstance(value, list):
        for item in value:
            yield from fields_of(item, at)


def unknown(ours: Any, sample: Any) -> set[str]:
    """Name the fields of ours that the sample lacks."""
    known = set(fields_of(sample))
    return {path for path in fields_of(ours) if path not in known and last(path) not in DOCUMENTED}


def last(path: str) -> str:
    """Give the last name of a path."""
    return path.rsplit(".", 1)[-1]


def calls(slack: Workspace) -> dict[str, Json]:
    """Give arguments for each method that has a sample."""
    place = slack.directory.channel("#web")
    message = slack.post(place, {"text": "x", "blocks": [section()]}, method="test")
    slack.post(place, {"text": "y", "thread_ts": message.ts}, method="test")
    view = slack.views.open("U0ANA", FORM)
    posted = {"channel": "C0WEB", "text": "x"}
    where = {"channel": "C0WEB", "ts": message.ts}
    return {
        "auth.test": {},
        "chat.postMessage": posted,
        "chat.postEphemeral": {**posted, "user": "U0ANA"},
        "chat.update": {**where, "text": "z"},
        "chat.delete": where,
        "chat.getPermalink": {"channel": "C0WEB", "message_ts": message.ts},
        "conversations.open": {"users": "U0ANA", "return_im": True},
        "conversations.info": {"channel": "C0WEB"},
        "conversations.list": {"types": "public_channel,private_channel"},
        "conversations.members": {"channel": "C0WEB"},
        "conversations.history": {"channel": "C0WEB"},
        "users.info": {"user": "U0HEADROOM", "include_locale": True},
        "users.list": {},
        "usergroups.list": {"include_users": True, "include_count": True},
        "usergroups.users.list": {"usergroup": "S0WEB"},
        "views.open": {"trigger_id": slack.triggers.issue("U0BOB"), "view": FORM},
        "views.update": {"view_id": view.id, "view": FORM},
        "views.push": {"trigger_id": slack.triggers.issue("U0ANA", view.id), "view": FORM},
        "views.publish": {"user_id": "U0ANA", "view": home(section())},
    }


METHODS_WITH_SAMPLES = sorted(calls(Workspace(clock=Clock(), ids=Ids(seed=1))))


@pytest.mark.parametrize("method", METHODS_WITH_SAMPLES)
def test_an_answer_has_no_invented_fields(slack: Workspace, method: str) -> None:
    """Every field of an answer is one that Slack sends."""
    sample = shared_json(f"slack/data/response-samples/{method}.json")
    answer = METHODS[method].run(slack, Arguments(calls(slack)[method]))

    assert set() == unknown({"ok": True, **answer}, sample)


def people() -> tuple[Account, Channel, Message]:
    """Give somebody, somewhere, and something said."""
    place = Channel(id="C0WEB", name="web", members=())
    return (
        Account(id="U0ANA", name="ana", real_name="Ana"),
        place,
        Message(channel="C0WEB", ts="1.2", user="U0HEADROOM", bot_id="B0", app_id="A0", team="T0"),
    )


def test_a_command_has_no_invented_fields() -> None:
    """Every field of a slash command is one that Slack sends."""
    user, place, _ = people()
    payload = payloads.command(
        user=user, channel=place, command="/pve", text="", response_url="", trigger_id=""
    )

    sample = shared_json("slack/data/payload-samples/SlashCommandPayload.json")
    assert set() == unknown(payload, sample)


def test_an_action_has_no_invented_fields() -> None:
    """Every field of a block action in a message is one that Slack sends."""
    user, place, message = people()
    payload = {
        **payloads.interaction("block_actions", user),
        **payloads.in_message(message, place, {}),
    }

    sample = shared_json("slack/data/payload-samples/BlockActionPayload.json")
    assert set() == unknown(payload, sample)


def test_a_submission_has_no_invented_fields(slack: Workspace) -> None:
    """Every field of a submitted view is one that Slack sends."""
    user, _, _ = people()
    view = slack.views.open(user.id, FORM)
    payload = {**payloads.interaction("view_submission", user), "view": view.to_json()}

    sample = shared_json("slack/data/payload-samples/ViewSubmissionPayload.json")
    assert set() == unknown(payload, sample)
