"""Every simulated Web API method: what runs, whose token and which scopes it needs, its rate tier.

Tiers: calls per minute that Slack promises (1: 1+, 2: 20+, 3: 50+, 4: 100+); `special` ones
have rules of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.simulation.slack.identity import BOT_ID, BOT_USER, TEAM_ID
from bot.simulation.slack.methods import channels, chat, conversations, files, modals, people
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.refusal import Json, Refusal
from bot.simulation.slack.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method; `scopes` are alternatives, and none means none needed."""

    run: Callable[[Workspace, Arguments], Json]
    tier: Literal[1, 2, 3, 4, "special"]
    scopes: tuple[str, ...] = ()
    caller: Literal["bot", "app", "anybody"] = "bot"


def auth_test(_: Workspace, __: Arguments) -> Json:
    """auth.test: whose token it is."""
    return {
        "url": "https://headroom.example.com/",
        "team": "Headroom",
        "user": "headroom",
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(_: Workspace, given: Arguments) -> Json:
    """api.test: answers, or fails with the asked error."""
    if "error" in given:
        raise Refusal(given.text("error"))
    return {"args": {"foo": given.text("foo")} if "foo" in given else {}}


WRITE = ("chat:write",)
READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
OPEN = ("im:write", "channels:manage", "groups:write", "mpim:write")
MANAGE = ("channels:manage", "groups:write")
FILES = ("files:write",)
GROUPS = ("usergroups:read",)
USERS = ("users:read",)

METHODS: dict[str, Method] = {
    "api.test": Method(run=api_test, tier=4, caller="anybody"),
    "auth.test": Method(run=auth_test, tier="special"),
    "bookmarks.add": Method(run=channels.bookmark, tier=2, scopes=("bookmarks:write",)),
    "bookmarks.list": Method(run=channels.bookmarks, tier=3, scopes=("bookmarks:read",)),
    "bots.info": Method(run=people.bots_info, tier=3, scopes=USERS),
    "chat.delete": Method(run=chat.delete, tier=3, scopes=WRITE),
    "chat.getPermalink": Method(run=chat.get_permalink, tier="special"),
    "chat.postEphemeral": Method(run=chat.post_ephemeral, tier=4, scopes=WRITE),
    "chat.postMessage": Method(run=chat.post_message, tier="special", scopes=WRITE),
    "chat.unfurl": Method(run=chat.unfurl, tier=3, scopes=("links:write",)),
    "chat.update": Method(run=chat.update, tier=3, scopes=WRITE),
    "conversations.archive": Method(run=channels.archive, tier=2, scopes=MANAGE),
    "conversations.create": Method(run=channels.create, tier=2, scopes=MANAGE),
    "conversations.history": Method(run=conversations.history, tier=3, scopes=HISTORY),
    "conversations.info": Method(run=conversations.info, tier=3, scopes=READ),
    "conversations.invite": Method(run=channels.invite, tier=3, scopes=MANAGE),
    "conversations.join": Method(run=channels.join, tier=3, scopes=("channels:join",)),
    "conversations.list": Method(run=conversations.list_, tier=2, scopes=READ),
    "conversations.members": Method(run=conversations.members, tier=4, scopes=READ),
    "conversations.open": Method(run=conversations.open_, tier=3, scopes=OPEN),
    "conversations.replies": Method(run=conversations.replies, tier=3, scopes=HISTORY),
    "conversations.setPurpose": Method(run=channels.set_purpose, tier=2, scopes=MANAGE),
    "conversations.setTopic": Method(run=channels.set_topic, tier=2, scopes=MANAGE),
    "files.completeUploadExternal": Method(run=files.complete_upload, tier=4, scopes=FILES),
    "files.getUploadURLExternal": Method(run=files.get_upload_url, tier=4, scopes=FILES),
    "files.info": Method(run=files.info, tier=4, scopes=("files:read",)),
    "pins.add": Method(run=channels.pin, tier=2, scopes=("pins:write",)),
    "usergroups.list": Method(run=people.usergroups_list, tier=2, scopes=GROUPS),
    "usergroups.users.list": Method(run=people.usergroups_users_list, tier=2, scopes=GROUPS),
    "users.conversations": Method(run=people.users_conversations, tier=2, scopes=READ),
    "users.info": Method(run=people.users_info, tier=4, scopes=USERS),
    "users.list": Method(run=people.users_list, tier=2, scopes=USERS),
    "views.open": Method(run=modals.open_, tier=4),
    "views.publish": Method(run=modals.publish, tier=4),
    "views.push": Method(run=modals.push, tier=4),
    "views.update": Method(run=modals.update, tier=4),
}
