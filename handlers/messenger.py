"""Slack, outwards: post once, update in place, answer privately."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.model.button import hidden
from bot.model.errors import SlackFault
from bot.model.feature import EVERYTHING, Feature, Features
from bot.model.intake import AnswerTo
from bot.model.notice import Declined, Notice
from bot.model.people import Person
from handlers.blocks import render, render_home, render_view
from handlers.calling import calling, of_slack
from handlers.files import upload

EVENT_TYPE = "headroom_request"
"""The metadata type by which a posted message is found again."""

CHECK_SECONDS = 3
"""How long a look at Slack may take while somebody waits for it (readiness)."""

LOOK_BACK = 100
"""Messages of a channel that are looked through for one of ours."""


class SlackMessenger:
    """Implements `bot.ports.Messenger` over the Web API, without what of `features` is off."""

    def __init__(self, client: AsyncWebClient, features: Features = EVERYTHING) -> None:
        self._client = client
        self._hidden = hidden(features)
        self._looks_back = features.has(Feature.HISTORY)

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
        message = render(notice, self._hidden)
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
        """Return the ts of our messages with that metadata, oldest first; none if we may not look."""
        if not self._looks_back:
            return ()
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
        message = render(notice, self._hidden)
        await calling(
            f"editing a message in {channel}",
            lambda: self._client.chat_update(
                channel=channel, ts=ts, text=message.text, blocks=message.blocks
            ),
        )

    async def answer(self, to: AnswerTo, notice: Notice) -> None:
        """Answer by Slack's response URL, else directly; privately, unless the asker wanted it public.

        A refusal stays private.
        """
        message = render(notice, self._hidden)
        public = to.public and not isinstance(notice, Declined)
        if of_slack(to.response_url, self._client.base_url):
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

    async def upload(self, channel: str, picture: bytes, *, title: str, alt_text: str) -> None:
        """Upload a PNG and share it in a channel; twice is two messages."""
        await upload(
            self._client,
            channel,
            picture,
            filename="graph.png",
            title=title,
            alt_text=alt_text,
        )

    async def unfurl(self, channel: str, ts: str, cards: Mapping[str, Notice]) -> None:
        """Show links of somebody's message as cards, by link; a second time shows them anew."""
        shown = {url: {"blocks": render(c, self._hidden).blocks} for url, c in cards.items()}
        await calling(
            f"showing links in {channel} as cards",
            lambda: self._client.chat_unfurl(channel=channel, ts=ts, unfurls=shown),
        )

    async def direct_channel(self, person: Person) -> str:
        """Return the channel of the direct messages with a person."""
        opened = await calling(
            f"opening a direct message to {person.user_id}",
            lambda: self._client.conversations_open(users=[person.user_id]),
        )
        return str(opened["channel"]["id"])

    async def publish_home(self, person: Person, notice: Notice, shown: str) -> str:
        """Render a notice as a person's App Home, unless it shows just that; return what marks it."""
        view = render_home(notice, self._hidden)
        mark = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        if mark != shown:
            await calling(
                f"publishing the App Home of {person.user_id}",
                lambda: self._client.views_publish(user_id=person.user_id, view=view),
            )
        return mark

    async def show_view(self, view_id: str, notice: Notice) -> bool:
        """Render a notice into an open view; return False if the view is closed."""
        try:
            await calling(
                "filling a view",
                lambda: self._client.views_update(
                    view_id=view_id, view=render_view(notice, self._hidden)
                ),
            )
        except SlackFault as fault:
            if fault.code != "not_found":
                raise
            return False
        return True
