"""Every call of opening an incident goes wrong once, in every way: it ends as the calm run does."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.model.incident import Incident
from bot.simulation.slack import cut_after
from bot.simulation.slack.calls import Action, Call
from tests.journey.acts import eventually
from tests.journey.incidents import INCIDENTS
from tests.journey.reading import typed
from tests.journey.stage import RULES, Stage, flat, staged
from tests.journey.test_faults_slack import FAULTS

ANNOUNCED = "C0GENERAL"

MEETS = {
    "alfa": "conversations.create",
    "bravo": "conversations.setTopic",
    "charlie": "bookmarks.list",
    "delta": "bookmarks.add",
    "echo": "conversations.invite",
    "foxtrot": "chat.postMessage",
    "golf": "pins.add",
    "hotel": "chat.postMessage",
    "india": "users.conversations",
}
"""The title of each incident, and the call of its opening that meets the fault."""


def of(stage: Stage, title: str) -> Callable[[Call], bool]:
    """Return whether a call is about the incident of that title: in its channel, or the announcement."""

    def it_is(call: Call) -> bool:
        place = str(call.arguments.get("channel") or call.arguments.get("channel_id") or "")
        if title == "india":  # whose look for a channel names none
            return call.method == "users.conversations"
        if title == "hotel" or not place:
            return place in {"", ANNOUNCED} and title in str(call.arguments)
        return title in stage.slack.directory.channel(place).name

    return it_is


async def whole(stage: Stage, title: str) -> Incident | None:
    """Return the incident of that title once nothing of it is missing."""
    every = await stage.bot.store.open_incidents()
    incident = next((each for each in every if each.title == title), None)
    if incident is None or incident.missing:
        return None
    cards = await stage.bot.store.cards(incident.id)
    return incident if {c.role for c in cards if c.ts} == {"card", "announced"} else None


async def ends_calmly(stage: Stage, title: str) -> None:
    """Wait until an incident is open as a whole; look that nothing of it is there twice."""
    await eventually(stage, lambda: whole(stage, title), seconds=60)
    incident = await whole(stage, title)
    assert incident is not None
    assert (incident.failed, incident.uninvited) == ((), ())
    named = [c for c in stage.slack.directory.channels.values() if title in c.name]
    assert [(c.id, c.name[-len(title) :]) for c in named] == [(incident.channel, title)]
    (channel,) = named
    assert channel.topic == f"{incident.handle} · sev2 · investigating · {title}"
    about = ["web-01"] if title == "delta" else []
    assert [mark for mark, _ in channel.bookmarks] == ["Runbook", *about]
    assert {"U0ANA", "U0BOB", "U0CYR"} < set(channel.members)
    (card,) = stage.cards(channel.name)
    assert channel.pins == (card.ts,)
    told = [flat(stage.says(m)) for m in stage.cards("#general")]
    assert len([text for text in told if f"{title} is being investigated in #" in text]) == 1


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_call_that_goes_wrong_is_made_good(tmp_path: Path, fault: Action) -> None:
    """Channel, topic, bookmarks, invitations, card, announcement, pin: each there, and once."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        about_india = lambda call: call.arguments.get("name", "").endswith("india")  # noqa: E731
        stage.slack.on_call("conversations.create", cut_after(), when=about_india)
        hooks = [
            stage.slack.on_call(method, fault, when=of(stage, title))
            for title, method in MEETS.items()
        ]
        await asyncio.gather(
            *(
                typed(stage, "ana", f"incident open {title} sev2 {'web-01' * (title == 'delta')}")
                for title in MEETS
            )
        )
        for title in MEETS:
            await ends_calmly(stage, title)
        assert [hook.hits for hook in hooks] == [1] * len(MEETS)
