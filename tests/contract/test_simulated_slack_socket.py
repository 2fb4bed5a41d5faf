"""Socket Mode as the real client meets it: tickets, several sockets, going and coming back."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.sockets import Farewell
from tests.unit.simulation_slack.echo import connected, echo_app


@pytest.fixture
async def slack() -> AsyncIterator[SimulatedSlack]:
    """Serve a simulated Slack in Socket Mode, nothing connected."""
    async with SimulatedSlack() as slack:
        yield slack


async def test_each_delivery_goes_to_one_of_several_sockets(slack: SimulatedSlack) -> None:
    """With two replicas connected, every command is handled exactly once."""
    async with connected(slack, echo_app(slack)), connected(slack, echo_app(slack)):
        for _ in range(20):
            await slack.person("ana").command("/pve card")
        delivered = [connection.delivered for connection in slack.sockets.connections]

    assert sum(delivered) == 20
    assert min(delivered) > 0
    assert len(slack.messages("#approvals")) == 20


async def test_without_a_socket_the_person_reads_a_timeout(slack: SimulatedSlack) -> None:
    """Nobody is there to acknowledge."""
    typing = asyncio.create_task(slack.person("ana").command("/pve help"))
    await slack.until(lambda: slack.under_way)
    slack.clock.advance(3)

    assert (await typing).problem == "operation_timeout"


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_the_client_comes_back_when_asked_to_go(
    slack: SimulatedSlack, reason: Farewell
) -> None:
    """After a disconnect frame the client opens a new socket, and commands go on."""
    async with connected(slack, echo_app(slack)):
        [old] = slack.sockets.connections
        await slack.disconnect(reason)
        await slack.until(
            lambda: old not in slack.sockets.connections and slack.sockets.connections
        )
        assert (await slack.person("ana").command("/pve hi")).text == "you said hi"


async def test_the_client_comes_back_after_a_cut(slack: SimulatedSlack) -> None:
    """A socket cut without a word is replaced."""
    async with connected(slack, echo_app(slack)):
        await slack.drop_sockets()
        assert slack.sockets.connections == []
        await slack.connected()
        assert (await slack.person("ana").command("/pve hi")).text == "you said hi"


async def test_a_ticket_opens_one_connection(slack: SimulatedSlack) -> None:
    """The address works once; the hello names the app and counts the connections."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    opened = await client.apps_connections_open(app_token=slack.app_token)

    async with ClientSession() as session:
        async with session.ws_connect(opened["url"]) as socket:
            hello = json.loads((await socket.receive()).data)
        assert hello["type"] == "hello"
        assert hello["connection_info"] == {"app_id": slack.app_id}
        assert hello["num_connections"] == 1
        with pytest.raises(WSServerHandshakeError):
            await session.ws_connect(opened["url"])


async def test_the_eleventh_connection_is_sent_away(slack: SimulatedSlack) -> None:
    """Ten connections at most."""
    async with ClientSession() as session:
        sockets = [await session.ws_connect(slack.sockets.issue()) for _ in range(11)]
        frame = json.loads((await sockets[-1].receive()).data)
        assert frame == {"type": "disconnect", "reason": "too_many_websockets"}
        for socket in sockets:
            await socket.close()


async def test_events_accept_no_payload_in_their_acknowledgement(slack: SimulatedSlack) -> None:
    """A payload on an event's acknowledgement is dropped and counted."""
    async with ClientSession() as session, session.ws_connect(slack.sockets.issue()) as socket:
        await socket.receive()
        sending = asyncio.create_task(slack.send_event({"type": "app_home_opened"}))
        envelope = json.loads((await socket.receive()).data)
        assert envelope["accepts_response_payload"] is False
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "x"}})
        ack = await sending

    assert ack.acknowledged
    assert ack.body is None
    assert slack.sockets.unexpected_payloads == 1


async def test_an_event_not_acknowledged_comes_again(slack: SimulatedSlack) -> None:
    """Three retries, at once, after one minute and after five, each saying which it is."""
    async with ClientSession() as session, session.ws_connect(slack.sockets.issue()) as socket:
        await socket.receive()
        sending = asyncio.create_task(slack.send_event({"type": "app_home_opened"}))
        attempts = []
        for seconds in (3, 60 + 3, 300 + 3, 3):
            envelope = json.loads((await socket.receive()).data)
            attempts.append((envelope["retry_attempt"], envelope["payload"]["event_id"]))
            slack.clock.advance(3)
            await slack.until(lambda: len(slack.deliveries) == len(attempts))
            slack.clock.advance(seconds)
        ack = await sending

    assert not ack.acknowledged
    assert [attempt for attempt, _ in attempts] == [0, 1, 2, 3]
    assert len({event_id for _, event_id in attempts}) == 1
