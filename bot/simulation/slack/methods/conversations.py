"""conversations.*: channels, their members and what was said."""

from bot.simulation.slack.accounts import Channel
from bot.simulation.slack.identity import BOT_USER, TEAM_ID
from bot.simulation.slack.messages import Message
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.people import channels_page
from bot.simulation.slack.methods.places import direct, visible
from bot.simulation.slack.refusal import Json, Refusal
from bot.simulation.slack.workspace import Workspace


def open_(slack: Workspace, given: Arguments) -> Json:
    """conversations.open: the direct conversation with one person."""
    users = [user for user in given.text("users").split(",") if user]
    if not users and "channel" in given:
        return {"channel": {"id": visible(slack, given.text("channel")).id}}
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > 1:
        raise Refusal("method_not_supported_for_channel_type")  # group messages are not simulated
    known = slack.directory.find_direct(users[0]) is not None
    channel = direct(slack, users[0])
    told = channel.to_json(TEAM_ID, BOT_USER) if given.flag("return_im") else {"id": channel.id}
    return {"channel": told, **({"already_open": True, "no_op": True} if known else {})}


def info(slack: Workspace, given: Arguments) -> Json:
    """conversations.info: one channel."""
    return {"channel": visible(slack, given.required("channel")).to_json(TEAM_ID, BOT_USER)}


def members(slack: Workspace, given: Arguments) -> Json:
    """conversations.members: user ids."""
    page, more = given.page(list(visible(slack, given.required("channel")).members))
    return {"members": page, "response_metadata": {"next_cursor": more}}


def list_(slack: Workspace, given: Arguments) -> Json:
    """conversations.list: channels the app can see."""
    return channels_page(slack, given, member=None)


def history(slack: Workspace, given: Arguments) -> Json:
    """conversations.history: newest first, without replies."""
    channel = _readable(slack, given)
    found = [
        message
        for message in reversed(slack.messages.in_channel(channel.id))
        if message.thread_ts in (None, message.ts) and _within(message, given)
    ]
    page, more = given.page(found)
    return {
        "messages": [_told(slack, message, given) for message in page],
        "has_more": bool(more),
        "response_metadata": {"next_cursor": more},
    }


def replies(slack: Workspace, given: Arguments) -> Json:
    """conversations.replies: a message and its thread, oldest first."""
    channel = _readable(slack, given)
    ts = given.required("ts")
    if slack.messages.find(channel.id, ts) is None:
        raise Refusal("thread_not_found")
    found = [
        message
        for message in slack.messages.in_channel(channel.id)
        if ts in (message.ts, message.thread_ts)
    ]
    page, more = given.page(found)
    return {
        "messages": [_told(slack, message, given) for message in page],
        "has_more": bool(more),
        "response_metadata": {"next_cursor": more},
    }


def _readable(slack: Workspace, given: Arguments) -> Channel:
    channel = visible(slack, given.required("channel"), "history")
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _within(message: Message, given: Arguments) -> bool:
    bounds = (float(given.text("oldest", "0")), float(given.text("latest") or "inf"))
    at = float(message.ts)
    return bounds[0] <= at <= bounds[1] if given.flag("inclusive") else bounds[0] < at < bounds[1]


def _told(slack: Workspace, message: Message, given: Arguments) -> Json:
    told = message.to_json(metadata=given.flag("include_all_metadata"))
    thread = [
        reply
        for reply in slack.messages.in_channel(message.channel)
        if reply.thread_ts == message.ts and reply.ts != message.ts
    ]
    if thread:
        told |= {
            "thread_ts": message.ts,
            "reply_count": len(thread),
            "reply_users": sorted({reply.user for reply in thread}),
            "latest_reply": thread[-1].ts,
        }
    return told
