"""Two bots and four workers on one store: whoever takes it, each thing happens once."""

import asyncio
from collections import Counter
from pathlib import Path

from bot.model.request import State
from bot.simulation.proxmox.passing import Passing
from tests.journey.acts import eventually
from tests.journey.reading import entries
from tests.journey.replicas import replicated
from tests.journey.stage import RULES, Stage

ALONE = """
[[rule]]
name = "memory by anybody"
when = { operations = ["memory"] }
approvals = 0
"""
TWO_OF_OPS = """
[[group]]
name = "ops"
members = ["S0OPSGROUP", "U0DORA"]

[[rule]]
name = "two of ops"
approvals = 2
approvers = ["ops"]
"""
DEVELOPERS = (
    "ana",
    "ben",
    "chris",
    "dora",
    "fay",
    "gus",
    "hana",
    "ivo",
    "june",
    "kim",
    "lea",
    "max",
)
PEOPLE = ("ana", "bob", "cyr", "dora")


def changes(stage: Stage) -> Counter[str]:
    """Return how often Proxmox was told to change something, by path."""
    return Counter(call.path for call in stage.pve.calls if call.method != "GET")


def handed_over(stage: Stage) -> list[int]:
    """Return how many deliveries each bot had."""
    return [connection.delivered for connection in stage.slack.sockets.connections]


async def test_a_burst_of_asks_is_carried_out_each_once(tmp_path: Path) -> None:
    """Twelve asks in one moment, over two bots and four workers: twelve changes, twelve results."""
    async with replicated(tmp_path, scenario="trio", rules=ALONE) as (stage, _):
        asks = [
            stage.ask(PEOPLE[n % 4], f"request dev-{name} memory=+64M", "#general")
            for n, name in enumerate(DEVELOPERS)
        ]
        replies = await asyncio.gather(*asks)
        assert all(reply.acknowledged for reply in replies)
        assert handed_over(stage) == [6, 6]

        def results() -> list[str]:
            said = [stage.says(m) for name in PEOPLE for m in stage.slack.direct_messages(name)]
            return [text for text in said if "Read back" in text or "in force" in text]

        await stage.until(lambda: len(results()) == len(DEVELOPERS), seconds=30)
        assert set(changes(stage).values()) == {1}
        assert len(changes(stage)) == len(DEVELOPERS)
        assert stage.slack.late_acks == 0


async def test_votes_at_once_on_two_bots_decide_once(tmp_path: Path) -> None:
    """Three approvers of whom two are needed press together: one decision, one change, one result."""
    async with replicated(tmp_path, rules=TWO_OF_OPS) as (stage, _):
        await stage.new_card("ana", "request web-01 memory=+1G")
        card = stage.card()
        await asyncio.gather(*(stage.press(name, "Approve", card) for name in PEOPLE[1:]))
        await stage.result("ana", "Read back")
        approvals = [e for e in await entries(stage) if e.what == "approve"]
        assert len([e for e in approvals if e.accepted]) == 2
        assert list(changes(stage).values()) == [1]
        assert stage.memory(101) == 3072
        assert len(stage.slack.direct_messages("ana")) == 1


async def test_any_bot_answers_any_button(tmp_path: Path) -> None:
    """What one bot took in, the other one answers; the first may be gone by then."""
    async with replicated(tmp_path, workers=1, rules=TWO_OF_OPS) as (stage, replicas):
        await stage.new_card("ana", "request web-01 memory=+1G")
        assert handed_over(stage) == [1, 0]
        assert "Counted: 1 of 2" in await stage.answer_to_press("bob", "Approve")
        assert handed_over(stage) == [1, 1]
        await replicas.stop("bot-2")
        await stage.slack.connected(1)
        assert "is approved" in await stage.answer_to_press("cyr", "Approve")
        await stage.result("ana", "Read back")


async def test_what_slack_hands_to_both_bots_counts_once(tmp_path: Path) -> None:
    """A command and a press that reach the second bot as well lead to one request and one vote."""
    async with replicated(tmp_path, workers=2, rules=TWO_OF_OPS) as (stage, _):
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.slack.redeliver()
        assert handed_over(stage) == [1, 1]
        await stage.answer_to_press("bob", "Approve")
        await stage.slack.redeliver()
        assert handed_over(stage) == [2, 2]
        assert stage.memory(101) == 2048
        await stage.answer_to_press("cyr", "Approve")
        await stage.result("ana", "Read back")
        assert len(await stage.bot.store.recent_requests(9)) == 1
        assert len([e for e in await entries(stage) if e.what == "approve"]) == 2
        assert list(changes(stage).values()) == [1]


async def test_two_changing_calls_at_most_run_on_a_node_over_all_workers(tmp_path: Path) -> None:
    """Four workers with four requests for one node: the third call waits for one of the two."""
    many, most, goes_on = 0, 0, asyncio.Event()

    async def hold(passing: Passing) -> None:
        nonlocal many, most
        many += 1
        most = max(most, many)
        await goes_on.wait()
        await passing.proceed()
        many -= 1

    async with replicated(tmp_path, rules=ALONE) as (stage, _):
        stage.pve.on_call("PUT */lxc/*/config", hold, times=None)
        guests = ("web-01", "mail", "db-01", "build-7")
        for name, guest in zip(PEOPLE, guests, strict=True):
            await stage.ask(name, f"request {guest} memory=+16M", "#general")

        async def all_claimed() -> bool:
            requests = await stage.bot.store.recent_requests(9)
            return [r.state for r in requests] == [State.RUNNING] * len(guests) and many == 2

        await eventually(stage, all_claimed)
        goes_on.set()
        for name in PEOPLE:
            await stage.result(name, "Read back")
        assert most == 2
        assert sorted(changes(stage).values()) == [1] * len(guests)


async def test_a_worker_that_is_stopped_midway_is_replaced(tmp_path: Path) -> None:
    """Its task in Proxmox is followed by the worker that is left, and the result is told once."""
    async with replicated(tmp_path, workers=1) as (stage, replicas):
        goes_on = asyncio.Event()
        begun = stage.pve.world.tasks.hold_next("vzstart", goes_on)
        await stage.ask("ana", "start old-wiki")
        await begun.wait()
        await replicas.start("worker-2", "worker")
        await replicas.stop("worker-1")
        assert (await stage.request()).state is State.RUNNING
        goes_on.set()
        await stage.result("ana", "old-wiki is running (was stopped)")
        assert [t.type for t in stage.pve.world.tasks] == ["vzstart"]
        assert len(stage.slack.direct_messages("ana")) == 1


async def test_a_second_whole_bot_by_mistake_is_harmless(tmp_path: Path) -> None:
    """Started twice on one store with both roles: one card, one change, one result."""
    async with replicated(tmp_path, bots=1, workers=0, rules=RULES) as (stage, replicas):
        await replicas.start("first", "all")
        await replicas.start("again", "all")
        await stage.slack.connected(3)
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.answer_to_press("bob", "Approve")
        await stage.result("ana", "Read back")
        assert len(stage.cards()) == 1
        assert list(changes(stage).values()) == [1]
        assert len(stage.slack.direct_messages("ana")) == 1
