"""Channels that the app makes and keeps: conversations.create and its like, pins, bookmarks."""

import re

from bot.simulation.slack.accounts import Channel
from bot.simulation.slack.identity import BOT_USER, TEAM_ID
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.places import need_scope, visible
from bot.simulation.slack.refusal import Json, Refusal
from bot.simulation.slack.workspace import Workspace

NAME = 80
TOPIC = 250
INVITED = 100
BOOKMARKS = 100


def create(slack: Workspace, given: Arguments) -> Json:
    """conversations.create: the app is a member of what it makes; archived names stay taken."""
    name = given.text("name")
    private = given.flag("is_private")
    need_scope(slack, "groups:write" if private else "channels:manage")
    _check_name(name)
    if slack.directory.find_channel(f"#{name}") is not None:
        raise Refusal("name_taken")
    channel = slack.directory.add_channel(
        name, [BOT_USER], id=slack.ids.opaque("C"), is_private=private, creator=BOT_USER
    )
    return _told(channel)


def join(slack: Workspace, given: Arguments) -> Json:
    """conversations.join: enter a public channel."""
    channel = _usable(slack, given)
    if channel.is_private:
        raise Refusal("method_not_supported_for_channel_type")
    return _told(slack.directory.join(BOT_USER, channel.id))


def invite(slack: Workspace, given: Arguments) -> Json:
    """conversations.invite: all or nothing, unless `force` is given."""
    channel = _own(slack, given)
    users = [user for user in given.text("users").split(",") if user]
    if not users:
        raise Refusal("no_user")
    if len(users) > INVITED:
        raise Refusal("too_many_users")
    errors = [
        {"user": user, "ok": False, "error": error}
        for user in users
        if (error := _why_not(slack, channel, user)) is not None
    ]
    wrong = {error["user"] for error in errors}
    if errors and (len(wrong) == len(users) or not given.flag("force")):
        raise Refusal(str(errors[0]["error"]), errors=errors)
    for user in users:
        if user not in wrong:
            channel = slack.directory.join(user, channel.id)
    return {**_told(channel), **({"errors": errors} if errors else {})}


def set_topic(slack: Workspace, given: Arguments) -> Json:
    """conversations.setTopic: at most 250 characters."""
    channel, topic = _own(slack, given), given.text("topic")
    if len(topic) > TOPIC:
        raise Refusal("too_long")
    return _told(slack.directory.change_channel(channel.id, topic=topic))


def set_purpose(slack: Workspace, given: Arguments) -> Json:
    """conversations.setPurpose: at most 250 characters."""
    channel, purpose = _own(slack, given), given.text("purpose")
    if len(purpose) > TOPIC:
        raise Refusal("too_long")
    return _told(slack.directory.change_channel(channel.id, purpose=purpose))


def archive(slack: Workspace, given: Arguments) -> Json:
    """conversations.archive: nobody can post any more."""
    channel = visible(slack, given.required("channel"))
    if channel.is_archived:
        raise Refusal("already_archived")
    if channel.is_general:
        raise Refusal("cant_archive_general")
    slack.directory.change_channel(channel.id, is_archived=True)
    return {}


def pin(slack: Workspace, given: Arguments) -> Json:
    """pins.add: once for each message."""
    channel, ts = _own(slack, given), given.text("timestamp")
    if slack.messages.find(channel.id, ts) is None:
        raise Refusal("message_not_found")
    if ts in channel.pins:
        raise Refusal("already_pinned")
    slack.directory.change_channel(channel.id, pins=(*channel.pins, ts))
    return {}


def bookmarks(slack: Workspace, given: Arguments) -> Json:
    """bookmarks.list: what stands over a channel."""
    channel = visible(slack, given.required("channel_id"))
    return {"bookmarks": [_bookmark(channel, title, link) for title, link in channel.bookmarks]}


def _bookmark(channel: Channel, title: str, link: str) -> Json:
    return {"channel_id": channel.id, "title": title, "link": link, "type": "link"}


def bookmark(slack: Workspace, given: Arguments) -> Json:
    """bookmarks.add: a title and a link, a hundred at most."""
    channel = visible(slack, given.required("channel_id"))
    title, link = given.required("title"), given.text("link")
    if given.text("type") != "link" or not re.match("https?://", link):
        raise Refusal("invalid_link")  # from practice, not from documentation
    if len(channel.bookmarks) >= BOOKMARKS:
        raise Refusal("too_many_bookmarks")
    slack.directory.change_channel(channel.id, bookmarks=(*channel.bookmarks, (title, link)))
    return {"bookmark": {"id": slack.ids.opaque("Bk"), **_bookmark(channel, title, link)}}


def _check_name(name: str) -> None:
    if not name:
        raise Refusal("invalid_name_required")
    if len(name) > NAME:
        raise Refusal("invalid_name_maxlength")
    if re.search(r"[^\w-]", name) or name != name.lower():
        raise Refusal("invalid_name_specials")
    if not re.search(r"\w", name.replace("_", "")):
        raise Refusal("invalid_name_punctuation")


def _why_not(slack: Workspace, channel: Channel, user: str) -> str | None:
    account = slack.directory.accounts.get(user)
    if account is None or account.deleted:
        return "user_not_found"
    if user == BOT_USER:
        return "cant_invite_self"
    if user in channel.members:
        return "already_in_channel"
    return "ura_max_channels" if account.is_ultra_restricted else None


def _usable(slack: Workspace, given: Arguments) -> Channel:
    channel = visible(slack, given.required("channel"))
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel


def _own(slack: Workspace, given: Arguments) -> Channel:
    channel = _usable(slack, given)
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _told(channel: Channel) -> Json:
    return {"channel": channel.to_json(TEAM_ID, BOT_USER)}
