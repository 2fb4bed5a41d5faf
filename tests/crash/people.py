"""What people do in a run: whatever the messages before them ask for; again if it got lost."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from functools import partial

from bot.clock import SystemClock
from bot.ports import Clock
from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.accounts import Channel
from bot.simulation.slack.messages import Message
from tests.crash.stories import Story
from tests.journey.stage import soon

NOTED = "failover by hand"
REFUSED = "Not recorded"
PATIENCE = 1_000
"""How long (ms) somebody waits who was told that nothing was recorded, before it is tried again."""

Act = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class People:
    """Ana asks, Bob decides; each does a thing once for each life of the bot, and again if refused.

    Both are told which asks were kept, by their verbs: what was lost with the bot is typed again.
    """

    slack: SimulatedSlack
    story: Story
    clock: Clock = field(default_factory=SystemClock)
    done: set[str] = field(default_factory=set)
    refused: int = 0
    acted_at: int = 0

    def next(self, asked: Collection[str]) -> Act | None:
        """Return what somebody would do now; `asked` are the verbs of the asks that are kept."""
        if self._refused_anew():
            self.done.clear()
        wishes = self._of_incident(asked) if self.story.incident else self._wishes(asked)
        for name, act in wishes:
            if name not in self.done:
                self.done.add(name)
                self.acted_at = self.clock.now()
                return act
        return None

    def _refused_anew(self) -> bool:
        """Return whether somebody was told since then that nothing was recorded, and was patient."""
        told = [m for who in ("ana", "bob") for m in self.slack.ephemerals_for(who)]
        refused = sum(m.text.startswith(REFUSED) for m in told)
        if refused == self.refused or self.clock.now() < self.acted_at + PATIENCE:
            return False
        self.refused = refused
        return True

    def _of_incident(self, asked: Collection[str]) -> list[tuple[str, Act]]:
        """Open it; once all is there put a note on it; once that is shown close it."""
        ana = self.slack.person("ana")
        if "incident open" not in asked:
            return [("open", lambda: ana.command(f"/pve {self.story.text}", channel="#web"))]
        channel = channel_of(self.slack)
        if channel is None or not channel.pins:
            return []
        if "incident note" not in asked:
            return [
                ("note", lambda: ana.command(f"/pve incident note {NOTED}", channel=channel.id))
            ]
        card = self.slack.shown(self.slack.messages(channel.id)[0])
        if NOTED in card and "incident close" not in asked:
            return [("close", lambda: ana.command("/pve incident close done", channel=channel.id))]
        return []

    def _wishes(self, asked: Collection[str]) -> list[tuple[str, Act]]:
        ana, bob = self.slack.person("ana"), self.slack.person("bob")
        wishes: list[tuple[str, Act]] = []
        if not asked:
            wishes.append(("ask", self._ask))
        cards, told = self.slack.messages("#approvals"), self.slack.direct_messages("ana")
        if self.story.takes_back and (waits := with_button("Take back", told)):
            wishes.append(("take back", partial(ana.press, waits, "Take back")))
        if offered := with_button("Accept the offer", cards):
            wishes.append(("accept", partial(ana.press, offered, "Accept the offer")))
        elif self.story.offers and (card := with_button("Offer less", cards)):
            wishes.append(("offer", partial(self._offer, card)))
        elif not self.story.offers and (card := with_button("Approve", cards)):
            wishes.append(("approve", partial(bob.press, card, "Approve")))
        return wishes

    async def _ask(self) -> None:
        """Let Ana type the story's ask; a time in it is one that is near now."""
        at = f" at {soon(self.story.lead)}" if self.story.lead else ""
        await self.slack.person("ana").command(f"/pve {self.story.text}{at}", channel="#web")

    async def _offer(self, card: Message) -> None:
        """Let Bob fill in the form, after closing what is still open before him."""
        bob = self.slack.person("bob")
        while view := self.slack.open_view("bob"):
            await bob.close(view)
        await bob.press(card, "Offer less")
        await self.slack.until(lambda: self.slack.open_view("bob"))
        if view := self.slack.open_view("bob"):
            await bob.submit(view, {"memory": self.story.offers})


def channel_of(slack: SimulatedSlack) -> Channel | None:
    """Return the incident's channel, once there is one."""
    every = slack.directory.channels.values()
    return next((channel for channel in every if channel.name.startswith("inc-")), None)


def with_button(button: str, messages: list[Message]) -> Message | None:
    """Return the newest of these messages with a button of that face."""
    return next((m for m in reversed(messages) if has(m, button)), None)


def has(message: Message, button: str) -> bool:
    """Return whether a message has a button with that face."""
    elements = [e for block in message.blocks for e in block.get("elements", [])]
    return any(
        e.get("text", {}).get("text") == button
        for e in elements
        if isinstance(e, dict) and isinstance(e.get("text"), dict)
    )
