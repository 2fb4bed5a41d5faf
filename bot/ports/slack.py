"""Slack, as the bot sees it: messages outwards, people and groups inwards."""

from collections.abc import Mapping
from typing import Protocol

from bot.model.intake import AnswerTo
from bot.model.notice import Notice
from bot.model.people import Account, Person, Roster


class Messenger(Protocol):
    """Slack, outwards. Methods raise `SlackFault`; they never change a request."""

    async def post(
        self,
        channel: str,
        notice: Notice,
        *,
        request_id: str = "",
        role: str = "",
        thread: str = "",
    ) -> str:
        """Post a message (`request_id` and `role` are its metadata), maybe into a thread; return its ts."""
        ...

    async def find(
        self, channel: str, request_id: str, role: str, since_ms: int, *, thread: str = ""
    ) -> tuple[str, ...]:
        """Return the ts of our messages with that metadata, oldest first."""
        ...

    async def check(self) -> None:
        """Raise a SlackFault unless Slack answers and accepts our token."""
        ...

    async def take_away(self, channel: str, ts: str) -> None:
        """Delete a message of ours; one that is gone already is as good."""
        ...

    async def update(self, channel: str, ts: str, notice: Notice) -> None:
        """Edit a message in place, whole."""
        ...

    async def answer(self, to: AnswerTo, notice: Notice) -> None:
        """Answer a person privately: response URL, else ephemeral, else a direct message."""
        ...

    async def tell(
        self, person: Person, notice: Notice, *, request_id: str = "", role: str = ""
    ) -> tuple[str, str]:
        """Send a direct message; return its channel and ts."""
        ...

    async def upload(self, channel: str, picture: bytes, *, title: str, alt_text: str) -> None:
        """Upload a PNG and share it in a channel; twice is two messages."""
        ...

    async def unfurl(self, channel: str, ts: str, cards: Mapping[str, Notice]) -> None:
        """Show links of somebody's message as cards, by link; a second time shows them anew."""
        ...

    async def direct_channel(self, person: Person) -> str:
        """Return the channel of the direct messages with a person."""
        ...

    async def publish_home(self, person: Person, notice: Notice, shown: str) -> str:
        """Render a notice as a person's App Home, unless it shows just that; return what marks it.

        `shown` is the mark of what it shows now, empty if that is not known.
        """
        ...

    async def show_view(self, view_id: str, notice: Notice) -> bool:
        """Render a form or dialog into an open view; return False if the view is closed."""
        ...


class Directory(Protocol):
    """People and groups, cached for at most 60 s where a decision rests on them.

    `last_known`: while Slack cannot be asked, what it said within the last 24 hours serves.
    """

    async def account(self, person: Person, *, last_known: bool = False) -> Account:
        """Return what Slack says of a person; a SlackFault if that cannot be told."""
        ...

    async def in_channel(self, channel: str) -> frozenset[str] | None:
        """Return the ids of who is in a channel; None where that cannot be told."""
        ...

    async def roster(self, *, last_known: bool = False) -> Roster:
        """Return the members of every configured group; `unknown` those that cannot be told."""
        ...
