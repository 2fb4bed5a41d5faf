"""The simulated Slack goes wrong on wish, counts, limits and records."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulation.slack import SimulatedSlack, broken, cut_after, cut_before, hold, refuse
from bot.simulation.slack import too_many_requests as too_many
from tests.unit.simulation_slack.building import DIVIDER


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


async def test_a_hook_answers_in_slacks_place(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """The next call is refused, limited or broken; the one after goes through."""
    for action, status in ((refuse("fatal_error"), 200), (too_many(7), 429), (broken(), 503)):
        slack.on_call("chat.postMessage", action)
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="C0WEB", text="x")
        assert caught.value.response.status_code == status
    assert slack.messages("#web") == []
    await client.chat_postMessage(channel="C0WEB", text="x")
    assert len(slack.messages("#web")) == 1
    assert slack.calls.count("chat.postMessage") == 4


async def test_a_cut_connection_leaves_the_effect_open(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """Cut before: nothing was posted. Cut after: it was, and nobody was told."""
    for action, posted in ((cut_before(), 0), (cut_after(), 1)):
        slack.on_call("chat.postMessage", action)
        with pytest.raises(ClientError):
            await client.chat_postMessage(channel="C0WEB", text="x")
        assert len(slack.messages("#web")) == posted


async def test_a_held_call_waits_for_its_gate(
    slack: SimulatedSlack, client: AsyncWebClient
) -> None:
    """A call is held back until the test lets it go."""
    gate = asyncio.Event()
    slack.on_call("chat.postMessage", hold(gate))
    posting = asyncio.create_task(client.chat_postMessage(channel="C0WEB", text="x"))
    await slack.until(lambda: slack.calls.count("chat.postMessage"))
    assert slack.messages("#web") == []
    gate.set()
    await posting
    assert len(slack.messages("#web")) == 1


async def test_limits_are_enforced_on_wish() -> None:
    """One post a second per channel with short bursts; another channel has its own budget."""
    async with SimulatedSlack(enforce_limits=True) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        for _ in range(5):
            await client.chat_postMessage(channel="C0WEB", text="x")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="C0WEB", text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        await client.chat_postMessage(channel="C0APPROVALS", text="x")
        slack.clock.advance(1)
        await client.chat_postMessage(channel="C0WEB", text="x")
        assert slack.limits.exceeded == {"chat.postMessage": 1}


async def test_the_recording_keeps_calls_without_secrets(tmp_path: Path) -> None:
    """One JSON line per call, blocks as JSON, no token or ticket anywhere."""
    path = tmp_path / "slack.jsonl"
    async with SimulatedSlack(record=path) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        await client.apps_connections_open(app_token=slack.app_token)
        await client.chat_postMessage(
            channel="C0WEB", text=f"my {slack.bot_token}", blocks=json.dumps([DIVIDER])
        )
        secrets = (slack.bot_token, slack.app_token, slack.signing_secret, "ticket")

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["direction"] for line in lines] == ["in", "in"]
    assert [line["method"] for line in lines] == ["apps.connections.open", "chat.postMessage"]
    assert lines[1]["arguments"]["blocks"] == [DIVIDER]
    assert lines[1]["response"]["ok"] is True
    assert not [secret for secret in secrets if secret in path.read_text()]


async def test_the_recording_keeps_deliveries_without_response_urls(tmp_path: Path) -> None:
    """What goes to the app is recorded with what came back; its response URL is hidden."""
    path = tmp_path / "slack.jsonl"
    async with SimulatedSlack(record=path) as slack:
        typing = asyncio.create_task(slack.person("ana").command("/pve help", channel="#web"))
        await slack.until(lambda: slack.under_way)
        slack.clock.advance(3)
        await typing

    [line] = [json.loads(line) for line in path.read_text().splitlines()]
    assert (line["direction"], line["method"]) == ("out", "slash_commands")
    assert (line["arguments"]["command"], line["arguments"]["text"]) == ("/pve", "help")
    assert line["arguments"]["response_url"] == "hidden"
    assert line["response"]["problem"] == "operation_timeout"
