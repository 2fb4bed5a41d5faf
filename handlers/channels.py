"""Channels that the bot makes and keeps, over Slack's Web API."""

from collections.abc import Awaitable, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.model.errors import SlackFault
from bot.model.incident import Said, Uninvited
from bot.model.incident_view import IncidentExport
from bot.model.people import Person
from bot.model.redaction import Redaction
from handlers.blocks import exported
from handlers.calling import PAGE, calling, listed
from handlers.files import upload
from handlers.grammar.text import readable
from handlers.identity import Installation
from handlers.manifest import PIN

MOST_INVITED = 100
"""People that one call invites (FACTS §9)."""

THERE = frozenset({"already_in_channel", "cant_invite_self"})
"""Slack's words for an invitation that is not needed."""

Json = dict[str, Any]


class SlackChannels:
    """Implements `bot.ports.Channels`. What people wrote goes through `redaction`."""

    def __init__(self, client: AsyncWebClient, ours: Installation, redaction: Redaction) -> None:
        self._client = client
        self._team_id = ours.team_id
        self._redaction = redaction
        self.own_id = ours.user_id

    async def create(self, name: str) -> str:
        """Make a public channel and return its id."""
        made = await calling(
            f"creating the channel #{name}",
            lambda: self._client.conversations_create(name=name, team_id=self._team_id),
        )
        return str(made["channel"]["id"])

    async def made_before(self, name: str) -> str:
        """Return the id of an own channel of that name that is not archived; empty if there is none.

        Whoever makes a channel is a member of it, so only those are looked through.
        """

        def page(cursor: str) -> Awaitable[AsyncSlackResponse]:
            return self._client.users_conversations(
                types="public_channel", exclude_archived=True, limit=PAGE, cursor=cursor
            )

        for channel in await listed(f"looking for #{name}", page, "channels"):
            if channel.get("name") == name and channel.get("creator") == self.own_id:
                return str(channel["id"])
        return ""

    async def set_topic(self, channel: str, topic: str) -> None:
        """Set what stands above the channel."""
        await calling(
            f"setting the topic of {channel}",
            lambda: self._client.conversations_setTopic(channel=channel, topic=topic),
        )

    async def pin(self, channel: str, ts: str) -> None:
        """Pin a message, unless it is."""
        try:
            await calling(
                f"pinning a message in {channel}",
                lambda: self._client.pins_add(channel=channel, timestamp=ts),
            )
        except SlackFault as fault:
            if fault.code != "already_pinned":
                raise

    async def bookmark(self, channel: str, links: Sequence[tuple[str, str]]) -> None:
        """Put links over the channel, those that are not there yet."""
        doing = f"adding bookmarks to {channel}"
        there = await calling(doing, lambda: self._client.bookmarks_list(channel_id=channel))
        known = {str(mark.get("link")) for mark in there.get("bookmarks") or []}
        for title, link in links:
            if link not in known:
                await self._bookmark(doing, channel, title, link)

    async def _bookmark(self, doing: str, channel: str, title: str, link: str) -> None:
        await calling(
            doing,
            lambda: self._client.bookmarks_add(
                channel_id=channel, title=title, type="link", link=link
            ),
        )

    async def invite(self, channel: str, people: Sequence[str]) -> tuple[Uninvited, ...]:
        """Invite people; return who could not be, and Slack's word for why."""
        left: list[Uninvited] = []
        for start in range(0, len(people), MOST_INVITED):
            left += await self._invite(channel, people[start : start + MOST_INVITED])
        return tuple(left)

    async def _invite(self, channel: str, people: Sequence[str]) -> list[Uninvited]:
        async def call() -> Json:
            try:
                answer = await self._client.conversations_invite(
                    channel=channel, users=list(people), force=True
                )
            except SlackApiError as error:
                told = error.response.data
                if isinstance(told, dict) and told.get("errors"):
                    return told
                if isinstance(told, dict) and told.get("error") in THERE:
                    return {}
                raise
            return dict(answer.data) if isinstance(answer.data, dict) else {}

        told = await calling(f"inviting people to {channel}", call)
        wrong = [(str(e.get("user")), str(e.get("error"))) for e in told.get("errors") or []]
        return [Uninvited(user_id=user, why=why) for user, why in wrong if why not in THERE]

    async def said(self, channel: str, ts: str) -> Said | None:
        """Return a message, without secrets; None if it is gone."""
        message = await self._message(channel, ts)
        if not message:
            return None
        marks = [m for m in message.get("reactions") or [] if m.get("name") == PIN]
        return Said(
            by=self._person(message.get("user") or message.get("bot_id")),
            text=self._redaction.text(readable(str(message.get("text") or ""))),
            pinned_by=tuple(self._person(u) for mark in marks for u in mark.get("users") or []),
        )

    def _person(self, user: object) -> Person:
        return Person(team_id=self._team_id, user_id=str(user or ""))

    async def _message(self, channel: str, ts: str) -> Json:
        """Return one message, whether it stands in the channel or in a thread; empty if it is gone."""
        try:
            told = await calling(
                f"reading a message in {channel}",
                lambda: self._client.conversations_replies(
                    channel=channel, ts=ts, latest=ts, inclusive=True, limit=1
                ),
            )
        except SlackFault as fault:
            if fault.code not in {"thread_not_found", "message_not_found"}:
                raise
            return {}
        found: list[Json] = told.get("messages") or []
        return next((message for message in found if message.get("ts") == ts), {})

    async def share(self, channel: str, export: IncidentExport) -> None:
        """Share an incident's timeline as files in a channel, unless they are there already."""
        told = await calling(
            f"looking for files in {channel}",
            lambda: self._client.conversations_history(channel=channel, limit=PAGE),
        )
        files = [file for m in told.get("messages") or [] for file in m.get("files") or []]
        there = {file.get("name") for file in files}
        for name, content in exported(export).items():
            if name not in there:
                title = f"Timeline of {export.incident.handle}"
                await upload(self._client, channel, content, filename=name, title=title)
