"""What has to hold once a story is over, and what has to be as in the run without a crash."""

import re
from collections import Counter
from dataclasses import dataclass, field

from bot.model.request import State
from bot.redis_store.folding import folded
from bot.redis_store.store import RedisStore
from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.accounts import Channel
from tests.crash.gate import Gate, Point
from tests.crash.people import channel_of, has
from tests.crash.stories import Story

UNBROKEN = 10_000
CHANNELS = ("#approvals", "#web", "#general")
PASSING = (
    (re.compile(r"\b([RI])-[0-9A-Z]{4,}(-\d{10}\b)?"), r"\1-…"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:…"),
    (re.compile(r"\b([A-Z][a-z]{2} \d+, \d{4} )?\d+:\d\d(:\d\d)?"), "…:…"),
    (re.compile(r"\binc-\d{4}-"), "inc-…-"),
    (re.compile(r"_ms\": \d+"), "_ms…"),
    (re.compile(r"\bC[0-9A-Z]{10}\b"), "C…"),
    (re.compile(r"\b\d+(\.\d+)? ?(s|ms|min|seconds?|minutes?)\b"), "… s"),
    (re.compile(r"UPID:\S+"), "UPID…"),
)
"""What differs from run to run in what people see: handles, times, tasks."""

MOMENTS = re.compile(r"(snaptime|ctime=)(: )?\d+|vmgenid: \S+")
"""What differs from run to run in a guest's configuration."""


@dataclass(slots=True)
class Ended:
    """What came of a run: its effects on Proxmox, how guest or channel stand, what people see."""

    point: Point | None
    killed: bool = False
    uncertain: bool = False
    seconds: float = 0.0
    effects: list[str] = field(default_factory=list)
    stands: str = ""
    shown: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    passed: int = 0

    def compare(self, calm: "Ended") -> None:
        """Note everything that is not as in the calm run."""
        if self.effects != calm.effects:
            self.wrong.append(f"effects {self.effects}, not {calm.effects}")
        if self.stands != calm.stands:
            self.wrong.append(f"it ends as {self.stands!r}, not {calm.stands!r}")
        for place in calm.shown:
            more, less = (
                self.shown.get(place, Counter()) - calm.shown[place],
                calm.shown[place] - self.shown.get(place, Counter()),
            )
            self.wrong += [f"too much in {place}: {text!r}" for text in more.elements()]
            self.wrong += [f"missing in {place}: {text!r}" for text in less.elements()]


def guest_of(story: Story, pve: SimulatedProxmox) -> str:
    """Return how the guest stands: whether it runs, and its configuration without moments."""
    guest = pve.world.named(story.guest)
    return f"{'running' if guest.running else 'stopped'} {MOMENTS.sub('', guest.text)}"


def channels_of(slack: SimulatedSlack) -> str:
    """Return how the channels of incidents stand: name, topic, people, bookmarks, what is pinned."""
    every = [c for c in slack.directory.channels.values() if c.name.startswith("inc-")]
    said = [
        f"{c.name} {c.topic} {sorted(c.members)} {c.bookmarks} pins "
        f"{[_lasting(slack.shown(m)) for m in slack.messages(c.id) if m.ts in c.pins]}"
        for c in every
    ]
    return _lasting("; ".join(said))


def records_in(slack: SimulatedSlack, channel: Channel) -> list[str]:
    """Return the files shared in a channel, with their content."""
    shared = [file for m in slack.messages(channel.id) for file in m.files]
    kept = [(file["name"], slack.workspace.files.get(file["id"])) for file in shared]
    return [f"{name}: {(file.data or b'').decode()}" for name, file in kept if file]


def shown_in(slack: SimulatedSlack) -> dict[str, Counter[str]]:
    """Return what stands in every channel and in the requester's messages, without moments."""
    places = {name: slack.messages(name) for name in CHANNELS}
    places["what @Ana is told"] = slack.direct_messages("ana")
    own = channel_of(slack)
    if own is not None:
        places[own.name] = slack.messages(own.id)
    shown = {
        name: Counter(_lasting(slack.shown(m, width=UNBROKEN)) for m in messages)
        for name, messages in places.items()
    }
    if own is not None:
        shown["the record"] = Counter(map(_lasting, records_in(slack, own)))
    return shown


def _lasting(text: str) -> str:
    for passing, word in PASSING:
        text = passing.sub(word, text)
    return text


async def ended(
    story: Story, gate: Gate, store: RedisStore, slack: SimulatedSlack, pve: SimulatedProxmox
) -> Ended:
    """Look at everything that has to hold at the end."""
    stands = channels_of(slack) if story.incident else guest_of(story, pve)
    found = Ended(gate.point, gate.killed, stands=stands, shown=shown_in(slack))
    found.points = gate.points()
    found.passed = gate.counts[gate.point.what] if gate.point else 0
    requests = await store.recent_requests(9)
    if len(requests) != story.requests:
        found.wrong.append(f"{len(requests)} requests, not {story.requests}")
    for request in requests:
        entries = [k.entry for k in await store.audit_of(request.id)]
        found.uncertain |= any(e.state_after == State.UNCERTAIN for e in entries)
        if folded(entries) != request:
            found.wrong.append("the audit does not fold to the record")
        if request.state is not State.SUCCEEDED:
            found.wrong.append(f"ended {request.state}")
        for card in await store.cards(request.id):
            if card.role == "card" and card.version < request.version:
                found.wrong.append(f"a card shows {card.version} of {request.version}")
    if await store.broken_link() is not None:
        found.wrong.append("the audit's chain is broken")
    cards = [m for name in CHANNELS for m in slack.messages(name)]
    if any(has(m, "Approve") or has(m, "Deny") for m in cards):
        found.wrong.append("a card of a decided request has a button that decides")
    if (view := slack.open_view("bob")) and "One moment" in slack.shown(view):
        found.wrong.append("a form still says that it is being filled")
    return found
