"""Channels of Slack that the bot makes and keeps, for incidents."""

from collections.abc import Sequence
from typing import Protocol

from bot.model.incident import Said, Uninvited
from bot.model.incident_view import IncidentExport


class Channels(Protocol):
    """Slack's channels. Methods raise `SlackFault`s with Slack's own word for what is wrong.

    `own_id` is our own user id, which is among a channel's people.
    """

    own_id: str

    async def create(self, name: str) -> str:
        """Make a public channel and return its id; its `name_taken` also means archived ones."""
        ...

    async def made_before(self, name: str) -> str:
        """Return the id of an own channel of that name that is not archived; empty if there is none."""
        ...

    async def set_topic(self, channel: str, topic: str) -> None:
        """Set what stands above the channel; again is as good."""
        ...

    async def pin(self, channel: str, ts: str) -> None:
        """Pin a message; one that is pinned already is as good."""
        ...

    async def bookmark(self, channel: str, links: Sequence[tuple[str, str]]) -> None:
        """Put (title, link) pairs over the channel, those that are not there yet."""
        ...

    async def invite(self, channel: str, people: Sequence[str]) -> tuple[Uninvited, ...]:
        """Invite people (ids); return who could not be, and why. Who is there already is as good."""
        ...

    async def said(self, channel: str, ts: str) -> Said | None:
        """Return a message, without secrets; None if it is gone."""
        ...

    async def share(self, channel: str, export: IncidentExport) -> None:
        """Share an incident's timeline as files in a channel, unless they are there already."""
        ...
