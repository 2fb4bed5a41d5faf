"""One run: a bot in its own process between the simulators, killed at a point, started again."""

import asyncio
import contextlib
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.folding import folded
from bot.redis_store.store import RedisStore
from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.proxmox.passing import Passing
from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.calls import Answer, Call, Cut, Proceed
from bot.simulation.slack.messages import Message
from tests.crash.child import serve
from tests.crash.gate import Gate, Point
from tests.crash.store_gate import store_gate
from tests.crash.stories import Story
from tests.journey.stage import BASE, RULES

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.crash.child"])
SHOWN = frozenset({"chat.postMessage", "chat.update", "response_url"})
SECONDS = 40
PAUSE = 0.05


@dataclass(slots=True)
class Ended:
    """What came of a run."""

    point: Point | None
    killed: bool = False
    uncertain: bool = False
    effects: list[str] = field(default_factory=list)
    results: int = 0
    wrong: list[str] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """The simulators, the store and the process; `restart` starts it again once it was killed."""

    story: Story
    pve: SimulatedProxmox
    slack: SimulatedSlack
    store: RedisStore
    serving: tuple[Path, dict[str, str]]
    gate: Gate
    child: Any = None
    effects: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start the bot in a process of its own."""
        self.child = PROCESSES.Process(target=serve, args=self.serving, daemon=True)
        self.child.start()

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        self.child.kill()
        self.child.join()

    async def changing(self, passing: Passing) -> None:
        """Let a changing call of the bot through the gate."""
        what = f"{passing.method} {passing.path.rpartition('/')[2]}"
        nth = self.gate.arrive(what)
        if self.gate.dies(what, nth, after=False):
            passing.cut()
            return
        answer = await passing.proceed()
        if answer.status == 200:
            self.effects.append(f"{passing.method} {passing.path}")
        if self.gate.dies(what, nth, after=True):
            passing.cut()

    async def showing(self, call: Call, proceed: Proceed) -> Answer:
        """Let a call to Slack that shows something through the gate."""
        nth = self.gate.arrive(call.method)
        if self.gate.dies(call.method, nth, after=False):
            raise Cut
        answer = proceed()
        if self.gate.dies(call.method, nth, after=True):
            raise Cut
        return answer

    async def play(self) -> None:
        """Let people act until the story is over: what was not taken is typed and pressed again."""
        asked = pressed = False
        async with asyncio.timeout(SECONDS):
            while not await self.over():
                if not self.child.is_alive():
                    asked = pressed = False
                    await self._dropped()
                    self.start()
                if self.slack.sockets.connections:
                    requests = await self.store.recent_requests(9)
                    if not asked and not requests and not await self._kept():
                        asked = True
                        await self._act(
                            self.slack.person("ana").command(
                                f"/pve {self.story.text}", channel="#web"
                            )
                        )
                    elif not pressed and (card := self._to_approve()):
                        pressed = True
                        await self._act(self.slack.person("bob").press(card, "Approve"))
                await asyncio.sleep(PAUSE)

    async def _act(self, act: Any) -> None:
        """Wait for the answer to an act, but not longer than the process lives."""
        doing = asyncio.ensure_future(act)
        while not doing.done() and self.child.is_alive():
            await asyncio.wait({doing}, timeout=PAUSE)
        if doing.done():
            doing.result()

    async def _dropped(self) -> None:
        """Wait until Slack has seen the dead process's socket go; its leases have lapsed by then."""
        await self.slack.connected(0)
        redis = self.store._connection._redis
        names = [key async for key in redis.scan_iter("*:lease:*")]
        if names:
            await redis.delete(*names)

    async def _kept(self) -> bool:
        return bool([k async for k in self.store._connection._redis.scan_iter("*:intake:*")])

    def _to_approve(self) -> Message | None:
        cards = [m for m in self.slack.messages("#approvals") if has(m, "Approve")]
        return cards[-1] if cards else None

    async def over(self) -> bool:
        """Return whether the request has ended and nothing about it is to be shown any more."""
        for request in await self.store.recent_requests(9):
            due = await self.store.due_at(f"card:{request.id}")
            shown = self.slack.direct_messages("ana")
            if request.state.final and due is None and shown and self.child.is_alive():
                return True
        return False

    async def ended(self) -> Ended:
        """Look at everything that has to hold at the end."""
        found = Ended(self.gate.point, self.gate.killed, effects=sorted(self.effects))
        requests = await self.store.recent_requests(9)
        found.results = len(self.slack.direct_messages("ana"))
        if len(requests) != 1:
            found.wrong.append(f"{len(requests)} requests of one ask")
        for request in requests:
            entries = [k.entry for k in await self.store.audit_of(request.id)]
            found.uncertain |= any(e.state_after == "UNCERTAIN" for e in entries)
            if folded(entries) != request:
                found.wrong.append("the audit does not fold to the record")
            if request.state.value.upper() != "SUCCEEDED":
                found.wrong.append(f"ended {request.state.value}")
            for card in await self.store.cards(request.id):
                if card.role == "card" and card.version < request.version:
                    found.wrong.append(f"a card shows {card.version} of {request.version}")
        if await self.store.broken_link() is not None:
            found.wrong.append("the audit's chain is broken")
        seen = [m for m in self.slack.messages("#approvals") if m.thread_ts in (None, m.ts)]
        if len(seen) > 1:
            found.wrong.append(f"{len(seen)} cards")
        if any(has(m, "Approve") or has(m, "Deny") for m in seen):
            found.wrong.append("a card of a decided request has a button that decides")
        found.points = self.gate.points()
        return found


def has(message: Message, button: str) -> bool:
    """Return whether a message has a button with that face."""
    elements = [e for block in message.blocks for e in block.get("elements", [])]
    return any(
        e.get("text", {}).get("text") == button
        for e in elements
        if isinstance(e, dict) and isinstance(e.get("text"), dict)
    )


def _prepared(story: Story, pve: SimulatedProxmox) -> None:
    guest = pve.world.named(story.guest)
    guest.running = story.running
    if story.snapshot:
        guest.config.snapshots[story.snapshot] = {"snaptime": "1790000000"}


def _environment(slack: SimulatedSlack, pve: SimulatedProxmox, front: Path) -> dict[str, str]:
    """Return the secrets and addresses that the bot finds in its environment."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "PROXMOX_TOKEN_HOME": pve.token,
        "REDIS_URL": f"unix://{front}",
    }


async def run(folder: Path, story: Story, point: Point | None = None) -> Ended:
    """Play the story once, killed at the point if one is given."""
    await embedded.ensure(folder / "state")
    server = embedded.Home.under(folder / "state").socket
    front = folder / "gate.sock"
    killing: list[Callable[[], None]] = []
    gate = Gate(lambda: [kill() for kill in killing], point)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(embedded.stop, folder / "state")
        pve = await stack.enter_async_context(SimulatedProxmox(scenario="ilinux", time_scale=0))
        slack = await stack.enter_async_context(SimulatedSlack("socket"))
        await stack.enter_async_context(store_gate(front, server, gate))
        _prepared(story, pve)
        config = folder / "headroom.toml"
        config.write_text(
            BASE.format(
                mode="socket", folder=folder / "state", proxmox=pve.url, ca_file=pve.ca_file
            )
            + RULES
        )
        environment = _environment(slack, pve, front)
        store = RedisStore(connect(f"unix://{server}"))
        stack.push_async_callback(store.close)
        played = Run(story, pve, slack, store, (config, environment), gate)
        killing.append(played.kill)
        pve.on_call(lambda passing: passing.method != "GET", played.changing)
        slack.on_call("*", played.showing, times=None, when=lambda call: call.method in SHOWN)
        played.start()
        stack.callback(played.kill)
        try:
            await played.play()
        except TimeoutError:
            found = await played.ended()
            found.wrong.append(f"not over within {SECONDS} s")
            return found
        return await played.ended()
