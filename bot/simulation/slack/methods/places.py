"""Which conversation an argument names, and whether the app may use it."""

from bot.simulation.slack.accounts import Channel
from bot.simulation.slack.identity import BOT_USER, SLACKBOT
from bot.simulation.slack.refusal import Refusal
from bot.simulation.slack.workspace import Workspace


def need_scope(slack: Workspace, *any_of: str) -> None:
    """Refuse unless the bot token has one of the scopes."""
    if not set(any_of) & set(slack.scopes):
        raise Refusal("missing_scope", needed=any_of[0], provided=",".join(slack.scopes))


def visible(slack: Workspace, channel_id: str, access: str = "read") -> Channel:
    """Find a conversation that the app can see; `access` is `read` or `history`."""
    channel = slack.directory.channels.get(channel_id)
    if channel is None:
        raise Refusal("channel_not_found")
    family = "im" if channel.im_with else "groups" if channel.is_private else "channels"
    need_scope(slack, f"{family}:{access}")
    if channel.is_private and BOT_USER not in channel.members:
        raise Refusal("channel_not_found")
    return channel


def writable(slack: Workspace, channel_id: str) -> Channel:
    """Find the conversation to post in; a user id means the direct conversation with them."""
    if channel_id in slack.directory.accounts:
        return direct(slack, channel_id)
    channel = slack.directory.channels.get(channel_id)
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise Refusal("channel_not_found")
    if channel.is_archived:
        raise Refusal("is_archived")
    if BOT_USER not in channel.members and "chat:write.public" not in slack.scopes:
        raise Refusal("not_in_channel")
    return channel


def direct(slack: Workspace, user_id: str) -> Channel:
    """Open the direct conversation with a person."""
    account = slack.directory.accounts.get(user_id)
    if account is None:
        raise Refusal("user_not_found")
    if account.deleted:
        raise Refusal("user_disabled")
    if account.is_bot or account.id == SLACKBOT:
        raise Refusal("cannot_dm_bot")  # from practice, not from documentation
    if account.is_stranger:
        raise Refusal("user_not_visible")
    return slack.directory.open_direct(user_id)
