"""Delivery over HTTP: signed posts to the app's request URL."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, TCPConnector

from bot.simulation.clock import Clock
from bot.simulation.slack.delivery import ACK_SECONDS, FAILED, TIMED_OUT, Ack, Delivery
from bot.simulation.slack.happenings import Changes
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.signing import headers as signed

FORM = "application/x-www-form-urlencoded"
OK = range(200, 300)
CONNECTIONS = 100  # less than a usual listen backlog of 128, beyond which connecting takes 1 s


class SignedHttp:
    """Posts to the app's request URL, as Slack does with Socket Mode off."""

    def __init__(
        self, *, clock: Clock, changes: Changes, secret: str, request_url: str | None
    ) -> None:
        self._clock = clock
        self._changes = changes
        self._secret = secret
        self._session: ClientSession | None = None
        self._under_way: set[asyncio.Task[Ack]] = set()
        self.request_url = request_url
        self.late = 0

    async def deliver(self, delivery: Delivery) -> Ack:
        """Post a payload; an answer after three seconds is counted as late and not read."""
        body, content_type = body_of(delivery)
        headers = {"Content-Type": content_type}
        if delivery.retry:
            headers |= {
                "X-Slack-Retry-Num": str(delivery.retry),
                "X-Slack-Retry-Reason": delivery.retry_reason,
            }
        return await self.post(body, headers, secret=self._secret)

    async def post(
        self, body: str, headers: dict[str, str], *, secret: str, timestamp: int | None = None
    ) -> Ack:
        """Post a raw body, signed with any secret and at any time (Unix seconds)."""
        signature = signed(
            secret, int(self._clock.wall()) if timestamp is None else timestamp, body
        )
        task = asyncio.create_task(self._send(body, {**headers, **signature}))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        started = self._clock.elapsed()
        if await self._clock.within(ACK_SECONDS, task):
            return task.result()
        task.add_done_callback(self._count_late)
        return Ack(took=self._clock.elapsed() - started, problem=TIMED_OUT)

    async def _send(self, body: str, headers: dict[str, str]) -> Ack:
        if self.request_url is None:
            raise RuntimeError("mode http needs a request_url: where shall payloads go?")
        self._session = self._session or ClientSession(connector=TCPConnector(limit=CONNECTIONS))
        started = self._clock.elapsed()
        try:
            async with self._session.post(
                self.request_url, data=body.encode(), headers=headers
            ) as response:
                answer = await _read(response)
        except (ClientError, OSError):
            return Ack(took=self._clock.elapsed() - started, problem=FAILED)
        return Ack(
            took=self._clock.elapsed() - started,
            body=answer,
            status=response.status,
            problem=None if response.status in OK else FAILED,
            no_retry=response.headers.get("X-Slack-No-Retry") == "1",
        )

    def _count_late(self, task: asyncio.Task[Ack]) -> None:
        if not task.cancelled():
            self.late += 1
            self._changes.notify()

    async def close(self) -> None:
        """Give up what is under way."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def body_of(delivery: Delivery) -> tuple[str, str]:
    """Give the raw body of a delivery and its content type."""
    match delivery.kind:
        case "events_api":
            return json.dumps(delivery.payload), "application/json"
        case "interactive":
            return urlencode({"payload": json.dumps(delivery.payload)}), FORM
        case "slash_commands":
            return urlencode(_form(delivery.payload)), FORM


def _form(payload: Json) -> Json:
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in payload.items()
    }


async def _read(response: ClientResponse) -> Any:
    text = await response.text()
    if response.content_type != "application/json" or not text:
        return text or None
    try:
        return json.loads(text)
    except ValueError:
        return text
