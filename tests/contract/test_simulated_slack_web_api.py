"""The Web API as the real asynchronous client meets it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulation.slack import SimulatedSlack
from tests.unit.simulation_slack.building import (
    DIVIDER,
    field,
    header,
    modal,
    plain,
    section,
    table,
)

Json = dict[str, Any]
FORM = modal(field() | {"block_id": "why"}, submit=plain(1))


@pytest.fixture
async def slack() -> AsyncIterator[SimulatedSlack]:
    """Serve a simulated Slack."""
    async with SimulatedSlack() as slack:
        yield slack


@pytest.fixture
def client(slack: SimulatedSlack) -> AsyncWebClient:
    """Give the real client, without its habit of sending again."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    client.retry_handlers = []
    return client


REFUSED: list[tuple[str, str, Json, str]] = [
    ("no such method", "chat.shout", {}, "unknown_method"),
    ("asked for", "api.test", {"error": "my_error"}, "my_error"),
    ("no such channel", "chat.postMessage", {"channel": "C0", "text": "x"}, "channel_not_found"),
    ("not a member", "chat.postMessage", {"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
    ("hidden", "chat.postMessage", {"channel": "C0BOARD", "text": "x"}, "channel_not_found"),
    ("archived", "chat.postMessage", {"channel": "C0OLD", "text": "x"}, "is_archived"),
    ("nothing to say", "chat.postMessage", {"channel": "C0WEB"}, "no_text"),
    (
        "two tables",
        "chat.postMessage",
        {"channel": "C0WEB", "blocks": [table(1), table(1)]},
        "only_one_table_allowed",
    ),
    (
        "blocks that are no JSON",
        "chat.postMessage",
        {"channel": "C0WEB", "blocks": "[{"},
        "invalid_blocks_format",
    ),
    (
        "metadata without type",
        "chat.postMessage",
        {"channel": "C0WEB", "text": "x", "metadata": {}},
        "invalid_metadata_schema",
    ),
    (
        "nobody there",
        "chat.postEphemeral",
        {"channel": "C0WEB", "user": "U0CYR", "text": "x"},
        "user_not_in_channel",
    ),
    (
        "no such message",
        "chat.update",
        {"channel": "C0WEB", "ts": "1.2", "text": "x"},
        "message_not_found",
    ),
    ("nobody", "conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("gone", "conversations.open", {"users": "U0DAN"}, "user_disabled"),
    ("unknown person", "users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("disabled group", "usergroups.users.list", {"usergroup": "S0FORMER"}, "no_such_subteam"),
    ("which channel", "conversations.info", {}, "invalid_arguments"),
    ("bad cursor", "users.list", {"cursor": "!"}, "invalid_cursor"),
    ("bad limit", "users.list", {"limit": 0}, "invalid_limit"),
    ("bad trigger", "views.open", {"trigger_id": "1.2.3", "view": FORM}, "invalid_trigger_id"),
    ("no trigger", "views.open", {"view": FORM}, "invalid_arguments"),
    (
        "big view",
        "views.open",
        {"trigger_id": "1", "view": modal(*[section(text=plain(2600))] * 100)},
        "view_too_large",
    ),
    ("bad view", "views.open", {"trigger_id": "1", "view": modal(field())}, "invalid_arguments"),
    ("no such view", "views.update", {"view_id": "V0", "view": FORM}, "not_found"),
    (
        "two names for a view",
        "views.update",
        {"view_id": "V0", "external_id": "x", "view": FORM},
        "invalid_arguments",
    ),
    ("modal at home", "views.publish", {"user_id": "U0ANA", "view": FORM}, "invalid_arguments"),
]


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "form"])
@pytest.mark.parametrize(
    ("method", "arguments", "error"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
async def test_a_call_is_refused(
    client: AsyncWebClient, method: str, arguments: Json, error: str, *, as_json: bool
) -> None:
    """Slack's own error comes back with status 200, for JSON and form bodies alike."""
    form = {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in arguments.items()
    }
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, **({"json": arguments} if as_json else {"data": form}))

    assert caught.value.response.status_code == 200
    assert caught.value.response["error"] == error


async def test_invalid_blocks_are_named_by_pointer(client: AsyncWebClient) -> None:
    """`response_metadata.messages` says what is wrong and where."""
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0WEB", text="x", blocks=[DIVIDER, header(151)])

    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    ]


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-other", "invalid_auth"), ("app", "not_allowed_token_type")],
)
async def test_tokens_are_checked(slack: SimulatedSlack, token: str, error: str) -> None:
    """None, an unknown one and one of the wrong kind are told apart."""
    given = slack.app_token if token == "app" else token
    headers = {"Authorization": f"Bearer {given}"} if given else {}
    async with (
        ClientSession() as session,
        session.post(slack.api_url + "users.list", headers=headers) as response,
    ):
        assert {"ok": False, "error": error} == await response.json()


async def test_a_missing_scope_is_named() -> None:
    """The refusal says what is needed and what the token has; the header lists it, too."""
    async with SimulatedSlack(scopes=("users:read",)) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="C0WEB", text="x")

    response = caught.value.response
    assert (response["error"], response["needed"]) == ("missing_scope", "chat:write")
    assert response["provided"] == "users:read"
    assert response.headers["x-oauth-scopes"] == "users:read"


async def test_messages_come_back_with_their_metadata(client: AsyncWebClient) -> None:
    """A card is found again by its metadata, when asked for."""
    metadata = {"event_type": "card", "event_payload": {"id": "R-1"}}
    await client.chat_postMessage(channel="C0WEB", text="card", metadata=metadata)

    with_it = await client.conversations_history(channel="C0WEB", include_all_metadata=True)
    without = await client.conversations_history(channel="C0WEB")

    assert [metadata] == [message["metadata"] for message in with_it["messages"]]
    assert "metadata" not in without["messages"][0]


async def test_an_update_with_text_alone_removes_the_blocks(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """Blocks alone keep the text; text alone drops the blocks; more than 4,000 is refused."""
    posted = await client.chat_postMessage(channel="C0WEB", text="one", blocks=[DIVIDER])
    where: Json = {"channel": "C0WEB", "ts": posted["ts"]}
    [message] = slack.messages("#web")

    await client.api_call("chat.update", json=where | {"blocks": [DIVIDER, DIVIDER]})
    assert (slack.messages("#web")[0].text, len(slack.messages("#web")[0].blocks)) == ("one", 2)
    await client.chat_update(text="two", **where)
    assert (slack.messages("#web")[0].text, len(slack.messages("#web")[0].blocks)) == ("two", 0)
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_update(text="x" * 4001, **where)
    assert len(slack.workspace.messages.versions(message)) == 3


async def test_a_message_of_somebody_else_cannot_be_updated(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """The app edits its own messages only."""
    said = slack.person("ana").say("hello", channel="#web")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=said.channel, ts=said.ts, text="x")


async def test_an_ephemeral_message_cannot_be_updated(client: AsyncWebClient) -> None:
    """Ephemeral messages exist for their reader alone."""
    posted = await client.chat_postEphemeral(channel="C0WEB", user="U0ANA", text="x")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel="C0WEB", ts=posted["message_ts"], text="y")


async def test_replies_stand_in_their_thread(client: AsyncWebClient) -> None:
    """History counts replies; conversations.replies lists them."""
    parent = await client.chat_postMessage(channel="C0WEB", text="card")
    await client.chat_postMessage(channel="C0WEB", text="done", thread_ts=parent["ts"])

    [told] = (await client.conversations_history(channel="C0WEB"))["messages"]
    thread = await client.conversations_replies(channel="C0WEB", ts=parent["ts"])

    assert (told["text"], told["reply_count"]) == ("card", 1)
    assert [message["text"] for message in thread["messages"]] == ["card", "done"]


async def test_lists_come_in_pages(client: AsyncWebClient) -> None:
    """The cursor leads through every page to its end."""
    names: list[str] = []
    async for page in await client.users_list(limit=4):
        names += [member["name"] for member in page["members"]]

    assert {"ana", "gus", "xena", "slackbot"} <= set(names)
    assert len(names) == len(set(names)) == 13


async def test_people_are_described_as_what_they_are(client: AsyncWebClient) -> None:
    """Flags tell guests, bots and the deactivated; the team id tells outsiders."""

    async def info(user: str) -> Json:
        answer = await client.users_info(user=user, include_locale=True)
        told: Json = answer["user"]
        return told

    assert ((await info("U0DORA"))["team_id"], "fr-FR") == ("T0HEADROOM", "fr-FR")
    assert (await info("U0GUS"))["is_restricted"] is True
    assert (await info("U0ULA"))["is_ultra_restricted"] is True
    assert (await info("U0DAN"))["deleted"] is True
    xena = await info("U0XENA")
    assert (
        xena["team_id"],
        xena.get("is_stranger"),
        xena.get("locale"),
    ) == ("T0PARTNER", None, None)
    assert (await info("U0STAN"))["is_stranger"] is True
    assert (await info("USLACKBOT"))["is_bot"] is False


async def test_groups_change_when_told(slack: SimulatedSlack, client: AsyncWebClient) -> None:
    """Membership is what the test sets."""
    slack.set_group("ops", ["ana", "bob"])
    listed = await client.usergroups_users_list(usergroup="S0OPSGROUP")

    assert listed["users"] == ["U0ANA", "U0BOB"]


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """Spent and old triggers are refused, each by its own error."""
    spent, old = (slack.workspace.triggers.issue("U0ANA") for _ in range(2))
    await client.views_open(trigger_id=spent, view=FORM)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=spent, view=FORM)
    slack.clock.advance(4)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=old, view=FORM)


async def test_a_stale_hash_is_refused(slack: SimulatedSlack, client: AsyncWebClient) -> None:
    """An update with the hash of an earlier version comes too late."""
    trigger = slack.workspace.triggers.issue("U0ANA")
    view = (await client.views_open(trigger_id=trigger, view=FORM))["view"]
    await client.views_update(view_id=view["id"], view=FORM, hash=view["hash"])
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], view=FORM, hash=view["hash"])


async def test_a_response_url_works_five_times(slack: SimulatedSlack) -> None:
    """Private by default, five uses, thirty minutes."""
    urls = slack.workspace.response_urls
    base = f"http://{slack.address}/response/"
    five, old = (base + urls.issue("U0ANA", "C0RANDOM", None) for _ in range(2))
    async with ClientSession() as session:
        statuses = []
        for _ in range(6):
            async with session.post(five, json={"text": "x"}) as response:
                statuses.append(response.status)
        slack.clock.advance(30 * 60 + 1)
        async with session.post(old, json={"text": "x"}) as response:
            assert (await response.json())["error"] == "expired_url"

    assert statuses == [200] * 5 + [404]
    assert len(slack.ephemerals_for("ana")) == 5
    assert slack.messages("#random") == []
