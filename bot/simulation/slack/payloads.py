"""Payloads as Slack builds them for commands and interactions."""

from bot.simulation.slack.accounts import Account, Channel
from bot.simulation.slack.identity import APP_ID, TEAM_ID
from bot.simulation.slack.messages import Message
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.views import View

TEAM_DOMAIN = "headroom"
TOKEN = "deprecated-verification-token"  # noqa: S105 -- apps must not rely on it


def channel_name(channel: Channel) -> str:
    """Name a channel as payloads do."""
    return (
        "directmessage"
        if channel.im_with
        else "privategroup"
        if channel.is_private
        else channel.name
    )


def command(
    *, user: Account, channel: Channel, command: str, text: str, response_url: str, trigger_id: str
) -> Json:
    """Build the fields of a slash command."""
    return {
        "token": TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(kind: str, user: Account) -> Json:
    """Build what every interaction says."""
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "api_app_id": APP_ID,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def in_message(message: Message, channel: Channel, values: Json, block_id: str = "") -> Json:
    """Say in which message something was done, and in which preview if the block is in one.

    `values` is the state of its inputs.
    """
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.is_ephemeral,
    }
    if preview := _preview_of(message, block_id):
        container |= {
            "type": "message_attachment",
            "attachment_id": preview["id"],
            "is_app_unfurl": True,
            "app_unfurl_url": preview["app_unfurl_url"],
        }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    told: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": values},
    }
    if preview:
        told["app_unfurl"] = preview
    elif not message.is_ephemeral:
        told["message"] = message.to_json()
    return told


def _preview_of(message: Message, block_id: str) -> Json | None:
    """Find the preview of a link that holds a block."""
    held = (a for a in message.attachments if a.get("is_app_unfurl"))
    return next((a for a in held if any(b.get("block_id") == block_id for b in a["blocks"])), None)


def in_view(view: View) -> Json:
    """Say in which view something was done."""
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view.to_json(),
    }
