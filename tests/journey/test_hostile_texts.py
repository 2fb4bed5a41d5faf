"""Texts that are up to no good, wherever they come from, through a whole journey: only ever shown."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.simulation.proxmox import faults
from bot.simulation.proxmox.node import Node
from tests.journey.reading import form_says, open_form
from tests.journey.stage import Stage, flat, staged

HOSTILE = {
    "pings": "<!channel> <!here|x> <@U0EVE> <!subteam^S0WEB|@web> @everyone <#C0BOARD>",
    "links": "<https://evil.example|web-01> https://evil.example [x](https://evil.example)",
    "backticks": "a`b``c```d *x* _y_ ~z~ >q :fire: &lt;!channel&gt;",
    "turned around": "web\u202e10-\u2066bew\u2069\u200f\u200b\u00ad\ufeff\U000e0041",
    "control": "a\x00b\x07c\x1b[31md\u2028e\x85f\x9b",
    "long": "<!channel>`" * 1000,
    "long and wide": "\U0001f469\u200d\U0001f680" * 5000,
}

RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = {rule}
when.operations = ["memory", "cores"]
approvals = 1
approvers = ["ops"]

[[rule]]
name = "refused"
refuse = {why}
"""

UNSEEN = frozenset({"value", "private_metadata", "action_id", "block_id", "metadata"})
"""What Slack shows nobody."""

CONTROL = re.compile(r"<[^<>]*>")
OURS = re.compile(r"<!date\^\d+\^[^<>|]+\|[^<>|]+>|<@U0(ANA|BOB|CYR|DORA)>|<#C0APPROVALS>")
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def texts(value: Any) -> Iterator[str]:
    """Yield every text that people see in what was sent."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in UNSEEN:
                yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def sent(stage: Stage) -> list[str]:
    """Return every text that the bot sent: in calls, and in acknowledgements."""
    found = [t for call in stage.slack.calls for t in texts(call.arguments)]
    return [*found, *(t for each in stage.slack.deliveries for t in texts(each.ack.body))]


def assert_only_shown(stage: Stage) -> None:
    """Look at everything sent: nobody is called, nothing leads elsewhere, nothing is invisible."""
    ours = {"<@U0ANA>", "<@U0BOB>", "<@U0CYR>", "<@U0DORA>"}
    assert {ping.what for ping in stage.slack.pings} <= ours
    seen = sent(stage)
    assert len(seen) > 200
    controls = {found for text in seen for found in CONTROL.findall(text)}
    assert [c for c in controls if not OURS.fullmatch(c)] == []
    odd = {c for text in seen for c in text if unicodedata.category(c) in INVISIBLE}
    assert odd <= {"\n"}
    assert all(ack.ack.acknowledged for ack in stage.slack.deliveries)


def rules_with(text: str) -> str:
    """Return rules whose names and reasons are that text, as far as a configuration takes it."""
    name = "".join(c for c in text if c.isprintable() or c == "\u202e")[:60]
    return RULES.format(
        rule=json.dumps(name, ensure_ascii=False),
        why=json.dumps(name + text[:400].replace("\x85", ""), ensure_ascii=False),
    )


def furnish(stage: Stage, text: str) -> None:
    """Put the text wherever Proxmox holds words, although it would not take it everywhere."""
    world = stage.pve.world
    for vmid, option in ((101, "hostname"), (106, "name")):
        config = world.guest(vmid).config
        config.values |= {option: text, "tags": f"{text};b", "description": text}
        taken = {"snaptime": "1700000000", "description": text}
        config.snapshots |= {text: taken, "plain": taken}
    node = text.replace("/", "|")  # one part of a path
    world.nodes[node] = Node(node, cpus=4, memory=16 << 30, own_memory=2 << 30)
    world.create(950, "lxc", node, f"arch: amd64\nhostname: {text}\nmemory: 512\n", running=True)
    world.pools[text] = {101, 950}


async def answered(stage: Stage, text: str) -> str:
    """Let Ana type a command; return what it says at once or a little later."""
    return flat(await stage.told("ana", text))


async def look_around(stage: Stage, text: str) -> None:
    """Read whatever there is to read, and be told of what is not there."""
    for read in ("list", "nodes", "headroom", "whoami", "status", "show 101", "show 950", "help"):
        assert await answered(stage, read)
    assert "snapshots" in await answered(stage, "snapshots 101")
    for typed in (f"show {text}", text, f"request {text} memory=+1G", f"why {text}"):
        assert await answered(stage, typed)
    assert (await stage.ask("ana", f"request 101 {text}=+1G")).acknowledged
    assert await answered(stage, f"snapshot 101 {text}")
    assert await answered(stage, f"rollback 101 {text}")
    assert await answered(stage, "reboot 106")
    await stage.person("ana").open_home()
    await stage.until(lambda: stage.slack.home("ana") is not None)


async def a_failure(stage: Stage) -> None:
    """Let Bob approve the newest card and wait until it says that it was not done."""
    await stage.press("bob", "Approve")
    await stage.card_says("Not done")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_texts_are_only_shown(tmp_path: Path, text: str) -> None:
    """Guests, tags, notes, pools, nodes, snapshots, rules, reasons, errors, logs: all of it at once."""
    async with staged(tmp_path, rules=rules_with(text)) as stage:
        furnish(stage, text)
        await look_around(stage, text)
        await stage.new_card("ana", f"request 101 memory=+1G because {text[:240]}")
        await stage.press("bob", "Details")
        await form_says(stage, "bob", "What happened so far")
        await stage.person("bob").close(open_form(stage, "bob"))
        error = "".join(c for c in text[:2000] if c >= " ")  # HTTP's status line takes no control
        stage.pve.on_call("PUT /nodes/*/lxc/101/config", faults.broken(error), times=2)
        await a_failure(stage)
        await stage.new_card("ana", "request 106 memory=+1G cores=3")
        stage.pve.world.tasks.fail_next("qmconfig", text, after_effect=True)
        await a_failure(stage)
        await stage.new_card("ana", "request 106 cores=3")
        await stage.press("bob", "Deny")
        await stage.person("bob").submit(open_form(stage, "bob"), {"reason": text[:400]})
        await stage.result("ana", "Denied")
        assert "R-" in await answered(stage, "requests")
        assert_only_shown(stage)
