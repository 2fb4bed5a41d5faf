"""Slack, outwards: post once, update in place, answer privately."""

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.model.errors import SlackFault
from bot.model.intake import AnswerTo
from bot.model.notice import Declined, Notice
from bot.model.people import Person
from handlers.blocks import render, render_view
from handlers.calling import calling

EVENT_TYPE = "headroom_request"
"""The metadata type by which a posted message is found again."""

CHECK_SECONDS = 3
"""How long a look at Slack may take while somebody waits for it (readiness)."""

LOOK_BACK = 100
"""Messages of a channel that are looked through for one of ours."""


class SlackMessenger:
    """Implements `bot.ports.Messenger` over the Web API."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def post(
        self,
        channel: str,
        notice: Notice,
        *,
        request_id: str = "",
        role: str = "",
        thread: str = "",
    ) -> str:
        """Post a message with metadata by which it is found again; return its ts."""
        arguments: dict[str, Any] = {"thread_ts": thread} if thread else {}
        if request_id:
            payload = {"request": request_id, "role": role}
            arguments["metadata"] = {"event_type": EVENT_TYPE, "event_payload": payload}
        message = render(notice)
        posted = await calling(
            f"posting to {channel}",
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                unfurl_links=False,
                unfurl_media=False,
                **arguments,
            ),
        )
        return str(posted["ts"])

    async def find(
        self, channel: str, request_id: str, role: str, since_ms: int, *, thread: str = ""
    ) -> tuple[str, ...]:
        """Return the ts of our messages with that metadata, oldest first."""
        arguments: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since_ms / 1000 - 60:.6f}",
            "limit": LOOK_BACK,
            "include_all_metadata": True,
        }
        if thread:
            read = lambda: self._client.conversations_replies(ts=thread, **arguments)  # noqa: E731 - one of two calls
        else:
            read = lambda: self._client.conversations_history(**arguments)  # noqa: E731 - the other
        answer = await calling(f"looking for a message in {channel}", read)
        wanted = {"request": request_id, "role": role}
        found = [
            str(m["ts"])
            for m in answer.get("messages") or []
            if (m.get("metadata") or {}).get("event_payload") == wanted
        ]
        return tuple(sorted(found))

    async def check(self) -> None:
        """Raise a SlackFault unless Slack answers and accepts our token."""
        await calling(
            "asking Slack whether it accepts my token",
            lambda: asyncio.wait_for(self._client.auth_test(), CHECK_SECONDS),
        )

    async def take_away(self, channel: str, ts: str) -> None:
        """Delete a message of ours; one that is gone already is as good."""
        try:
            await calling(
                f"deleting a twin in {channel}",
                lambda: self._client.chat_delete(channel=channel, ts=ts),
            )
        except SlackFault as fault:
            if fault.code != "message_not_found":
                raise

    async def update(self, channel: str, ts: str, notice: Notice) -> None:
        """Edit a message in place, whole."""
        message = render(notice)
        await calling(
            f"editing a message in {channel}",
            lambda: self._client.chat_update(
                channel=channel, ts=ts, text=message.text, blocks=message.blocks
            ),
        )

    async def answer(self, to: AnswerTo, notice: Notice) -> None:
        """Answer by the response URL, else directly; privately, unless the asker wanted it public.

        A refusal stays private.
        """
        message = render(notice)
        public = to.public and not isinstance(notice, Declined)
        if to.response_url:
            sent = await calling(
                "answering by response URL",
                lambda: AsyncWebhookClient(to.response_url).send(
                    text=message.text,
                    blocks=message.blocks,
                    response_type="in_channel" if public else "ephemeral",
                    replace_original=False,
                ),
            )
            if sent.status_code == 200:  # noqa: PLR2004 - HTTP's own number
                return
        await self.tell(to.person, notice)

    async def tell(
        self, person: Person, notice: Notice, *, request_id: str = "", role: str = ""
    ) -> tuple[str, str]:
        """Send a direct message; return its channel and ts."""
        channel = await self.direct_channel(person)
        return channel, await self.post(channel, notice, request_id=request_id, role=role)

    async def direct_channel(self, person: Person) -> str:
        """Return the channel of the direct messages with a person."""
        opened = await calling(
            f"opening a direct message to {person.user_id}",
            lambda: self._client.conversations_open(users=[person.user_id]),
        )
        return str(opened["channel"]["id"])

    async def show_view(self, view_id: str, notice: Notice) -> bool:
        """Render a notice into an open view; return False if the view is closed."""
        try:
            await calling(
                "filling a view",
                lambda: self._client.views_update(view_id=view_id, view=render_view(notice)),
            )
        except SlackFault as fault:
            if fault.code != "not_found":
                raise
            return False
        return True
