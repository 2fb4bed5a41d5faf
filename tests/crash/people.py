"""What people do in a run: whatever the messages before them ask for; again if it got lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.messages import Message
from tests.crash.stories import Story

Act = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class People:
    """Ana asks, Bob decides; each does a thing once for each life of the bot."""

    slack: SimulatedSlack
    story: Story
    done: set[str] = field(default_factory=set)

    def next(self, *, asked: bool) -> Act | None:
        """Return what somebody would do now; `asked`: the ask is kept, or a request was made of it."""
        for name, act in self._wishes(asked=asked):
            if name not in self.done:
                self.done.add(name)
                return act
        return None

    def _wishes(self, *, asked: bool) -> list[tuple[str, Act]]:
        ana, bob = self.slack.person("ana"), self.slack.person("bob")
        wishes: list[tuple[str, Act]] = []
        if not asked:
            wishes.append(("ask", lambda: ana.command(f"/pve {self.story.text}", channel="#web")))
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

    async def _offer(self, card: Message) -> None:
        """Let Bob fill in the form, after closing what is still open before him."""
        bob = self.slack.person("bob")
        while view := self.slack.open_view("bob"):
            await bob.close(view)
        await bob.press(card, "Offer less")
        await self.slack.until(lambda: self.slack.open_view("bob"))
        if view := self.slack.open_view("bob"):
            await bob.submit(view, {"memory": self.story.offers})


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
