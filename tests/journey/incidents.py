"""What journeys of incidents share: how they are configured, opened and read."""

from typing import Any

from bot.simulation.slack.messages import Message
from tests.journey.reading import typed
from tests.journey.stage import Stage, flat

INCIDENTS = """
[incidents]
announce_in = "C0GENERAL"
invite = ["ops"]
runbook = "https://wiki.example.org/checkout"
"""


THRASHES = """
[[alert]]
name = "a guest thrashes"
watch = "guest memory"
channel = "C0WEB"
over = 0.95
lasting = "1s"
opens = "sev2"
"""

NOT_THE_API = frozenset({"response_url"})
"""What the simulated Slack counts as a call, and is none of the Web API."""


def channel_of(stage: Stage) -> str:
    """Return the name of the incident's channel; empty while there is none."""
    names = [c.name for c in stage.slack.directory.channels.values()]
    return next((name for name in names if name.startswith("inc-")), "")


async def opened(stage: Stage, text: str = '"checkout is slow" sev2 web-01 db-01') -> str:
    """Let Ana open an incident; return its channel once the card is there."""
    await typed(stage, "ana", f"incident open {text}")
    channel = f"#{channel_of(stage)}"
    await stage.until(lambda: stage.cards(channel))
    return channel


def card_text(stage: Stage, channel: str) -> str:
    """Return what the card of an incident says now, as one line."""
    return flat(stage.says(status_card(stage, channel)))


async def says(stage: Stage, channel: str, text: str) -> None:
    """Wait until the card of an incident says so."""
    await stage.until(lambda: stage.cards(channel) and text in card_text(stage, channel))


def files_in(stage: Stage, channel: str) -> list[dict[str, Any]]:
    """Return the files shared in a channel."""
    return [file for message in stage.slack.messages(channel) for file in message.files]


def file_text(stage: Stage, channel: str, ending: str) -> str:
    """Return the content of the file with that ending."""
    named = next(file for file in files_in(stage, channel) if file["name"].endswith(ending))
    kept = stage.slack.workspace.files.get(named["id"])
    assert kept is not None
    assert kept.data is not None
    return kept.data.decode()


def status_card(stage: Stage, channel: str) -> Message:
    """Return the card of an incident."""
    return stage.cards(channel)[0]
