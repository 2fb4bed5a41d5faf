"""Who acts: people of ours, people of other workspaces, deliveries, and where to answer."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.people import Person
from bot.model.refusal import Reason, Refusal
from handlers.identity import Actor, Installation, identify

OURS = Installation(app_id="A1", team_id="T1")
GRID = Installation(app_id="A1", team_id="T1", enterprise_id="E1")
ORG = Installation(app_id="A1", team_id="T1", enterprise_id="E1", org_wide=True)

COMMAND = {
    "team_id": "T1",
    "channel_id": "C1",
    "user_id": "U1",
    "user_name": "ana",
    "command": "/pve",
    "text": "list",
    "response_url": "https://hooks.example.org/1",
    "trigger_id": "1.2.a",
    "api_app_id": "A1",
    "is_enterprise_install": "false",
}
PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1", "username": "ana", "team_id": "T1"},
    "team": {"id": "T1", "domain": "ours"},
    "api_app_id": "A1",
    "container": {"type": "message", "message_ts": "5.5", "channel_id": "C2"},
    "channel": {"id": "C2"},
    "response_url": "https://hooks.example.org/2",
    "trigger_id": "1.3.b",
    "enterprise": None,
    "actions": [{"action_id": "request.approve", "action_ts": "9.9"}],
}
SUBMISSION: dict[str, Any] = {
    "type": "view_submission",
    "user": {"id": "U1", "username": "ana", "team_id": "T1"},
    "team": {"id": "T1"},
    "api_app_id": "A1",
    "trigger_id": "1.4.c",
    "view": {"id": "V1", "hash": "h1"},
    "response_urls": [{"response_url": "https://hooks.example.org/3", "channel_id": "C3"}],
}


def actor(payload: Mapping[str, Any], ours: Installation = OURS) -> Actor:
    """Identify somebody who is not refused."""
    got = identify(payload, ours)
    assert isinstance(got, Actor)
    return got


def press(user: Mapping[str, Any], **others: object) -> dict[str, Any]:
    """Return a press by that user."""
    return {**PRESS, "user": user, **others}


def test_one_person_is_the_same_in_every_payload() -> None:
    """Commands, presses and forms give equal people of our team."""
    people = [actor(payload).person for payload in (COMMAND, PRESS, SUBMISSION)]
    assert [Person(team_id="T1", user_id="U1")] * 3 == people


def test_a_command_is_answered_where_it_was_typed() -> None:
    """Channel, response address and trigger come from the form fields."""
    expected = Actor(
        person=Person(team_id="T1", user_id="U1"),
        name="ana",
        team_ok=True,
        delivery="trigger:1.2.a",
        channel="C1",
        response_url="https://hooks.example.org/1",
        trigger_id="1.2.a",
    )
    assert expected == actor(COMMAND)


def test_a_press_and_a_form_carry_their_places() -> None:
    """A press has its channel; a form its view and the address of its conversation."""
    pressed, sent = actor(PRESS), actor(SUBMISSION)
    assert (pressed.channel, pressed.response_url) == ("C2", "https://hooks.example.org/2")
    assert (sent.view_id, sent.response_url) == ("V1", "https://hooks.example.org/3")


@pytest.mark.parametrize(
    ("payload", "ours", "team_ok", "team"),
    [
        (press({"id": "U9", "team_id": "T9"}), OURS, False, "T9"),
        (press({"id": "U9", "team_id": "T9"}, team={"id": "T9"}), OURS, False, "T9"),
        (press({"id": "U9", "team_id": "T1"}, team={"id": "T9"}), OURS, False, "T1"),
        (press({"id": "U1"}), OURS, True, "T1"),
        (press({"id": "U1"}, team=None), OURS, False, ""),
        (press({"id": "U1", "team_id": "E1"}, enterprise={"id": "E1"}), GRID, True, "T1"),
        (press({"id": "U1", "team_id": "E1"}, enterprise={"id": "E9"}), GRID, False, "E1"),
        (press({"id": "U1", "team_id": "E1"}, enterprise={"id": "E1"}), OURS, False, "E1"),
        (press({"id": "U2", "team_id": "T2"}, enterprise={"id": "E1"}), GRID, False, "T2"),
        (press({"id": "U1", "team_id": "T1"}, team=None, enterprise={"id": "E1"}), ORG, True, "T1"),
        (
            press({"id": "U9", "team_id": "T9"}, team=None, enterprise={"id": "E1"}),
            ORG,
            False,
            "T9",
        ),
        (press({"id": "U1", "team_id": "T1"}, team=None, enterprise=None), ORG, False, "T1"),
        ({**COMMAND, "team_id": "T9"}, OURS, False, "T9"),
    ],
)
def test_people_of_others_are_told_apart(
    payload: Mapping[str, Any],
    ours: Installation,
    team_ok: bool,  # noqa: FBT001 - a column of the table
    team: str,
) -> None:
    """By the user's own team and the payload's team, and on Grid by the organisation."""
    got = actor(payload, ours)
    assert (team_ok, team) == (got.team_ok, got.person.team_id)


def test_nobody_belongs_to_an_unknown_workspace() -> None:
    """Without our own ids, nothing is taken for ours."""
    unknown = Installation(app_id="", team_id="")
    assert not actor(press({"id": "U1"}, team=None), unknown).team_ok


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({**COMMAND, "api_app_id": "A9"}, Reason.NOT_A_MEMBER),
        ({**PRESS, "api_app_id": "A9"}, Reason.NOT_A_MEMBER),
        (press({}), Reason.INTERNAL),
        ({}, Reason.INTERNAL),
        ({"user": "U1"}, Reason.INTERNAL),
    ],
)
def test_other_apps_and_nobody_are_refused(payload: Mapping[str, Any], reason: Reason) -> None:
    """A payload of another app, or one that names nobody."""
    got = identify(payload, OURS)
    assert isinstance(got, Refusal)
    assert reason == got.reason


def test_deliveries_without_a_trigger_are_told_apart() -> None:
    """By action and message times, by view and hash, by what was typed."""
    bare = {key: value for key, value in PRESS.items() if key != "trigger_id"}
    again = {**bare, "actions": [{"action_id": "request.approve", "action_ts": "9.8"}]}
    form = {key: value for key, value in SUBMISSION.items() if key != "trigger_id"}
    newer = {**form, "view": {"id": "V1", "hash": "h2"}}
    typed = {"type": "block_suggestion", "user": {"id": "U1"}, "value": "we", "action_id": "guest"}
    more = {**typed, "value": "web"}
    deliveries = [actor(p).delivery for p in (bare, again, form, newer, typed, more)]
    assert len(set(deliveries)) == len(deliveries)
    assert actor(dict(bare)).delivery == deliveries[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
KEYS = st.sampled_from([*COMMAND, *PRESS, *SUBMISSION, "value", "action_ts"])


@given(st.dictionaries(KEYS, JSON))
def test_no_payload_raises(payload: dict[str, Any]) -> None:
    """Objects may be null, missing or of another shape."""
    assert isinstance(identify(payload, OURS), Actor | Refusal)
