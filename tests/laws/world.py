"""The world of the actors: two bots and three workers on one store and one simulated Proxmox."""

import itertools
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from bot.assess import Assessor
from bot.capacity import Limits
from bot.commit import Committer
from bot.continuity import Continuity
from bot.executor import Executor
from bot.inventory import Inventory
from bot.model.incident import IncidentTerms
from bot.model.intake import AnswerTo, Intake
from bot.model.intent import Intent
from bot.model.people import Person
from bot.model.policy import Quorum
from bot.model.terms import Terms
from bot.operations import OPERATIONS
from bot.policy import Policy, Reminding, Rule
from bot.policy.values import Group
from bot.ports import Channels, Hypervisor, RequestStore
from bot.redis_store.client import connect
from bot.redis_store.heartbeat import HeartbeatFile
from bot.redis_store.store import RedisStore
from bot.simulation.proxmox.passing import Passing
from bot.simulation.proxmox.simulated import SimulatedProxmox
from bot.workflow import Parts, follow_end, free_room, show, take, values_brought_back
from tests.contract.hypervisors import Host, access, driven
from tests.laws.actors import Actor, Fate, LeapingClock, TurnClock, Turnstile
from tests.laws.screen import NIGHT, OPS, People, Screen

PROCESSES = ("bot 1", "bot 2", "worker 1", "worker 2", "worker 3")
POLICY = Policy(
    groups=(Group(name="ops", members=OPS), Group(name="night", members=NIGHT)),
    rules=(Rule(name="two of ops", quorums=(Quorum(groups=("ops",), needed=2),)),),
    approvals_channel="C1",
    reminding=Reminding(after_ms=700, times=3),
    break_glass=("night",),
)
LIMITS = Limits(memory_promised_max=1.6, memory_in_use_max=9.0, cores_promised_max=90.0)
"""There is room for some of what is asked for, not for all."""
TERMS = Terms(send_within=1_500, settle=400, poll_task=20, reconcile_every=100, inventory_lag=100)
LEASE = 60_000
"""As long (ms) as the longest lease of a job lasts."""

WAKES_A_JOB = ("intake", "request", "card", "end", "room", "values")
_deliveries = itertools.count(1)


class NoWake:
    """Wakes nothing: whoever is due is chosen by the machine."""

    async def wake(self, member: str) -> None:
        """Leave it to the due-set."""


@dataclass
class World:
    """Everything there is.

    `calls` are the changing calls with the time at which each arrived. `ended`: who is over and may
    have left a lease, which its answer that got lost did not tell of. `outlived`: somebody went on
    after their lease had lapsed; then two may post the same message at once.
    """

    pve: SimulatedProxmox
    hypervisor: Hypervisor
    clock: LeapingClock
    store: RedisStore
    stores: dict[str, RedisStore]
    inventories: dict[str, Inventory]
    continuities: dict[str, Continuity]
    screen: Screen = field(default_factory=Screen)
    people: People = field(default_factory=People)
    actors: list[Actor] = field(default_factory=list)
    ended: list[Actor] = field(default_factory=list)
    outlived: bool = False
    calls: list[tuple[int, int, Mapping[str, object]]] = field(default_factory=list)

    def parts(self, process: str, actor: Actor) -> Parts:
        """Return one actor's surroundings."""
        turns = Turnstile(self.stores[process], actor, self.clock)
        store, clock = cast("RequestStore", turns), TurnClock(self.clock, actor)
        inventory = self.inventories[process]
        return Parts(
            store=store,
            assessor=Assessor(
                hypervisor=self.hypervisor,
                inventory=inventory,
                store=store,
                clock=clock,
                operations=OPERATIONS,
                policy=lambda: POLICY,
                limits=lambda: LIMITS,
            ),
            committer=Committer(store=store, wake=NoWake()),
            inventory=inventory,
            hypervisor=self.hypervisor,
            directory=self.people,
            messenger=self.screen,
            channels=cast("Channels", self.screen),
            wake=NoWake(),
            clock=clock,
            terms=lambda: TERMS,
            operations=OPERATIONS,
            policy=lambda: POLICY,
            incidents=IncidentTerms,
        )

    async def job(self, process: str, member: str) -> Actor:
        """Let a process begin the job of a member of the due-set."""
        kind, _, key = member.partition(":")
        actor = Actor(f"{process}: {member}")
        parts = self.parts(process, actor)
        executor = Executor(
            hypervisor=parts.hypervisor,
            store=parts.store,
            assessor=parts.assessor,
            committer=parts.committer,
            directory=parts.directory,
            continuity=self.continuities[process],
            clock=parts.clock,
            terms=lambda: TERMS,
        )
        jobs = {
            "intake": lambda: take(parts, key),
            "request": lambda: executor.run(key),
            "card": lambda: show(parts, key),
            "end": lambda: follow_end(parts, key),
            "room": lambda: free_room(parts, key),
            "values": lambda: values_brought_back(parts, key),
        }
        self.actors.append(actor)
        await actor.begin(jobs[kind])
        return actor

    async def keep(self, person: Person, intent: Intent) -> str:
        """Keep an ask, as a bot does before it acknowledges; return its delivery."""
        delivery = f"d{next(_deliveries)}"
        to = AnswerTo(person=person, channel="C2", response_url="https://slack.invalid/")
        intake = Intake(
            delivery=delivery,
            actor=person,
            actor_name=person.user_id,
            intent=intent,
            answer_to=to,
            at=self.clock.now(),
        )
        await self.store.take_in(intake)
        return delivery

    async def go(self, actor: Actor, fate: Fate = Fate.GOES) -> None:
        """Let an actor have its turn; what it still holds when it is over, or dead, lapses."""
        await actor.go(fate)
        if actor.over:
            self.actors.remove(actor)
            self.ended.append(actor)
            actor.result()
            await self.lapse(actor)  # also a lease whose answer was lost

    async def lapse(self, actor: Actor) -> None:
        """Let an actor's leases lapse, as if it had been paused for longer than they last."""
        for name, owner in actor.leases.items():
            await self.store.release(name, owner)

    async def leap(self, ms: int) -> None:
        """Let so much time go by; the store does not see it, so what somebody left lapses here."""
        self.clock.ahead += ms
        while ms >= LEASE and self.ended:
            await self.lapse(self.ended.pop())

    async def due(self) -> list[str]:
        """Return the members of the due-set that have a job here."""
        every = await self.store.due(2**52, 50)
        return [member for member in every if member.startswith(WAKES_A_JOB)]

    async def _changing(self, passing: Passing) -> None:
        vmid = int(passing.path.split("/")[4])
        self.calls.append((self.clock.now(), vmid, dict(passing.params)))
        await passing.proceed()


@asynccontextmanager
async def world(url: str, prefix: str) -> AsyncIterator[World]:
    """Make a new world with an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        async with _world(url, prefix, Path(folder)) as made:
            yield made


@asynccontextmanager
async def _world(url: str, prefix: str, folder: Path) -> AsyncIterator[World]:
    clock, host = LeapingClock(), Host()
    host.now = clock.now  # type: ignore[method-assign] # the driver goes by the same clock
    async with SimulatedProxmox(scenario="ilinux", time_scale=0) as pve:
        way = access(pve.token, [pve.url], ca_file=str(pve.ca_file))
        async with driven(way, host=host) as driver:
            stores = {name: RedisStore(connect(url), prefix=prefix) for name in PROCESSES}
            inventories = {name: Inventory(driver, clock) for name in PROCESSES}
            own = RedisStore(connect(url), prefix=prefix)
            continuities = {
                name: Continuity(
                    store=stores[name],
                    hypervisor=driver,
                    inventory=inventories[name],
                    heartbeat=HeartbeatFile(folder / name),
                    clock=clock,
                )
                for name in PROCESSES
            }
            made = World(pve, driver, clock, own, stores, inventories, continuities)
            pve.on_call(lambda passing: passing.method != "GET", made._changing)
            try:
                yield made
            finally:
                for actor in made.actors:
                    actor.die()
                for inventory in inventories.values():
                    await inventory.close()
                for store in (own, *stores.values()):
                    await store.close()
