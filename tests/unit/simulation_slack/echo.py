"""A small Bolt app that uses every kind of interaction, and ways to connect it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

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
    """Build a card with two buttons."""
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
                },
                {
                    "type": "button",
                    "action_id": "later",
                    "text": {"type": "plain_text", "text": "Later"},
                },
            ],
        },
    ]


def echo_app(slack: SimulatedSlack, gate: asyncio.Event | None = None) -> AsyncApp:
    """Build the app; its command `wait` is acknowledged once the gate is set."""
    app = AsyncApp(
        client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url),
        signing_secret=slack.signing_secret,
        process_before_response=True,
    )
    listen_to_commands(app, gate or asyncio.Event())
    listen_to_buttons(app)
    listen_to_forms(app)
    return app


def listen_to_commands(app: AsyncApp, gate: asyncio.Event) -> None:
    """Answer `/pve` with what was said, a card, a form, or late."""

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
            case "wait":
                await gate.wait()
                await ack()
            case "loud":
                await ack(response_type="in_channel", text="hello <!channel>")
            case text:
                await ack(f"you said {text}")


def listen_to_buttons(app: AsyncApp) -> None:
    """Edit the card whose button was pressed, by method or by response URL."""

    @app.action("later")
    async def later(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="later", replace_original=True)

    @app.action("approve")
    async def approve(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text="approved",
            blocks=card(f"approved by <@{body['user']['id']}>")[:1],
        )

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": card(f"home of <@{event['user']}>")[:1]}
        await client.views_publish(user_id=event["user"], view=view)


def listen_to_forms(app: AsyncApp) -> None:
    """Offer options, refuse or accept the form."""

    @app.options("pick")
    async def options(ack: Any, body: dict[str, Any]) -> None:
        name = body["value"] + "b-01"
        await ack(options=[{"text": {"type": "plain_text", "text": name}, "value": "104"}])

    @app.view_closed("form")
    async def closed(ack: Any) -> None:
        await ack()

    @app.view("form")
    async def submitted(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
        values = view["state"]["values"]
        if values["why"]["text"]["value"] == "no":
            await ack(response_action="errors", errors={"why": "Say more."})
            return
        await ack()
        guest = values["guest"]["pick"]["selected_option"]["value"]
        await client.chat_postMessage(channel="U0ANA", text=f"asked for {guest}")


@asynccontextmanager
async def connected(slack: SimulatedSlack, app: AsyncApp) -> AsyncIterator[None]:
    """Connect an app by Socket Mode."""
    before = len(slack.sockets.connections)
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    await slack.connected(before + 1)
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


@asynccontextmanager
async def listening(slack: SimulatedSlack, app: AsyncApp) -> AsyncIterator[None]:
    """Serve an app over HTTP and tell Slack where."""
    server = web.AppRunner(app.server(port=0).web_app, access_log=None)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    slack.request_url = f"http://127.0.0.1:{server.addresses[0][1]}/slack/events"
    try:
        yield
    finally:
        await server.cleanup()
