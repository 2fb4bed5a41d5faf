"""Channels that the app makes: names, members, topic, pins, bookmarks, archive."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulation.slack import SimulatedSlack


@pytest.fixture
async def slack() -> AsyncIterator[SimulatedSlack]:
    """Serve a simulated Slack."""
    async with SimulatedSlack() as slack:
        yield slack


@pytest.fixture
def client(slack: SimulatedSlack) -> AsyncWebClient:
    """Give the real client."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


async def test_a_channel_is_made_filled_kept_and_archived(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """The whole life of an incident's channel."""
    made = (await client.conversations_create(name="inc-1"))["channel"]
    await client.conversations_invite(channel=made["id"], users="U0ANA,U0BOB")
    await client.conversations_setTopic(channel=made["id"], topic="slow")
    posted = await client.chat_postMessage(channel=made["id"], text="card")
    await client.pins_add(channel=made["id"], timestamp=posted["ts"])
    await client.bookmarks_add(
        channel_id=made["id"], title="web-01", type="link", link="https://pve"
    )
    await client.conversations_archive(channel=made["id"])

    channel = slack.directory.channel("#inc-1")
    assert {slack.bot_user_id, "U0ANA", "U0BOB"} == set(channel.members)
    assert (channel.topic, channel.pins) == ("slow", (posted["ts"],))
    assert channel.bookmarks == (("web-01", "https://pve"),)
    with pytest.raises(SlackApiError, match="is_archived"):
        await client.chat_postMessage(channel=made["id"], text="late")
    with pytest.raises(SlackApiError, match="name_taken"):
        await client.conversations_create(name="inc-1")


async def test_one_bad_invitation_spoils_the_call_unless_forced(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """Without force nobody is invited; with it all who can be are, and the rest is named."""
    users = "U0CYR,U0NOBODY,U0ULA"
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.conversations_invite(channel="C0WEB", users=users)
    assert "U0CYR" not in slack.directory.channel("#web").members

    answer = await client.conversations_invite(channel="C0WEB", users=users, force=True)
    assert "U0CYR" in slack.directory.channel("#web").members
    assert [e["error"] for e in answer["errors"]] == ["user_not_found", "ura_max_channels"]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("conversations.create", {"name": ""}, "invalid_name_required"),
    ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
    ("conversations.create", {"name": "Inc"}, "invalid_name_specials"),
    ("conversations.create", {"name": "a b"}, "invalid_name_specials"),
    ("conversations.create", {"name": "--"}, "invalid_name_punctuation"),
    ("conversations.create", {"name": "old-project"}, "name_taken"),
    ("conversations.invite", {"channel": "C0WEB", "users": "U0ANA"}, "already_in_channel"),
    ("conversations.invite", {"channel": "C0WEB", "users": "U0HEADROOM"}, "cant_invite_self"),
    ("conversations.invite", {"channel": "C0RANDOM", "users": "U0ANA"}, "not_in_channel"),
    ("conversations.setTopic", {"channel": "C0WEB", "topic": "x" * 251}, "too_long"),
    ("conversations.archive", {"channel": "C0GENERAL"}, "cant_archive_general"),
    ("conversations.archive", {"channel": "C0OLD"}, "already_archived"),
    ("conversations.join", {"channel": "C0RANDOM"}, "missing_scope"),
    ("pins.add", {"channel": "C0WEB", "timestamp": "1.2"}, "message_not_found"),
    (
        "bookmarks.add",
        {"channel_id": "C0WEB", "title": "t", "type": "link", "link": "ftp://x"},
        "invalid_link",
    ),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSED)
async def test_a_call_is_refused(
    client: AsyncWebClient, method: str, arguments: dict[str, Any], error: str
) -> None:
    """Slack's own error comes back."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    assert caught.value.response["error"] == error
