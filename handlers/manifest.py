"""The Slack app's manifest, made from what the code calls. Pure.

Fields and limits: FACTS §12 (reference/app-manifest); which scope a method needs: FACTS §9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.button import Action, hidden
from bot.model.feature import EVERYTHING, Feature, Features

NAME = "Headroom"
COLOUR = "#1f3a5f"
DISPLAYED = {
    "name": NAME,
    "description": "Requests for Proxmox VE: approved by people, carried out, read back",
    "background_color": COLOUR,
}
EVENTS_PATH = "/slack/events"
"""Where all payloads arrive in HTTP mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One scope of the bot token: why it is asked for, the methods that need it, and whose it is.

    A `feature` that is off drops it.
    """

    name: str
    why: str
    methods: tuple[str, ...] = ()
    feature: Feature | None = None


_LOOK_BACK = ("conversations.history", "conversations.replies")
_CHANNELS = (
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "users.conversations",
)

SCOPES = (
    Scope(name="commands", why="the slash command and the shortcut"),
    Scope(
        name="chat:write",
        why="cards, results and private answers",
        methods=("chat.postMessage", "chat.update", "chat.delete", "chat.postEphemeral"),
    ),
    Scope(
        name="im:write",
        why="results as direct messages",
        methods=("conversations.open",),
    ),
    Scope(
        name="users:read",
        why="full members only; names and time zones",
        methods=("users.info", "users.list", "bots.info"),
    ),
    Scope(
        name="usergroups:read",
        why="who belongs to a user group that may approve",
        methods=("usergroups.users.list", "usergroups.list"),
        feature=Feature.GROUPS,
    ),
    Scope(
        name="channels:history",
        why="a card whose posting was not confirmed is found again instead of posted twice",
        methods=_LOOK_BACK,
        feature=Feature.HISTORY,
    ),
    Scope(
        name="groups:history",
        why="the same, where cards go to a private channel",
        methods=_LOOK_BACK,
        feature=Feature.HISTORY,
    ),
    Scope(
        name="im:history",
        why="the same, for direct messages",
        methods=_LOOK_BACK,
        feature=Feature.HISTORY,
    ),
    Scope(
        name="files:write",
        why="pictures of usage",
        methods=("files.getUploadURLExternal", "files.completeUploadExternal"),
        feature=Feature.PICTURES,
    ),
    Scope(
        name="channels:manage",
        why="making an incident's channel, its topic, and inviting people there",
        methods=("conversations.create", "conversations.setTopic", "conversations.invite"),
        feature=Feature.INCIDENTS,
    ),
    Scope(
        name="pins:write",
        why="pinning an incident's status card",
        methods=("pins.add",),
        feature=Feature.INCIDENTS,
    ),
    Scope(
        name="bookmarks:read",
        why="no bookmark of an incident's channel is added twice",
        methods=("bookmarks.list",),
        feature=Feature.INCIDENTS,
    ),
    Scope(
        name="bookmarks:write",
        why="runbook and guests' pages over an incident's channel",
        methods=("bookmarks.add",),
        feature=Feature.INCIDENTS,
    ),
    Scope(
        name="reactions:read",
        why="messages marked with 📌 are put on an incident's timeline",
        feature=Feature.INCIDENTS,
    ),
    Scope(
        name="channels:read",
        why="reminders name who is not in the channel; `headroom check` and `init` look at channels",
        methods=_CHANNELS,
    ),
    Scope(
        name="groups:read",
        why="the same, where cards go to a private channel",
        methods=_CHANNELS,
    ),
    Scope(
        name="links:read",
        why="links to the web UI, where `slack.unfurl_in` lists channels",
        feature=Feature.LINKS,
    ),
    Scope(
        name="links:write",
        why="showing them as cards",
        methods=("chat.unfurl",),
        feature=Feature.LINKS,
    ),
)
"""Every scope the bot token needs, with all features; not one more."""

WITHOUT_SCOPE = frozenset(
    {"auth.test", "views.open", "views.publish", "views.push", "views.update"}
)
"""Methods in use that need none."""

EVENTS: Mapping[str, Feature] = {
    "app_home_opened": Feature.HOME,
    "link_shared": Feature.LINKS,
    "reaction_added": Feature.INCIDENTS,
    "reaction_removed": Feature.INCIDENTS,
}
"""Events that Slack sends, and whose they are."""

REQUEST_SHORTCUT = "request.open"
"""By this name Slack tells us that somebody chose the global shortcut."""

NOTE_SHORTCUT = "incident.note"
"""By this name Slack tells us that somebody chose a message's shortcut."""

PIN = "pushpin"
"""The reaction 📌, by Slack's name, that puts a message on an incident's timeline."""

APP_LEVEL = {"apps.connections.open": "connections:write"}
"""What the app-level token of Socket Mode is for, and its one scope."""


def scopes(features: Features = EVERYTHING) -> tuple[Scope, ...]:
    """Return the scopes that these features need."""
    return tuple(scope for scope in SCOPES if features.has(scope.feature))


def manifest(
    *,
    command: str = "/pve",
    mode: str = "socket",
    url: str = "",
    features: Features = EVERYTHING,
    domains: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the manifest for Socket Mode, or for HTTP mode with our public address in `url`.

    What of `features` is off asks for nothing, nor do links without any of their `domains`.
    ValueError where HTTP mode has no https address.
    """
    where = _address(url) if mode == "http" else ""
    features = features if domains else features.without(Feature.LINKS)
    slash = _slash(command, where, asks=features.has(Feature.MEMORY))
    answers: dict[str, Any] = {"is_enabled": True}
    if where:
        answers |= {"request_url": where, "message_menu_options_url": where}
    return {
        "display_information": DISPLAYED,
        "features": {**_shown(features, domains), "slash_commands": [slash]},
        "oauth_config": {"scopes": {"bot": [scope.name for scope in scopes(features)]}},
        "settings": {
            **_events(where, features),
            "interactivity": answers,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not where,
            "token_rotation_enabled": False,
        },
    }


def _shown(features: Features, domains: tuple[str, ...]) -> dict[str, Any]:
    """Return what people see of the app in Slack itself, but for its command."""
    return {
        "app_home": {
            "home_tab_enabled": features.has(Feature.HOME),
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": NAME.lower(), "always_online": True},
        **_shortcuts(features),
        **({"unfurl_domains": [*domains]} if features.has(Feature.LINKS) else {}),
    }


def _shortcuts(features: Features) -> dict[str, Any]:
    """Return the shortcuts; no section if there are none."""
    there = []
    if features.has(Feature.SHORTCUTS) and Action.ASK_FOR not in hidden(features):
        opens = "Ask for memory, cores or disk for a virtual machine or container"
        there.append(_shortcut("Request resources", "global", REQUEST_SHORTCUT, opens))
    if features.has(Feature.INCIDENTS):
        puts = "Puts this message on an incident's timeline"
        there.append(_shortcut("Add to incident", "message", NOTE_SHORTCUT, puts))
    return {"shortcuts": there} if there else {}


def _shortcut(name: str, kind: str, callback_id: str, description: str) -> dict[str, str]:
    return {
        "name": name,
        "type": kind,
        "callback_id": callback_id,
        "description": description,
    }


def _events(where: str, features: Features) -> dict[str, Any]:
    """Return the events to be sent; no section if there are none."""
    events = [event for event, feature in EVENTS.items() if features.has(feature)]
    address = {"request_url": where} if where else {}
    return {"event_subscriptions": {"bot_events": events, **address}} if events else {}


def _slash(command: str, where: str, *, asks: bool) -> dict[str, Any]:
    example = "request GUEST memory=+2G WHY | " if asks else ""
    return {
        "command": command,
        "description": "See and change virtual machines and containers",
        "usage_hint": f"help | {example}show GUEST | requests",
        "should_escape": True,
        **({"url": where} if where else {}),
    }


def _address(url: str) -> str:
    """Return the request URL of our public address, with or without its path."""
    if not url.startswith("https://"):
        raise ValueError("HTTP mode needs our public address: --url https://headroom.example.org")
    return url.rstrip("/").removesuffix(EVENTS_PATH) + EVENTS_PATH
