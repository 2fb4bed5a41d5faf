"""The executor on the real store, with a simulated Proxmox before it and real time, but short waits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.assess import Assessor
from bot.capacity import Limits
from bot.clock import SystemClock
from bot.commit import Committer
from bot.continuity import Continuity
from bot.executor import Executor
from bot.inventory import Inventory
from bot.model.errors import SlackFault
from bot.model.guest import GuestRef
from bot.model.intent import Ask
from bot.model.people import Account, Person, Roster
from bot.model.policy import Vote
from bot.model.request import ChangeRequest, Origin, Progress, State
from bot.model.terms import Terms
from bot.operations import OPERATIONS
from bot.policy import Policy, Rule, When
from bot.redis_store.folding import folded
from bot.redis_store.heartbeat import HeartbeatFile
from bot.redis_store.store import RedisStore
from bot.simulation.proxmox.simulated import SimulatedProxmox
from tests.contract.hypervisors import CLUSTER, Host, access, driven
from tests.unit.redis_store.samples import ALICE

QUICK = Terms(send_within=1_500, settle=400, poll_task=20, reconcile_every=100, wait_for_lock=1_000)
FREE = Policy(rules=(Rule(name="free", when=When(), quorums=()),), approvals_channel="C1")
ENOUGH = Limits(memory_promised_max=9.0, memory_in_use_max=9.0, cores_promised_max=90.0)
MANY = 60


@dataclass
class People:
    """Says that everybody is an active account of no group; or cannot be asked."""

    silent: bool = False

    async def account(self, person: Person, *, last_known: bool = False) -> Account:
        """Return the account; nothing can be told while Slack is silent."""
        del last_known
        if self.silent:
            raise SlackFault(f"asking who {person.user_id} is")
        return Account(person=person, name="A", timezone="UTC", refused_because="", read_at=0)

    async def in_channel(self, channel: str) -> frozenset[str] | None:
        """Tell that Bob is."""
        del channel
        return frozenset({"UBOB"})

    async def roster(self, *, last_known: bool = False) -> Roster:
        """Return the groups; none can be told while Slack is silent."""
        del last_known
        if self.silent:
            return Roster(groups={}, as_of=0, unknown=frozenset({"ops"}))
        return Roster(groups={"ops": frozenset({"UBOB"})}, as_of=0)


@dataclass
class LeapingClock(SystemClock):
    """The host's clock, which leaps `ahead` ms once a wake comes from the save of an intent."""

    ahead: int = 0

    def now(self) -> int:
        """Return the time, with the leap."""
        return super().now() + self.ahead


@dataclass
class Pausing:
    """A wake that lets the worker sleep `ms` after a save: as long as its host is suspended."""

    clock: LeapingClock
    ms: int = 0
    saves: int = 0
    pause_after: int = 0

    async def wake(self, member: str) -> None:
        """Count saves by their cards' wakes, and pause after the one that was named."""
        if member.startswith("card:"):
            self.saves += 1
            if self.saves == self.pause_after:
                self.clock.ahead += self.ms


@dataclass
class Act:
    """A request on its way through the executor."""

    pve: SimulatedProxmox
    store: RedisStore
    executor: Executor
    host: Host
    wake: Pausing
    people: People = field(default_factory=People)

    async def ask(
        self, vmid: int, operation: str, *, votes: tuple[Vote, ...] = (), **changes: object
    ) -> ChangeRequest:
        """Plan an ask and save the request as approved, by these votes."""
        guest = self.pve.world.guest(vmid)
        picture = await self.executor.assessor.inventory.picture(CLUSTER)
        ref: GuestRef = next(g.ref for g in picture.guests if g.ref.vmid == guest.vmid)
        ask = replace(Ask(operation=operation, guest=ref.key), **changes)  # type: ignore[arg-type] # fields of Ask
        assessed = await self.executor.assessor.assess(ask, ref)
        plan = assessed.plan  # type: ignore[union-attr] # a refusal fails the test here
        decision = await self.executor.assessor.decide(ALICE, plan, await People().roster())
        now = await self.store.now()
        request = ChangeRequest(
            id=SystemClock().token(128),
            handle=f"R-{SystemClock().token(32).upper()}",
            requester=ALICE,
            requester_name="Alice",
            origin=Origin(),
            ask=ask,
            plan=plan,
            plan_hash=plan.hash,
            plan_rev=1,
            decision=decision,  # type: ignore[arg-type] # a refusal fails the test here
            state=State.APPROVED,
            version=1,
            created_at=now,
            expires_at=now,
            not_before=now,
            execute_before=now + 60_000,
            votes=votes,
        )
        await self.executor.committer.create(request, (), "", ALICE)
        self.wake.saves = 0
        return request

    async def ended(self, request: ChangeRequest) -> ChangeRequest:
        """Run it to its end, looking again as often as it wants to be looked at."""
        for _ in range(MANY):
            await self.executor.run(request.id)
            found = await self.store.request(request.id)
            assert found is not None
            if found.state.final:
                assert found == folded(k.entry for k in await self.store.audit_of(found.id))
                return found
            await SystemClock().wait(0.05)
        raise AssertionError(f"{request.handle} does not end")

    async def journals(self, request: ChangeRequest) -> list[Progress]:
        """Return every progress that was written down, in order, as the audit tells it."""
        entries = [k.entry for k in await self.store.audit_of(request.id)]
        seen: list[Progress] = []
        for n in range(len(entries)):
            record = folded(entries[: n + 1])
            last = record.journal[-1].progress if record and record.journal else None
            if last and "journal" in entries[n].fields and entries[n].what != "submit":
                seen.append(last)
        return seen

    def writes(self) -> list[str]:
        """Return the changing calls that reached Proxmox."""
        return [f"{c.method} {c.path}" for c in self.pve.calls if c.method != "GET"]


@asynccontextmanager
async def acting(store: RedisStore, terms: Terms = QUICK) -> AsyncIterator[Act]:
    """Set it up: Proxmox, the driver, and an executor that needs nobody's approval."""
    with TemporaryDirectory() as folder:
        async with _set_up(store, terms, Path(folder)) as act:
            yield act


@asynccontextmanager
async def _set_up(store: RedisStore, terms: Terms, folder: Path) -> AsyncIterator[Act]:
    clock = LeapingClock()
    wake = Pausing(clock)
    host = Host()
    host.now = clock.now  # type: ignore[method-assign] # the driver goes by the same clock
    async with SimulatedProxmox(scenario="ilinux", time_scale=0) as pve:
        way = access(pve.token, [pve.url], ca_file=str(pve.ca_file))
        async with driven(way, host=host) as driver:
            inventory = Inventory(driver, clock)
            people = People()
            assessor = Assessor(
                hypervisor=driver,
                inventory=inventory,
                store=store,
                clock=clock,
                operations=OPERATIONS,
                policy=lambda: FREE,
                limits=lambda: ENOUGH,
            )
            executor = Executor(
                hypervisor=driver,
                store=store,
                assessor=assessor,
                committer=Committer(store=store, wake=wake),
                directory=people,
                continuity=Continuity(
                    store=store,
                    hypervisor=driver,
                    inventory=inventory,
                    heartbeat=HeartbeatFile(folder),
                    clock=clock,
                ),
                clock=clock,
                terms=lambda: terms,
            )
            yield Act(pve, store, executor, host, wake, people)
            await inventory.close()
