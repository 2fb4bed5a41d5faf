"""Payloads that Slack did not send, or sends again: refused, or without a second effect."""

from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.web import LARGEST_BODY
from tests.journey.stage import Stage, staged

NOT_PARSED = "payload=%7Bnot+json"


async def post(stage: Stage, body: str, **headers: str) -> int:
    """Post a body to the request URL as anybody could; return the status."""
    async with (
        ClientSession() as session,
        session.post(
            str(stage.slack.request_url), data=BytesIO(body.encode()), headers=headers
        ) as answer,
    ):
        assert answer.headers["Server"] == "headroom"
        return answer.status


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_an_old_or_future_signature_is_refused(tmp_path: Path, seconds: int) -> None:
    """Five minutes either way, before the body is parsed."""
    async with staged(tmp_path, mode="http") as stage:
        at = int(stage.slack.clock.wall()) + seconds
        assert (await stage.slack.deliver_raw(NOT_PARSED, timestamp=at)).status == 401


async def test_a_forged_signature_is_refused_before_parsing(tmp_path: Path) -> None:
    """With another secret, without headers, with headers that are no signature: 401, and no fault."""
    async with staged(tmp_path, mode="http") as stage:
        assert (await stage.slack.deliver_raw(NOT_PARSED, secret="another one")).status == 401
        assert await post(stage, NOT_PARSED) == 401
        odd = {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=x"}
        assert await post(stage, NOT_PARSED, **odd) == 401
        assert not stage.cards()


async def test_a_body_over_the_limit_is_refused(tmp_path: Path) -> None:
    """413, whoever sent it."""
    async with staged(tmp_path, mode="http") as stage:
        assert await post(stage, "x" * (LARGEST_BODY + 1)) == 413


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_replayed_command_makes_no_second_request(tmp_path: Path, mode: str) -> None:
    """The same delivery again, also after a restart of the bot: one request, one card."""
    async with staged(tmp_path, mode=mode) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        sent = stage.slack.deliveries[-1].delivery
        await stage.slack.deliver(sent.kind, sent.payload)
        await stage.stop_bot()
        await stage.start_bot()
        await stage.slack.deliver(sent.kind, sent.payload)
        await stage.new_card("ana", "request db-01 memory=+1G")
        assert len(await stage.bot.store.recent_requests(9)) == 2
        assert len(stage.cards()) == 2
