"""Payload to Actor: who acts, whether they belong to our workspace, and where to answer. Pure.

Slack signed the payload; nothing in it is authority beyond who sent it. Field names and who must be
refused: Slack's documentation of payloads and Slack Connect. The directory decides the rest (guests
of the workspace, deactivated accounts): a payload does not tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.people import Person
from bot.model.refusal import Reason, Refusal, refuse

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Our app and the workspace it is installed in, as `auth.test` tells; empty: not known.

    `enterprise_id` is set on Enterprise Grid; `org_wide` says that the whole organisation installed
    it. `user_id` is our own, among the people of channels.
    """

    app_id: str
    team_id: str
    enterprise_id: str = ""
    org_wide: bool = False
    user_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, and how to answer them; empty texts are what the payload does not have.

    `team_ok` is False for people of other workspaces and organisations, who can press buttons in
    shared channels. `delivery` is the same for each delivery of one interaction, and for no other.
    """

    person: Person
    name: str
    team_ok: bool
    delivery: str
    channel: str = ""
    response_url: str = ""
    view_id: str = ""
    trigger_id: str = ""


def _text(payload: Payload, key: str) -> str:
    """Return the text at that key; empty if there is none."""
    value = payload.get(key)
    return value if isinstance(value, str) else ""


def _object(payload: Payload, key: str) -> Payload:
    """Return the object at that key; empty if there is none (it may be null or missing)."""
    value = payload.get(key)
    return value if isinstance(value, dict) else {}


def _first(payload: Payload, key: str) -> Payload:
    """Return the first object of the list at that key; empty if there is none."""
    items = payload.get(key)
    first = items[0] if isinstance(items, list) and items else None
    return first if isinstance(first, Mapping) else {}


def _delivery(payload: Payload, user_id: str) -> str:
    """Return the id of this interaction: the same when Slack delivers it again.

    `event_id` is unique for each event, `trigger_id` for each interaction. Without either: the
    action's and message's time stamps, the view and its hash, or what was typed into a picker.
    """
    event = _text(payload, "event_id")
    if event:
        return f"event:{event}"
    trigger = _text(payload, "trigger_id")
    if trigger:
        return f"trigger:{trigger}"
    action, view = _first(payload, "actions"), _object(payload, "view")
    container = _object(payload, "container")
    parts = [
        user_id,
        _text(action, "action_id") or _text(payload, "action_id"),
        _text(action, "action_ts") or _text(payload, "action_ts"),
        _text(container, "message_ts") or _text(payload, "message_ts"),
        _text(view, "id") or _text(container, "view_id"),
        _text(view, "hash"),
        _text(payload, "value"),
    ]
    return ":".join([_text(payload, "type") or "command", *parts])


def _belongs(payload: Payload, home: str, ours: Installation) -> bool:
    """Return whether the person's home (a team's or an organisation's id) is ours."""
    where = _text(_object(payload, "team"), "id") or _text(payload, "team_id")
    organisation = _text(_object(payload, "enterprise"), "id") or _text(payload, "enterprise_id")
    same_organisation = bool(ours.enterprise_id) and organisation == ours.enterprise_id
    if not home:
        return False
    if ours.org_wide:
        return same_organisation and home in {where, ours.team_id, ours.enterprise_id}
    if where and where != ours.team_id:
        return False
    return home == ours.team_id or (same_organisation and home == ours.enterprise_id)


def _view_id(view: Payload, container: Payload) -> str:
    """Return the modal's id; a Home tab is no view that an answer could be shown in."""
    if _text(view, "type") == "home":
        return ""
    return _text(view, "id") or _text(container, "view_id")


def identify(payload: Payload, ours: Installation) -> Actor | Refusal:
    """Return who sent this slash command or interaction; never raises on a payload of another shape.

    Refused: a payload of another app (NOT_A_MEMBER), one without a user (INTERNAL). A person of ours
    gets our team's id, whatever id the payload shows, so that one person is one `Person` everywhere;
    anybody else keeps their own.
    """
    app_id = _text(payload, "api_app_id")
    if app_id and ours.app_id and app_id != ours.app_id:
        return refuse(Reason.NOT_A_MEMBER, why="sent by another app")
    user, container = _object(payload, "user"), _object(payload, "container")
    user_id = (
        _text(user, "id") or _text(payload, "user_id") or _text(_object(payload, "event"), "user")
    )
    if not user_id:
        return refuse(Reason.INTERNAL, doing="reading who sent this")
    home = (
        _text(user, "team_id") or _text(_object(payload, "team"), "id") or _text(payload, "team_id")
    )
    team_ok = _belongs(payload, home, ours)
    name = _text(user, "username") or _text(user, "name") or _text(payload, "user_name")
    return Actor(
        person=Person(
            team_id=(ours.team_id or ours.enterprise_id) if team_ok else home, user_id=user_id
        ),
        name=name or user_id,
        team_ok=team_ok,
        delivery=_delivery(payload, user_id),
        channel=_text(_object(payload, "channel"), "id")
        or _text(payload, "channel_id")
        or _text(container, "channel_id"),
        response_url=_text(payload, "response_url")
        or _text(_first(payload, "response_urls"), "response_url"),
        view_id=_view_id(_object(payload, "view"), container),
        trigger_id=_text(payload, "trigger_id"),
    )
