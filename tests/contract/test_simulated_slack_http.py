"""Signed HTTP dispatch as the real Bolt app meets it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.simulation.slack import SimulatedSlack
from tests.unit.simulation_slack.echo import echo_app, listening

COMMAND = "command=%2Fpve&text=hi&team_id=T0HEADROOM&user_id=U0ANA&channel_id=C0WEB"


@pytest.fixture
async def slack() -> AsyncIterator[SimulatedSlack]:
    """Serve a simulated Slack over HTTP with the echo app behind it."""
    async with SimulatedSlack("http") as slack, listening(slack, echo_app(slack)):
        yield slack


async def test_a_well_signed_body_is_believed(slack: SimulatedSlack) -> None:
    """The signature of the raw body passes Bolt's check."""
    assert (await slack.deliver_raw(COMMAND)).status == 200


async def test_a_wrong_secret_is_refused(slack: SimulatedSlack) -> None:
    """A body signed with another secret gets 401."""
    assert (await slack.deliver_raw(COMMAND, secret="other")).status == 401


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_an_old_or_future_signature_is_refused(slack: SimulatedSlack, seconds: int) -> None:
    """Five minutes either way."""
    timestamp = int(slack.clock.wall()) + seconds

    assert (await slack.deliver_raw(COMMAND, timestamp=timestamp)).status == 401


async def test_the_request_url_is_verified(slack: SimulatedSlack) -> None:
    """The app echoes the challenge."""
    ack = await slack.verify_url("abc")

    assert ack.body == {"challenge": "abc"}


async def test_the_certificate_check_needs_no_signature(slack: SimulatedSlack) -> None:
    """`ssl_check=1` is answered before the signature is looked at."""
    ack = await slack.deliver_raw("ssl_check=1", secret="other")

    assert (ack.status, ack.body) == (200, None)


async def test_a_forged_team_is_delivered_as_it_is(slack: SimulatedSlack) -> None:
    """Payloads of another team or app reach the app unchanged."""
    await slack.person("ana").command("/pve hi")
    payload = slack.deliveries[-1].delivery.payload | {"team_id": "T0OTHER"}

    await slack.deliver("slash_commands", payload)

    assert slack.deliveries[-1].delivery.payload["team_id"] == "T0OTHER"
    assert slack.deliveries[-1].ack.acknowledged


async def test_an_app_that_is_gone_makes_the_command_fail(slack: SimulatedSlack) -> None:
    """A refused connection shows at once."""
    slack.request_url = "http://127.0.0.1:1/slack/events"

    assert (await slack.person("ana").command("/pve hi")).problem == "dispatch_failed"


async def test_a_refused_event_comes_again_until_told_otherwise() -> None:
    """Retries carry number and reason; `X-Slack-No-Retry` ends them."""
    seen: list[tuple[str | None, str | None, str]] = []

    async def refuse(request: web.Request) -> web.Response:
        body: dict[str, Any] = json.loads(await request.text())
        headers = request.headers
        seen.append(
            (
                headers.get("X-Slack-Retry-Num"),
                headers.get("X-Slack-Retry-Reason"),
                body["event_id"],
            )
        )
        stop = {"X-Slack-No-Retry": "1"} if len(seen) == 2 else {}
        return web.Response(status=500, headers=stop)

    application = web.Application()
    application.router.add_post("/slack/events", refuse)
    server = web.AppRunner(application, access_log=None)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{server.addresses[0][1]}/slack/events"
    async with SimulatedSlack("http", request_url=url) as slack:
        await slack.send_event({"type": "app_home_opened"})
    await server.cleanup()

    assert [attempt[:2] for attempt in seen] == [(None, None), ("1", "http_error")]
    assert seen[0][2] == seen[1][2]
