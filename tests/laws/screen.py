"""What people see, in memory: every notice is rendered as Slack gets it; it can fall silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.errors import SlackFault
from bot.model.intake import AnswerTo
from bot.model.notice import CardNotice, Notice
from bot.model.people import Account, Person, Roster
from handlers.blocks import render

OPS = ("UBOB", "UCYR", "UDAN")
"""Who may approve; Ana and Eve may not."""

NIGHT = ("UANA", "UDAN")
"""Who may break the glass, also for what they asked for."""


@dataclass
class Posted:
    """A message that stands."""

    request_id: str
    role: str
    notice: Notice


@dataclass
class Screen:
    """Implements `bot.ports.Messenger`; `silent` it takes nothing, `mute` it takes and says nothing."""

    silent: bool = False
    mute: bool = False
    messages: dict[tuple[str, str], Posted] = field(default_factory=dict)
    answers: list[tuple[Person, Notice]] = field(default_factory=list)
    posted: int = 0

    def _heard(self, doing: str) -> None:
        if self.silent:
            raise SlackFault(doing)

    def _said(self, doing: str) -> None:
        if self.mute:
            raise SlackFault(doing)

    async def post(
        self,
        channel: str,
        notice: Notice,
        *,
        request_id: str = "",
        role: str = "",
        thread: str = "",
    ) -> str:
        """Keep a message; return its ts."""
        del thread
        self._heard("posting")
        render(notice)
        self.posted += 1
        ts = f"{self.posted:06}"
        self.messages[channel, ts] = Posted(request_id, role, notice)
        self._said("posting")
        return ts

    async def find(
        self, channel: str, request_id: str, role: str, since_ms: int, *, thread: str = ""
    ) -> tuple[str, ...]:
        """Return the ts of the messages with that metadata."""
        del since_ms, thread
        self._heard("looking")
        return tuple(
            ts
            for (where, ts), m in sorted(self.messages.items())
            if (where, m.request_id, m.role) == (channel, request_id, role)
        )

    async def check(self) -> None:
        """Answer, unless silent."""
        self._heard("checking")

    async def take_away(self, channel: str, ts: str) -> None:
        """Delete a message."""
        self._heard("deleting")
        self.messages.pop((channel, ts), None)

    async def update(self, channel: str, ts: str, notice: Notice) -> None:
        """Edit a message."""
        self._heard("editing")
        render(notice)
        self.messages[channel, ts].notice = notice
        self._said("editing")

    async def answer(self, to: AnswerTo, notice: Notice) -> None:
        """Tell a person."""
        self._heard("answering")
        render(notice)
        self.answers.append((to.person, notice))

    async def tell(
        self, person: Person, notice: Notice, *, request_id: str = "", role: str = ""
    ) -> tuple[str, str]:
        """Send a direct message."""
        channel = await self.direct_channel(person)
        return channel, await self.post(channel, notice, request_id=request_id, role=role)

    async def upload(self, channel: str, picture: bytes, *, title: str, alt_text: str) -> None:
        """Take a picture."""
        del channel, picture, title, alt_text

    async def unfurl(self, channel: str, ts: str, cards: Mapping[str, Notice]) -> None:
        """Show no links."""
        del channel, ts, cards

    async def direct_channel(self, person: Person) -> str:
        """Return the person's channel."""
        self._heard("opening")
        return f"D{person.user_id}"

    async def publish_home(self, person: Person, notice: Notice, shown: str) -> str:
        """Publish nothing."""
        del person, notice
        return shown

    async def show_view(self, view_id: str, notice: Notice) -> bool:
        """Show no forms."""
        del view_id, notice
        return False

    def cards(self, request_id: str) -> list[CardNotice]:
        """Return the shared cards of a request."""
        mine = [m for m in self.messages.values() if m.request_id == request_id]
        return [m.notice for m in mine if isinstance(m.notice, CardNotice)]

    def reminders(self, request_id: str) -> list[str]:
        """Return the roles of a request's reminders, with each as often as it was posted."""
        mine = (m.role for m in self.messages.values() if m.request_id == request_id)
        return [role for role in mine if role.startswith("remind-")]

    def count(self, request_id: str, role: str) -> int:
        """Return how many messages of that role a request has."""
        return sum((m.request_id, m.role) == (request_id, role) for m in self.messages.values())


@dataclass
class People:
    """Implements `bot.ports.Directory`; people leave a group or close their account, and come back."""

    out: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    moves: list[tuple[int, frozenset[str]]] = field(default_factory=list)

    def move(self, at: int, out: frozenset[str], closed: frozenset[str]) -> None:
        """Let these be out of the group, and these have no account, from now (ms) on."""
        self.out, self.closed = out, closed
        self.moves.append((at, frozenset(OPS) - out - closed))

    def could_approve(self, user_id: str, since: int) -> bool:
        """Return whether somebody might approve at that moment (ms), or at any later one."""
        before = [may for at, may in self.moves if at <= since][-1:] or [frozenset(OPS)]
        later = [may for at, may in self.moves if at > since]
        return any(user_id in may for may in (*before, *later))

    async def account(self, person: Person, *, last_known: bool = False) -> Account:
        """Return the account."""
        del last_known
        why = "a closed account" if person.user_id in self.closed else ""
        return Account(person=person, name="A", timezone="UTC", refused_because=why, read_at=0)

    async def in_channel(self, channel: str) -> frozenset[str] | None:
        """Tell that everybody of ops is."""
        del channel
        return frozenset(OPS)

    async def roster(self, *, last_known: bool = False) -> Roster:
        """Return the groups."""
        del last_known
        ops = frozenset(OPS) - self.out
        return Roster(groups={"ops": ops, "night": frozenset(NIGHT)}, as_of=0)
