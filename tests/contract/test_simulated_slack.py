"""The simulated Slack serves the real Bolt app in both modes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulation.slack import SimulatedSlack

FORM = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Request"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "guest",
            "label": {"type": "plain_text", "text": "Guest"},
            "element": {
                "type": "external_select",
                "action_id": "pick",
                "min_query_length": 0,
            },
        },
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
    ],
}


def card(text: str) -> list[dict[str, Any]]:
    """Build a card with one button."""
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {
            "type": "actions",
            "block_id": "buttons",
            "elements": [
                {
                    "type": "button",
                    "action_id": "approve",
                    "value": "R-1",
                    "text": {"type": "plain_text", "text": "Approve"},
                }
            ],
        },
    ]


def echo_app(slack: SimulatedSlack) -> AsyncApp:  # long: one listener per kind of interaction
    """Build a small app that uses every kind of interaction."""
    app = AsyncApp(
        client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url),
        signing_secret=slack.signing_secret,
        process_before_response=True,
    )

    @app.command("/pve")
    async def command(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
        match command["text"]:
            case "card":
                await client.chat_postMessage(
                    channel="C0APPROVALS", text="open", blocks=card("open")
                )
                await ack()
            case "form":
                await client.views_open(trigger_id=command["trigger_id"], view=FORM)
                await ack()
            case text:
                await ack(f"you said {text}")

    @app.action("approve")
    async def approve(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text="approved",
            blocks=card(f"approved by <@{body['user']['id']}>")[:1],
        )

    @app.options("pick")
    async def options(ack: Any, body: dict[str, Any]) -> None:
        name = body["value"] + "b-01"
        await ack(options=[{"text": {"type": "plain_text", "text": name}, "value": "104"}])

    @app.view("form")
    async def submitted(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
        values = view["state"]["values"]
        if values["why"]["text"]["value"] == "no":
            await ack(response_action="errors", errors={"why": "Say more."})
            return
        await ack()
        guest = values["guest"]["pick"]["selected_option"]["value"]
        await client.chat_postMessage(channel="U0ANA", text=f"asked for {guest}")

    return app


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[SimulatedSlack]:
    """Serve a simulated Slack with the echo app connected to it."""
    async with SimulatedSlack(request.param) as slack:
        app = echo_app(slack)
        if slack.mode == "socket":
            handler = AsyncSocketModeHandler(app, slack.app_token)
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
            await slack.connected()
            yield slack
            await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        else:
            server = web.AppRunner(app.server(port=0).web_app, access_log=None)
            await server.setup()
            await web.TCPSite(server, "127.0.0.1", 0).start()
            slack.request_url = f"http://127.0.0.1:{server.addresses[0][1]}/slack/events"
            yield slack
            await server.cleanup()


async def test_a_command_is_answered_privately_in_its_acknowledgement(
    slack: SimulatedSlack,
) -> None:
    """What a command's acknowledgement says is shown to the person alone."""
    reply = await slack.person("ana").command("/pve hello @bob", channel="#web")

    assert reply.acknowledged
    assert reply.text == "you said hello <@U0BOB|bob>"
    assert [reply.message] == slack.ephemerals_for("ana")
    assert slack.messages("#web") == []


async def test_a_button_updates_its_card(slack: SimulatedSlack) -> None:
    """A pressed button reaches the app, which edits the message in place."""
    await slack.person("ana").command("/pve card")
    [message] = slack.messages("#approvals")

    await slack.person("bob").press(message, "Approve")
    await slack.until(lambda: slack.messages("#approvals")[0].text == "approved")

    [edited] = slack.messages("#approvals")
    assert edited.ts == message.ts
    assert edited.blocks[0]["text"]["text"] == "approved by <@U0BOB>"


async def test_a_form_is_filled_in_refused_corrected_and_sent(slack: SimulatedSlack) -> None:
    """A modal opens by its trigger, offers options, shows errors, and closes when accepted."""
    ana = slack.person("ana")
    await ana.command("/pve form")
    form = slack.open_view("ana")
    assert form is not None

    [option] = await ana.suggest(form, "guest", "we")
    assert option["text"]["text"] == "web-01"
    refused = await ana.submit(form, {"guest": "104", "why": "no"})
    assert refused.errors == {"why": "Say more."}
    assert refused.view is not None

    accepted = await ana.submit(form, {"why": "because"})
    assert accepted.acknowledged
    assert slack.open_view("ana") is None
    await slack.until(lambda: slack.direct_messages("ana"))
    assert slack.direct_messages("ana")[0].text == "asked for 104"
