"""The Slack app's manifest, made from what the code calls. Pure.

Fields and limits: FACTS §12 (reference/app-manifest); which scope a method needs: FACTS §9.
"""

from dataclasses import dataclass
from typing import Any

NAME = "Headroom"
COLOUR = "#1f3a5f"
EVENTS_PATH = "/slack/events"
"""Where all payloads arrive in HTTP mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One scope of the bot token: why it is asked for, and the methods that need it."""

    name: str
    why: str
    methods: tuple[str, ...] = ()


_LOOK_BACK = ("conversations.history", "conversations.replies")
_CHANNELS = ("conversations.info", "conversations.list")

SCOPES = (
    Scope(name="commands", why="the slash command"),
    Scope(
        name="chat:write",
        why="cards, results and private answers",
        methods=("chat.postMessage", "chat.update", "chat.postEphemeral"),
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
    ),
    Scope(
        name="channels:history",
        why="a card whose posting was not confirmed is found again instead of posted twice",
        methods=_LOOK_BACK,
    ),
    Scope(
        name="groups:history",
        why="the same, where cards go to a private channel",
        methods=_LOOK_BACK,
    ),
    Scope(
        name="files:write",
        why="pictures of usage",
        methods=("files.getUploadURLExternal", "files.completeUploadExternal"),
    ),
    Scope(name="im:history", why="the same, for direct messages", methods=_LOOK_BACK),
    Scope(
        name="channels:read",
        why="`headroom check` and `headroom init` look at the channels of cards",
        methods=_CHANNELS,
    ),
    Scope(
        name="groups:read",
        why="the same, where cards go to a private channel",
        methods=_CHANNELS,
    ),
)
"""Every scope the bot token needs; not one more."""

WITHOUT_SCOPE = frozenset(
    {"auth.test", "views.open", "views.publish", "views.push", "views.update"}
)
"""Methods in use that need none."""

EVENTS = ("app_home_opened",)
"""Events that Slack sends; none of them needs a scope."""

APP_LEVEL = {"apps.connections.open": "connections:write"}
"""What the app-level token of Socket Mode is for, and its one scope."""


def manifest(*, command: str = "/pve", mode: str = "socket", url: str = "") -> dict[str, Any]:
    """Return the manifest for Socket Mode, or for HTTP mode with our public address in `url`.

    ValueError where HTTP mode has no https address.
    """
    where = _address(url) if mode == "http" else ""
    slash = _slash(command)
    answers: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    if where:
        slash["url"] = where
        events["request_url"] = where
        answers |= {"request_url": where, "message_menu_options_url": where}
    return {
        "display_information": {
            "name": NAME,
            "description": "Requests for Proxmox VE: approved by people, carried out, read back",
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": NAME.lower(), "always_online": True},
            "slash_commands": [slash],
        },
        "oauth_config": {"scopes": {"bot": [scope.name for scope in SCOPES]}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": answers,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not where,
            "token_rotation_enabled": False,
        },
    }


def _slash(command: str) -> dict[str, Any]:
    return {
        "command": command,
        "description": "See and change virtual machines and containers",
        "usage_hint": "help | request GUEST memory=+2G WHY | show GUEST | requests",
        "should_escape": True,
    }


def _address(url: str) -> str:
    """Return the request URL of our public address, with or without its path."""
    if not url.startswith("https://"):
        raise ValueError("HTTP mode needs our public address: --url https://headroom.example.org")
    return url.rstrip("/").removesuffix(EVENTS_PATH) + EVENTS_PATH
