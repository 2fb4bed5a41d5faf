"""The least that Bolt can do: one command, acknowledged; served as ours is."""

import asyncio
import os
import sys

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers import http_handler
from handlers.reception import Ack


async def serve() -> None:
    """Serve until terminated."""
    token, base = os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"]
    secret = os.environ["SLACK_SIGNING_SECRET"]
    app = AsyncApp(
        client=AsyncWebClient(token=token, base_url=base),
        signing_secret=secret,
        process_before_response=True,
    )

    @app.command("/pve")
    async def nothing(ack: Ack) -> None:
        await ack()

    application = web.Application()
    application.router.add_post("/slack/events", http_handler(app, secret))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stderr.write(f"no-op on port {runner.addresses[0][1]}\n")
    sys.stderr.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
