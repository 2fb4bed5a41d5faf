"""users.*, usergroups.*: who there is."""

from bot.simulation.slack.accounts import Account
from bot.simulation.slack.identity import BOT_USER, TEAM_ID
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.refusal import Json, Refusal
from bot.simulation.slack.workspace import Workspace


def users_info(slack: Workspace, given: Arguments) -> Json:
    """users.info: one account."""
    account = slack.directory.accounts.get(given.text("user"))
    if account is None:
        raise Refusal("user_not_found")
    return {"user": _told(slack, account, given)}


def bots_info(slack: Workspace, given: Arguments) -> Json:
    """bots.info: which app a bot belongs to."""
    wanted = given.text("bot")
    account = next((a for a in slack.directory.accounts.values() if a.bot_id == wanted), None)
    if account is None:
        raise Refusal("bot_not_found")
    told = {"id": wanted, "app_id": account.api_app_id or "", "user_id": account.id}
    return {"bot": told | {"name": account.name, "deleted": account.deleted}}


def users_list(slack: Workspace, given: Arguments) -> Json:
    """users.list: the accounts of this workspace and those met in shared channels."""
    known = [a for a in slack.directory.accounts.values() if not a.is_stranger]
    page, more = given.page(known)
    return {
        "members": [_told(slack, account, given) for account in page],
        "cache_ts": int(slack.clock.now()),
        "response_metadata": {"next_cursor": more},
    }


def users_conversations(slack: Workspace, given: Arguments) -> Json:
    """users.conversations: the channels an account is in; by default the app's own."""
    user = given.text("user", BOT_USER)
    if user not in slack.directory.accounts:
        raise Refusal("user_not_found")
    return channels_page(slack, given, member=user)


def channels_page(slack: Workspace, given: Arguments, member: str | None) -> Json:
    """List the channels of the asked types, all the app can see or those of one member."""
    kinds = given.text("types", "public_channel").split(",")
    found = [
        channel.to_json(TEAM_ID, BOT_USER)
        for channel in slack.directory.channels.values()
        if (
            "im"
            if channel.im_with
            else "private_channel"
            if channel.is_private
            else "public_channel"
        )
        in kinds
        and (not channel.is_private or BOT_USER in channel.members)
        and (member is None or member in channel.members)
        and not (channel.is_archived and given.flag("exclude_archived"))
    ]
    page, more = given.page(found)
    return {"channels": page, "response_metadata": {"next_cursor": more}}


def usergroups_list(slack: Workspace, given: Arguments) -> Json:
    """usergroups.list: handles and names; disabled groups only when asked for."""
    return {
        "usergroups": [
            group.to_json(
                TEAM_ID, users=given.flag("include_users"), count=given.flag("include_count")
            )
            for group in slack.directory.groups.values()
            if group.enabled or given.flag("include_disabled")
        ]
    }


def usergroups_users_list(slack: Workspace, given: Arguments) -> Json:
    """usergroups.users.list: who is in a group; a disabled one only when asked for."""
    group = slack.directory.groups.get(given.text("usergroup"))
    if group is None or not (group.enabled or given.flag("include_disabled")):
        raise Refusal("no_such_subteam")  # from practice, not from documentation
    return {"users": list(group.members)}


def _told(slack: Workspace, account: Account, given: Arguments) -> Json:
    return account.to_json(
        TEAM_ID,
        slack.clock.now(),
        locale=given.flag("include_locale"),
        email="users:read.email" in slack.scopes,
    )
