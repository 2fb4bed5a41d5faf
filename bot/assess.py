"""Facts to plan to verdict to decision: the same way when asked, when approved, when claimed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.capacity import Limits, judge
from bot.inventory import Inventory
from bot.model.errors import GuestMissing
from bot.model.estate import StorageFacts
from bot.model.feature import EVERYTHING, Features
from bot.model.guest import GuestFacts, GuestRef, Snapshot
from bot.model.intent import Ask
from bot.model.ledger import Ledger
from bot.model.operation import Facts, Operation, features_of
from bot.model.people import Person, Roster
from bot.model.plan import Draft, Plan
from bot.model.policy import Decision, RuleAsk
from bot.model.quantity import format_value
from bot.model.refusal import Detail, Quantity, Reason, Refusal, refuse
from bot.model.request import ChangeRequest, State
from bot.model.unit import Unit
from bot.policy import (
    Circumstances,
    Emergency,
    Grant,
    Policy,
    counts_before,
    decide,
    grants_of,
)
from bot.ports import Clock, Hypervisor, RequestStore

OWN_END = "owner of the waiting value"
"""The rule that frees people to take back what waits on their own behalf (REQUESTS, Timing)."""

LOCATED_MS = 10_000
"""A guest is looked for where the shared picture shows it; a miss resolves its node anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A plan with the ask it was made from, absolute, and the ledgers it was judged against.

    The ledgers' versions guard the reservation.
    """

    plan: Plan
    ask: Ask
    ledgers: tuple[Ledger, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessor:
    """Reads what a plan rests on and judges it. `policy`, `limits` and `own_guests` give the present ones.

    The last are names, vmids or `cluster/vmid` of guests that carry the bot or its store.
    """

    hypervisor: Hypervisor
    inventory: Inventory
    store: RequestStore
    clock: Clock
    operations: Mapping[str, Operation]
    policy: Callable[[], Policy]
    limits: Callable[[], Limits]
    own_guests: Callable[[], frozenset[str]] = frozenset
    features: Features = EVERYTHING

    async def guest(self, ref: GuestRef) -> GuestFacts:
        """Read a guest fresh, wherever it is now (its node is resolved again once)."""
        node = await self.inventory.locate(ref, max_age_ms=LOCATED_MS)
        try:
            return await self.hypervisor.guest(ref, node)
        except GuestMissing:
            node = await self.inventory.locate(ref, max_age_ms=0)
            return await self.hypervisor.guest(ref, node)

    async def facts(
        self, ref: GuestRef, operation: Operation, *, deep: bool = True, snapshot: str = ""
    ) -> Facts:
        """Read everything that planning this operation rests on.

        `deep` also reads storages, and snapshots and backups where the operation wants them: what
        matters only for changes that cannot be taken back. Of `snapshot` (a name) the memory is read
        as well, where the operation brings it back.
        """
        guest = await self.guest(ref)
        backup: int | None = None
        storages: tuple[StorageFacts, ...] = ()
        if deep:
            storages = await self.hypervisor.storages(ref.cluster, guest.node)
            if operation.needs_snapshots:
                guest = guest.with_snapshots(await self.hypervisor.snapshots(ref, guest.node))
            if operation.rewrites_config:
                guest = await self._with_memory_of(snapshot, guest)
            if operation.needs_backup_age:
                backup = await self.hypervisor.last_backup(ref, guest.node)
        picture = await self.inventory.picture(ref.cluster)
        names = {guest.name, str(ref.vmid), ref.key}
        own = {ref.vmid} if names & self.own_guests() else set()
        return Facts(
            guest=guest,
            node=await self.hypervisor.node(ref.cluster, guest.node),
            storages=storages,
            picture=picture,
            rights=await self.hypervisor.rights(ref.cluster),
            read_at=self.clock.now(),
            last_backup=backup,
            own_vmids=frozenset(own),
        )

    async def _with_memory_of(self, name: str, guest: GuestFacts) -> GuestFacts:
        """Return the guest with the memory that its snapshot of that name would bring back."""
        read: list[Snapshot] = []
        for snapshot in guest.snapshots:
            memory = None
            if snapshot.name == name:
                memory = await self.hypervisor.snapshot_memory(guest.ref, guest.node, name)
            read.append(replace(snapshot, memory_mib=memory))
        return guest.with_snapshots(tuple(read))

    async def assess(self, ask: Ask, ref: GuestRef, *, but: str = "") -> Assessed | Refusal:
        """Plan the ask on fresh facts and judge it, not counting the reservation of request `but`."""
        for feature in features_of(ask, self.operations):
            if not self.features.has(feature):
                return refuse(Reason.SWITCHED_OFF, what=feature.said)
        operation = self.operations[ask.operation]
        try:
            facts = await self.facts(
                ref,
                operation,
                deep=operation.asks_for_final(ask),
                snapshot=ask.arguments.get("name", ""),
            )
        except GuestMissing:
            return refuse(Reason.GUEST_GONE, guest=ref)
        draft = operation.plan(ask, facts)
        if isinstance(draft, Refusal):
            return draft
        facts = await self._with_provisioned(draft, facts)
        places = {f"node/{draft.target.node}", *(claim.place for claim in draft.claims)}
        ledgers = tuple([await self.store.ledger(ref.cluster, place) for place in sorted(places)])
        verdict = judge(draft, facts, ledgers, self.limits(), but=but)
        plan = Plan.judged(draft, verdict, facts.read_at)
        settled = replace(draft.ask or ask, guest=ref.key)
        return Assessed(plan=plan, ask=settled, ledgers=ledgers)

    async def _with_provisioned(self, draft: Draft, facts: Facts) -> Facts:
        """Read what thin disks may still claim, where the draft grows one."""
        named = {c.resource.partition(":")[2] for c in draft.claims if ":" in c.resource}
        if not named:
            return facts
        storages = await self.hypervisor.storages(
            draft.target.ref.cluster, draft.target.node, provisioned=frozenset(named)
        )
        return facts.with_storages(storages)

    async def decide(
        self,
        requester: Person,
        plan: Plan,
        roster: Roster,
        request: ChangeRequest | None = None,
        *,
        incident: str = "",
        anew: bool = False,
    ) -> Decision | Refusal:
        """Return who has to approve the plan, or policy's no; `request` if the plan is one's already.

        A new request comes from the `incident` of that id. Of an approved request the rules' hours are
        those of its approval, unless it is decided `anew`; its incident is always as it is now. Nobody
        has to approve where people take back what waits on their own behalf.
        """
        policy = self.policy()
        if await self._is_own_end(requester, plan):
            free = RuleAsk(rule=OWN_END, quorums=())
            return Decision(asks=(free,), expires_ms=0, revision=policy.revision)
        now = await self.store.now()
        decided_at = now
        if request is not None and request.state is State.APPROVED and not anew:
            decided_at = request.decided_at or request.created_at
        found: tuple[ChangeRequest, ...] = ()
        if policy.bounded_by_week:
            found = await self.store.counted(requester, plan.target.ref, now)
        circumstances = Circumstances(
            now=now,
            decided_at=decided_at,
            granted=_granted(found, request),
            emergency=await self._emergency(
                request.origin.incident if request else incident, request
            ),
        )
        return decide(policy, roster, requester, plan, circumstances)

    async def _emergency(self, incident: str, request: ChangeRequest | None) -> Emergency | None:
        """Return the incident that a request comes from, if that is open and some rule is about it."""
        if not incident or not self.policy().about_incidents:
            return None
        found = await self.store.incident(incident)
        if found is None or not found.open:
            return None
        return Emergency(
            incident=found.id,
            handle=found.handle,
            severity=found.severity,
            granted=_granted(await self.store.requests_from(incident), request),
        )

    async def _is_own_end(self, requester: Person, plan: Plan) -> bool:
        """Return whether the plan touches only values that wait on the requester's behalf."""
        if not self.operations[plan.operation].free_for_owner:
            return False
        own = {
            change.field
            for end in await self.store.open_ends()
            if end.owner == requester and end.guest == plan.target.ref
            for change in end.changes
        }
        return {change.field for change in plan.changes} <= own


def _granted(found: tuple[ChangeRequest, ...], request: ChangeRequest | None) -> tuple[Grant, ...]:
    """Return what others that count before this one give."""
    others = (other for other in found if counts_before(other, request))
    return tuple(grant for other in others for grant in grants_of(other))


def no_room(plan: Plan, reason: Reason = Reason.DOES_NOT_FIT) -> Refusal:
    """Return the refusal of a plan that does not fit, with the largest amount that would.

    `reason` is ROOM_GONE where it did fit when it was asked for.
    """
    verdict = plan.verdict
    details: dict[str, Detail] = {}
    if verdict.largest is not None:
        details["largest"] = verdict.largest
    if over := next((s for s in verdict.sums if s.over_hard), None):
        unit = over.unit.value
        details |= {
            "sum": over.name,
            "sum_after": Quantity(amount=over.after or 0, unit=unit),
            "sum_limit": Quantity(amount=over.hard_at or 0, unit=unit),
        }
    return refuse(
        reason,
        guest=plan.target.name,
        node=plan.target.node,
        **_wanted(plan),
        **details,
    )


def _wanted(plan: Plan) -> dict[str, Detail]:
    """Return what the guest cannot get: of a start, which names no amount, its memory."""
    named = plan.verdict.largest_field
    asked = next((c for c in plan.changes if c.field == named), plan.changes[0])
    if not isinstance(asked.after, int):
        memory = next((c.after for c in plan.claims if c.resource == "memory"), None)
        wanted = Quantity(amount=memory, unit=Unit.MIB.value) if memory else "started"
        return {"asked": wanted, "of": "memory" if memory else ""}
    return {
        "asked": asked.after,
        "before": asked.before if asked.before is not None else "",
        "field": asked.field,
        "of": "" if asked.unit is Unit.CORES else asked.field,
        "unit": asked.unit.value,
    }


def reused(before: Plan, after: Plan) -> Refusal | None:
    """Refuse a plan whose vmid belongs to another guest by now; what cannot be compared is asked anew."""
    was, now = before.target.identity, after.target.identity
    if was.same_guest(now) or not (was.comparable and now.comparable):
        return None
    return refuse(Reason.IDENTITY_CHANGED, guest=before.target.name)


def what_moved(before: Plan, after: Plan) -> Refusal:
    """Return what differs between two plans for the same ask, in words."""
    moves = []
    if before.target.identity != after.target.identity:
        moves.append("it is another guest under the same vmid")
    if before.target.node != after.target.node:
        moves.append(f"it is on {after.target.node} now")
    was = {c.field: c for c in before.changes}
    for change in after.changes:
        old = was.pop(change.field, None)
        if old is None or old.before != change.before:
            now = format_value(change.before, change.unit)
            moves.append(f"{change.field} is {now} now")
        elif old.effect is not change.effect:
            moves.append(f"{change.field} now comes into force {change.effect.value}")
    moves += [f"{field} is so already" for field in was]
    if before.verdict.verdict is not after.verdict.verdict:
        moves.append(f"room: {before.verdict.verdict.value} → {after.verdict.verdict.value}")
    return refuse(
        Reason.PLAN_MOVED,
        guest=after.target.name,
        what="; ".join(moves) or "the plan was made anew",
    )
