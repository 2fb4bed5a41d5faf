"""What journeys with a store that went back share: the store's back door, the host's command."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from click.testing import CliRunner
from redis.asyncio import Redis

from bot.cli import main
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.embedded import Home
from bot.simulation.slack.messages import Message
from tests.journey.stage import Stage

RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "everything by one of ops"
approvals = 1
approvers = ["ops"]
"""


@asynccontextmanager
async def behind(stage: Stage) -> AsyncIterator[Redis]:
    """Open a client behind the bot's back."""
    redis = connect(await embedded.ensure(stage.settings.store.folder))
    try:
        yield redis
    finally:
        await redis.aclose()


@asynccontextmanager
async def forgotten(stage: Stage) -> AsyncIterator[None]:
    """Let the store lose at the end what was written meanwhile, as a failover does."""
    redis = Redis.from_url(await embedded.ensure(stage.settings.store.folder))
    before = {key: await redis.dump(key) async for key in redis.scan_iter("*", count=1000)}
    try:
        yield
        async with redis.pipeline(transaction=True) as pipe:
            pipe.flushall()
            for key, value in before.items():
                if value:
                    pipe.restore(key, 0, value)
            await pipe.execute()
    finally:
        await redis.aclose()


def announced(stage: Stage) -> list[Message]:
    """Return the messages that say that the store went back."""
    return [m for m in stage.cards() if "What is under way is finished" in stage.says(m)]


async def closed(stage: Stage) -> bool:
    """Return whether nothing may be claimed."""
    return (await stage.bot.store.gate()).closed


async def released(stage: Stage, *words: str, answer: str = "") -> str:
    """Type `headroom release` on the host; return what it says."""
    environment = {
        "SLACK_BOT_TOKEN": stage.slack.bot_token,
        "SLACK_APP_TOKEN": stage.slack.app_token,
        "PROXMOX_TOKEN_HOME": stage.pve.token,
        "SLACK_API_URL": stage.slack.api_url,
    }
    config = str(stage.settings.store.folder.parent / "headroom.toml")
    typed = ["release", "--config", config, *words]
    said = await asyncio.to_thread(CliRunner().invoke, main, typed, answer, environment)
    return said.output


async def copied(stage: Stage, *, back: bool = False) -> None:
    """Copy the store's data aside, or back, while nothing runs."""
    data = Home.under(stage.settings.store.folder).folder / "appendonlydir"
    aside = stage.settings.store.folder.parent / "backup"
    await stage.stop_bot()
    await embedded.stop(stage.settings.store.folder)
    if back:
        shutil.rmtree(data)
    shutil.copytree(*((aside, data) if back else (data, aside)))
    await stage.start_bot()


async def done(stage: Stage, text: str, result: str) -> None:
    """Ask for something that bob approves, and wait for its result."""
    await stage.new_card("ana", text)
    await stage.press("bob", "Approve")
    await stage.result("ana", result, seconds=40)


def writes(stage: Stage) -> list[str]:
    """Return the changing calls that reached Proxmox."""
    return [f"{c.method} {c.path}" for c in stage.pve.calls if c.method != "GET"]
