"""A whole incident: alert, channel, evidence, express request, relief, close, debts, export."""

import json
from dataclasses import replace
from pathlib import Path

from bot.simulation.slack.messages import Message
from tests.journey.incidents import (
    THRASHES,
    card_text,
    channel_of,
    file_text,
    files_in,
    says,
    status_card,
)
from tests.journey.reading import typed
from tests.journey.stage import QUICK, Stage, flat, staged

RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "express"
when = { incident = ["sev1", "sev2"], operations = ["memory"], per_incident = "+4GiB" }
approvals = 1
approvers = ["lead"]

[[rule]]
name = "ordinary"
approvals = 2
approvers = ["ops"]

[incidents]
announce_in = "C0GENERAL"
invite = ["ops"]
"""


async def test_from_the_alert_to_the_record(tmp_path: Path) -> None:
    """A thrashing CT: one tap opens the way, the lead alone approves, and at the end it is decided anew."""
    rules = RULES + THRASHES.replace('opens = "sev2"\n', "")
    async with staged(tmp_path, rules=rules, terms=replace(QUICK, watch_every=100)) as stage:
        channel = await tapped(stage)
        await stage.press("bob", "Take the lead", status_card(stage, channel))
        await stage.press("bob", "It is sev2", status_card(stage, channel))
        await says(stage, channel, "sev2: web-01 is being investigated; @Bob leads.")
        told = await stage.answer_to_press("ana", "Graph", status_card(stage, channel))
        assert "The picture is in this channel. web-01 (CT 101): memory, last hour." in flat(told)
        assert [file["name"] for file in files_in(stage, channel)] == ["graph.png"]
        request = await relieved(stage, channel)
        debts = await ended(stage, channel, request)
        told = flat(await stage.answer_to_press("ana", "Give back", debts))
        assert "2 GiB is too low: 2 GiB is in use" in told
        stage.pve.world.guest(101).usage.mem = 2**29
        await stage.press("ana", "Give back", debts)
        await stage.until(lambda: stage.cards()[1:])
        card = flat(stage.shown())
        assert "memory 4 → 2 GiB (2 GiB less)" in card
        assert "Rule ordinary · approved by 0 of 2" in card
        await stage.press("bob", "Keep", debts)
        await stage.until(lambda: f"{request}: it stays." in texts(stage, channel))


async def tapped(stage: Stage) -> str:
    """Let a guest thrash, and Ana open an incident from the alert; return its channel."""
    stage.pve.world.guest(101).usage.mem = int(1.98 * 2**30)
    await stage.until(lambda: "uses 99 %" in texts(stage, "#web"))
    told = await stage.answer_to_press("ana", "Open an incident", stage.cards("#web")[-1])
    assert f"is open in #{channel_of(stage)}" in told
    channel = f"#{channel_of(stage)}"
    await stage.until(lambda: stage.cards(channel))
    assert "sev3: web-01 is being investigated; nobody leads yet." in card_text(stage, channel)
    assert "Other requests there wait." in card_text(stage, channel)
    return channel


async def relieved(stage: Stage, channel: str) -> str:
    """Let Ana ask and the lead approve in the channel; return the number of the request."""
    asked = await typed(stage, "ana", "request web-01 memory=+2G it thrashes", channel)
    assert "I asked @Bob" in asked
    handle = (await stage.request()).handle
    await says(stage, channel, f"{handle}: ")
    await stage.until(lambda: "by the rules of incident" in texts(stage, channel))
    copy = next(m for m in stage.cards(channel) if "by the rules of incident" in stage.says(m))
    await stage.press("bob", "Approve", copy)
    await stage.until(lambda: stage.memory(101) == 4096)
    await says(stage, channel, f"finished {handle} → done")
    await says(stage, channel, "of 4 GiB memory in use")
    return handle


async def ended(stage: Stage, channel: str, request: str) -> Message:
    """Close it: the record is shared; return the message that lists what is to be decided."""
    await typed(stage, "bob", "incident close it has the memory it needs", channel)
    await stage.until(lambda: "A change was made for it" in texts(stage, channel))
    await stage.until(lambda: len(files_in(stage, channel)) == 3)
    record = json.loads(file_text(stage, channel, ".json"))
    done = [line["what"] for line in record["timeline"] if line["request"] == request]
    assert done[:2] == ["submit", "approve"]
    assert "is closed" in flat(stage.says(stage.cards("#general")[-1]))
    return next(m for m in stage.cards(channel) if "was made for it" in stage.says(m))


def texts(stage: Stage, channel: str) -> str:
    """Return all that stands in a channel, as one line."""
    return " ".join(flat(stage.says(message)) for message in stage.cards(channel))
