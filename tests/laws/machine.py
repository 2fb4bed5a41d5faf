"""Any interleaving of people, bots, workers, deaths, lost answers, lapses and leaps of time."""

import asyncio
import itertools
import os
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.model.intent import Amount, Ask, How, Intent
from bot.model.people import Person
from bot.model.request import ChangeRequest
from bot.model.terms import DAY
from bot.simulation.proxmox import faults
from tests.laws.actors import Fate
from tests.laws.checks import check, check_end
from tests.laws.screen import OPS
from tests.laws.world import LEASE, PROCESSES, TERMS, World, world

GUESTS = (101, 104, 106)
NAMES = st.sampled_from(["UANA", "UBOB", "UCYR", "UDAN", "UEVE"])
VERBS = st.sampled_from(
    [
        *["vote"] * 14,
        "withdraw",
        "deny",
        "offer",
        "offer",
        "accept",
        "accept",
        "edit",
        "cancel",
        "veto",
        *["break"] * 4,
    ]
)
ASKS = st.sampled_from([*[512, 1024] * 3, "snapshot", "shutdown", "start", "reboot"])
AWAY = st.sampled_from(["", "", "out", "closed"])
"""Whether somebody of ops is out of the group, or has no account any more."""
FATES = st.sampled_from([*[Fate.GOES] * 3, *Fate])
ROUNDS = 400
LOOKS = 15
"""How often the room is looked at in the end: what nobody shows is let go after ten lags."""
TOLD: Counter[str] = Counter()
_prefixes = itertools.count(1)


class Interleaving(RuleBasedStateMachine):
    """One world; hypothesis says who does what next."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.life = AsyncExitStack()
        self.deliveries: list[str] = []
        TOLD["histories"] += 1

    @initialize()
    def begin(self) -> None:
        """Make the world, with two asks that are recorded."""
        prefix = f"laws-{os.getpid()}-{next(_prefixes)}"
        self.world: World = self.runner.run(self.life.enter_async_context(world(self.url, prefix)))
        for guest in GUESTS[:2]:
            self.ask(guest, 1024, "UANA")
        self.everybody(60)

    @rule(guest=st.sampled_from(GUESTS), what=ASKS, by=NAMES.filter("UEVE".__ne__))
    def ask(self, guest: int, what: int | str, by: str) -> None:
        """Ask for so much more memory (MiB), or for another operation."""
        ask = Ask(operation="resources", guest=str(guest))
        if isinstance(what, int):
            ask = replace(ask, amounts={"memory": Amount(how=How.ADD, amount=what)})
        else:
            name = {"name": f"s{len(self.deliveries)}"} if what == "snapshot" else {}
            ask = replace(ask, operation=what, arguments=name)
        self._step(self._deliver(by, Intent(verb="request", ask=ask)))

    @rule(verb=VERBS, by=NAMES, which=st.integers(0, 3), behind=st.sampled_from([0, 0, 0, 0, 1]))
    def press(self, verb: str, by: str, which: int, behind: int) -> None:
        """Press a button of a card, perhaps of an older version of it."""
        self._step(self._press(verb, by, which, behind))

    @rule(which=st.integers(0, 3), turns=st.sampled_from([0, 20, 60, 60]))
    def two_approve(self, which: int, turns: int) -> None:
        """Let two people approve at the same moment."""
        for by in ("UBOB", "UCYR"):
            self.press("vote", by, which, 0)
        self.everybody(turns)
        self.work("worker 2", turns)

    @rule(process=st.sampled_from(PROCESSES), turns=st.sampled_from([0, 5, 30, 90]))
    def work(self, process: str, turns: int) -> None:
        """Let a process begin all that is due."""
        self._step(self._work(process))
        self.everybody(turns)

    @rule(which=st.integers(0, 9), process=st.sampled_from(PROCESSES))
    def again(self, which: int, process: str) -> None:
        """Deliver something a second time, to any process."""
        delivery = self.deliveries[which % len(self.deliveries)]
        TOLD["repeated"] += 1
        self._step(self.world.job(process, f"intake:{delivery}"))

    @rule(which=st.integers(0, 19), process=st.sampled_from(PROCESSES))
    def wake(self, which: int, process: str) -> None:
        """Let a process begin what is due, or will be."""
        self._step(self._wake(which, process))

    @rule(which=st.integers(0, 9), turns=st.sampled_from([1, 1, 2, 5, 12, 40]), fate=FATES)
    def turn(self, which: int, turns: int, fate: Fate) -> None:
        """Let somebody go on by so many calls of the store; the last one has this fate."""
        self._step(self._turns(which, turns, fate))

    @rule(turns=st.sampled_from([3, 10, 17, 30, 100]), which=st.integers(0, 9), fate=FATES)
    def everybody(self, turns: int, which: int = 0, fate: Fate = Fate.GOES) -> None:
        """Let everybody go on, one call each at a time; then one of them has this fate."""
        self._step(self._everybody(turns))
        self._step(self._turns(which, 1, fate))

    @rule(which=st.integers(0, 9))
    def pause(self, which: int) -> None:
        """Let somebody outlive their leases without knowing."""
        if not self.world.actors:
            return
        actor = self.world.actors[which % len(self.world.actors)]
        TOLD["outlived"] += len(actor.leases)
        self.world.outlived |= bool(actor.leases)
        self._step(self.world.lapse(actor))

    @rule(ms=st.sampled_from([50, 500, 500, 2_000, 2_000, 2_000, 60_000]))
    def time_passes(self, ms: int) -> None:
        """Wait."""
        self._step(self.world.leap(ms))

    @rule(days=st.sampled_from([0, 0, 0, 1, 3]))
    def days_pass(self, days: int) -> None:
        """Wait for days, sometimes."""
        self._step(self.world.leap(days * DAY))

    @rule(silent=st.booleans(), mute=st.booleans(), who=st.sampled_from(OPS), away=AWAY)
    def slack(self, *, silent: bool, mute: bool, who: str, away: str) -> None:
        """Let Slack fall silent, take messages without an answer, or come back; people leave it, too."""
        self.world.screen.silent, self.world.screen.mute = silent, mute
        out, closed = (frozenset({who} if away == how else ()) for how in ("out", "closed"))
        self.world.people.move(self.world.clock.now(), out, closed)
        TOLD["left"] += bool(away)

    @rule(
        guest=st.sampled_from(GUESTS), mib=st.sampled_from([2048, 3000]), really=st.integers(0, 5)
    )
    def somebody_else_changes(self, guest: int, mib: int, really: int) -> None:
        """Change the guest in Proxmox, sometimes, so that plans move."""
        if really == 0:
            self.world.pve.world.guest(guest).set(memory=str(mib))

    @rule(lost=st.booleans())
    def proxmox_loses(self, *, lost: bool) -> None:
        """Cut the next changing call: before its effect, or its answer."""
        act = faults.lose_answer() if lost else faults.cut_before()
        for path in ("PUT /nodes/*/lxc/*/config", "POST /nodes/*/qemu/*/config"):
            self.world.pve.on_call(path, act, times=1)

    def teardown(self) -> None:
        """Let events stop and everybody finish; then nothing is left half done."""
        try:
            if hasattr(self, "world"):
                self._step(self._settle())
        finally:
            self.runner.run(self.life.aclose())
            self.runner.close()

    def _step(self, doing: object) -> None:
        async def then_check() -> None:
            await doing  # type: ignore[misc] # any of the coroutines of this class
            await check(self.world)

        TOLD["steps"] += 1
        self.runner.run(then_check())

    async def _deliver(self, by: str, intent: Intent) -> None:
        delivery = await self.world.keep(_person(by), intent)
        self.deliveries.append(delivery)
        process = PROCESSES[len(self.deliveries) % 2]
        await self.world.job(process, f"intake:{delivery}")

    async def _press(self, verb: str, by: str, which: int, behind: int) -> None:
        requests = await self.world.store.recent_requests(4)
        if not requests:
            return
        request = requests[which % len(requests)]
        rev = request.offer.at if verb == "accept" and request.offer else request.plan_rev - behind
        words = {"pointer": f"{request.id}:{rev}", "reason": "because"}
        if verb in {"edit", "accept", "cancel"} and by not in {"UBOB", "UEVE"}:
            by = request.requester.user_id
        if verb == "break":
            why = await self.world.keep(_person(by), Intent(verb="break-glass", words=words))
            words = {"pointer": f"{rev}:{why}"}
        if verb in {"offer", "edit"} and request.ask.operation != "resources":
            return
        ask = _less(request) if verb in {"offer", "edit"} else None
        await self._deliver(by, Intent(verb=verb, words=words, ask=ask))

    async def _wake(self, which: int, process: str) -> None:
        due = await self.world.due()
        if due:
            await self.world.job(process, due[which % len(due)])

    async def _work(self, process: str) -> None:
        for member in await self.world.due():
            await self.world.job(process, member)

    async def _turns(self, which: int, turns: int, fate: Fate) -> None:
        if not self.world.actors:
            return
        actor = self.world.actors[which % len(self.world.actors)]
        TOLD[fate.value] += 1
        for left in reversed(range(turns)):
            await self.world.go(actor, Fate.GOES if left else fate)
            TOLD["turns"] += 1
            if actor.over:
                return

    async def _everybody(self, turns: int) -> None:
        for _ in range(turns):
            for actor in list(self.world.actors):
                await self.world.go(actor)
                TOLD["turns"] += 1

    async def _settle(self) -> None:
        """Let everybody finish, then the due-set be worked off, with time going by in between."""
        self.world.screen.silent = self.world.screen.mute = False
        while self.world.actors:
            await self._finish()
        await self.world.leap(LEASE)
        for _ in range(ROUNDS):
            coming = [m for m in await self.world.due() if m.startswith(SETTLED)]
            if not coming:
                break
            await self._until_due(coming[0])
            await self.world.job("worker 1", coming[0])
            await self._finish()
        else:
            raise AssertionError(f"34: it goes on and on: {coming}")
        for _ in range(LOOKS):
            await self.world.job("worker 2", "room:ilinux")
            await self._finish()
            self.world.clock.ahead += TERMS.inventory_lag
        await check_end(self.world)
        for request in await self.world.store.recent_requests(50):
            TOLD[f"ends {request.state}"] += 1
            TOLD[request.ask.operation] += 1

    async def _until_due(self, member: str) -> None:
        """Leap to when it is due: nothing happens before."""
        at = await self.world.store.due_at(member) or 0
        self.world.clock.ahead += max(at - self.world.clock.now(), 0)

    async def _finish(self) -> None:
        """Let the first actor go on, time with it, until it has nothing more to do."""
        actor = self.world.actors[0]
        while not actor.over:
            self.world.clock.ahead += 50
            await self.world.go(actor)
        if actor in self.world.actors:
            self.world.actors.remove(actor)


SETTLED = ("intake", "request", "card")


def quick(examples: int, steps: int) -> settings:
    """Return so many histories of so many steps; what fails is shown as it was, not made shorter."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        phases=[Phase.generate],
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


def _person(name: str) -> Person:
    return Person(team_id="T1", user_id=name)


def _less(request: ChangeRequest) -> Ask:
    change = next(c for c in request.plan.changes if c.field == "memory")
    before, after = int(change.before or 0), int(change.after or 0)
    amount = Amount(how=How.SET, amount=max(before + 1, after - 128))
    return Ask(operation="resources", guest=request.ask.guest, amounts={"memory": amount})
