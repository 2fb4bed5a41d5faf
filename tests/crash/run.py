"""One run: a bot in its own process between the simulators, killed at a point, started again."""

import asyncio
import contextlib
import multiprocessing
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from bot.clock import SystemClock
from bot.model.errors import StoreFault
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.store import RedisStore
from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.proxmox.passing import Passing
from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.calls import Answer, Call, Cut, Proceed
from tests.crash.child import serve
from tests.crash.ended import Ended, ended
from tests.crash.gate import Gate, Point
from tests.crash.killed_store import Kept, kill_store
from tests.crash.people import People, channel_of
from tests.crash.store_gate import store_gate
from tests.crash.stories import INCIDENTS, Story
from tests.journey.stage import BASE, RULES

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.crash.child"])
READS = re.compile(r".*\.(test|info|list|history|replies|members)|users\.conversations")
"""Calls to Slack that change nothing: all others are points."""

SECONDS = 90
PAUSE = 0.05
SOON = 60_000
"""A card that is due later than in so many ms shows what there is; then somebody is reminded."""

AWAY = (StoreFault, RedisError)
"""What is raised while the store is away."""


class Crash(StrEnum):
    """What dies at the point, and what is left of it."""

    BOT = "bot killed"
    STORE = "bot and store killed"
    LEASES = "bot killed, leases left"


@dataclass(slots=True)
class Run:
    """The simulators, the store and the process; `play` starts it again once it was killed."""

    story: Story
    crash: Crash
    pve: SimulatedProxmox
    slack: SimulatedSlack
    store: RedisStore
    home: Path
    serving: tuple[Path, dict[str, str]]
    gate: Gate
    people: People
    child: Any = None
    kept: Kept | None = None
    lost: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start the bot in a process of its own."""
        self.child = PROCESSES.Process(target=serve, args=self.serving, daemon=True)
        self.child.start()

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        self.child.kill()
        self.child.join()

    def crashes(self) -> None:
        """Kill the bot, and the store with it where that is the crash."""
        self.kill()
        if self.crash is Crash.STORE:
            self.kept = kill_store(embedded.Home.under(self.home))

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
        """Let a call to Slack that changes something through the gate."""
        nth = self.gate.arrive(call.method)
        if self.gate.dies(call.method, nth, after=False):
            raise Cut
        answer = proceed()
        if self.gate.dies(call.method, nth, after=True):
            raise Cut
        return answer

    async def play(self) -> str:
        """Let people act until the story is over: what was not taken is typed and pressed again.

        Return why it is not over, empty if it is.
        """
        clock = SystemClock()
        last = clock.now() + SECONDS * 1000 * (4 if self.crash is Crash.LEASES else 1)
        while not (self._ended_by_itself() or await self._round()):
            if clock.now() > last:
                return "it is not over in time"
        return self._ended_by_itself()

    def _ended_by_itself(self) -> str:
        status = self.child.exitcode
        return "" if status in {None, -signal.SIGKILL} else f"the bot ended, status {status}"

    async def _round(self) -> bool:
        """Start the bot if it was killed, let somebody act; return whether the story is over."""
        if not self.child.is_alive():
            self.people.done.clear()
            await self._dropped()
            self.start()
        try:
            if await self._over():
                return True
            await self._turn()
        except AWAY:
            if not self.gate.killed:
                raise
        await asyncio.sleep(PAUSE)
        return False

    async def _turn(self) -> None:
        """Let somebody do what is to be done; after a crash, once the bot has caught up."""
        busy = self.gate.killed and await self._waits()
        if self.slack.sockets.connections and not busy:
            act = self.people.next(await self._asked())
            if act is not None:
                await self._act(act)

    async def _act(self, act: Callable[[], Any]) -> None:
        """Wait for the answer to an act, but not longer than the process lives."""
        doing = asyncio.ensure_future(act())
        while not doing.done() and self.child.is_alive():
            await asyncio.wait({doing}, timeout=PAUSE)
        if doing.done():
            doing.result()
        else:
            doing.cancel()

    async def _dropped(self) -> None:
        """Wait until Slack has seen the dead process's socket go; start the store if it was killed.

        No time is lost with what the dead process had in hand, unless its leases are to be left.
        """
        await self.slack.connected(0)
        if self.kept is not None:
            await embedded.ensure(self.home)
            self.lost += self.kept.lost()
            self.kept = None
        if self.crash is not Crash.LEASES:
            await self._lapse()

    async def _lapse(self) -> None:
        """Let its leases count as lapsed, and the asks that it took as due."""
        names = await self._keys("lease")
        if names:
            await self.store._connection._redis.delete(*names)
        now = await self.store.now()
        for member, _ in await self.store.backlog(99):
            if member.startswith("intake:"):
                await self.store.put_due(member, now)

    async def _asked(self) -> set[str]:
        """Return the verbs of the asks that are kept, and of those that requests were made of."""
        names = await self._keys("intake")
        asks = [await self.store.intake(name.partition(":intake:")[2]) for name in names]
        made = ["request"] * len(await self.store.recent_requests(1))
        return {*made, *(ask.intent.verb for ask in asks if ask)}

    async def _keys(self, family: str) -> list[str]:
        return [k async for k in self.store._connection._redis.scan_iter(f"*:{family}:*")]

    async def _over(self) -> bool:
        """Return whether every request has ended and nothing about them is to be shown any more."""
        if not self.child.is_alive():
            return False
        if self.story.incident:
            return await self._closed()
        requests = await self.store.recent_requests(9)
        told = self.slack.direct_messages("ana")
        if len(requests) < self.story.requests or not told:
            return False
        if self.story.takes_back and await self.store.open_ends():
            return False
        return not await self._waits() and all(request.state.final for request in requests)

    async def _closed(self) -> bool:
        """Return whether an incident was closed, and nothing about it is to be done any more."""
        channel = channel_of(self.slack)
        incident = await self.store.incident_in(channel.id) if channel else None
        if incident is None or incident.open:
            return False
        return not await self._waits("incident:")

    async def _waits(self, *besides: str) -> bool:
        """Return whether an ask is still to be taken, or a card to be shown, or one of `besides`."""
        due = await self.store.due(await self.store.now() + SOON, 99)
        return any(member.startswith(("card:", "intake:", *besides)) for member in due)


def _changes(call: Call) -> bool:
    """Return whether a call to Slack changes something; opening a socket is how the bot listens."""
    return not READS.fullmatch(call.method) and call.method != "apps.connections.open"


def _prepared(story: Story, pve: SimulatedProxmox) -> None:
    guest = pve.world.named(story.guest)
    guest.running = story.running
    if story.snapshot:
        config = guest.load()
        config.snapshots[story.snapshot] = {**config.values, "snaptime": "1790000000"}
        guest.save(config)


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


@asynccontextmanager
async def _set(folder: Path, story: Story, point: Point | None, crash: Crash) -> AsyncIterator[Run]:
    """Set the stage for a run, with the bot started."""
    state = folder / "state"
    await embedded.ensure(state)
    server, front = embedded.Home.under(state).socket, folder / "gate.sock"
    killing: list[Callable[[], None]] = []
    gate = Gate(lambda: [kill() for kill in killing], point)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(embedded.stop, state)
        pve = await stack.enter_async_context(SimulatedProxmox(scenario="ilinux", time_scale=0))
        slack = await stack.enter_async_context(SimulatedSlack("socket"))
        hang_up = await stack.enter_async_context(store_gate(front, server, gate))
        _prepared(story, pve)
        config = folder / "headroom.toml"
        base = BASE.format(mode="socket", folder=state, proxmox=f'"{pve.url}"', ca_file=pve.ca_file)
        config.write_text(base + RULES + INCIDENTS)
        store = RedisStore(connect(f"unix://{server}"))
        stack.push_async_callback(store.close)
        serving = (config, _environment(slack, pve, front))
        people = People(slack, story)
        run = Run(story, crash, pve, slack, store, state, serving, gate, people)
        killing += [run.crashes, hang_up]
        pve.on_call(lambda passing: passing.method != "GET", run.changing)
        slack.on_call("*", run.showing, times=None, when=_changes)
        run.start()
        stack.callback(run.kill)
        yield run


async def run(
    folder: Path, story: Story, point: Point | None = None, crash: Crash = Crash.BOT
) -> Ended:
    """Play the story once, killed at the point if one is given."""
    clock = SystemClock()
    began = clock.now()
    async with _set(folder, story, point, crash) as played:
        unended = await played.play()
        found = await ended(story, played.gate, played.store, played.slack, played.pve)
        found.effects = sorted(played.effects)
        found.wrong += [unended] * bool(unended) + played.lost
        found.seconds = (clock.now() - began) / 1000
        return found
