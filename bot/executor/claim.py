"""The claim: an approved request is judged once more, on fresh facts, before anything is sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.assess import Assessed, Assessor, reused, what_moved
from bot.commit import Committer
from bot.continuity import Continuity
from bot.model.errors import HypervisorFault, SlackFault
from bot.model.events import Cancel, Claim, Expire, Replan
from bot.model.gate import Gate
from bot.model.incident import Incident
from bot.model.ledger import Ledger
from bot.model.pause import Pause, against, standing
from bot.model.people import SYSTEM, Person, Roster
from bot.model.plan import Plan
from bot.model.policy import Vote, as_of_now, quorum_met
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.model.terms import DAY, Terms
from bot.model.verdict import VerdictClass
from bot.ports import Directory, RequestStore
from bot.reservations import given_up, guest_held, person_place, taken

NOT_NOW = frozenset({Reason.ELIGIBILITY_UNKNOWN, Reason.GUEST_STATE_UNKNOWN, Reason.HA_ERROR})
"""Refusals that may pass by themselves: Slack or a node is silent, HA is being mended."""

TRY_AGAIN = 5_000
"""How soon a claim that had to wait is tried again, in ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was read before a claim was judged: it has to be the same when the claim is saved."""

    pauses: tuple[Pause, ...]
    ledgers: tuple[Ledger, ...]
    gate: Gate
    incident: Incident | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimer:
    """Takes approved requests into execution, or says why not."""

    store: RequestStore
    assessor: Assessor
    committer: Committer
    directory: Directory
    continuity: Continuity
    terms: Callable[[], Terms]

    async def claim(self, request: ChangeRequest, now: int) -> ChangeRequest | int:
        """Return the request after what happened to it, or the time (ms) to try again."""
        if now >= request.execute_before:
            return await self._end(request, Expire(actor=SYSTEM, at=now))
        roster = await self.directory.roster(last_known=True)
        certain = await self._votes_stand(request, roster, now)
        if isinstance(certain, Refusal):
            return await self._ask_anew(request, None, certain, roster, now)
        if now < request.not_before:
            look = now + self.terms().roster_age if request.votes else request.not_before
            return min(look, request.not_before)
        pauses = await self.store.pauses("", request.plan.target.ref.cluster)
        if standing(pauses):
            return await self._wait_out(request, now)
        held = await guest_held(self.store, request)
        if isinstance(held, str):
            return now + TRY_AGAIN
        gate = await self.continuity.look()
        if not certain or gate.closed:
            return now + TRY_AGAIN
        before = Before(
            pauses=pauses,
            ledgers=(held, *await self._week(request)),
            gate=gate,
            incident=await self._incident(request),
        )
        return await self._begin(request, before, roster, now)

    async def _begin(
        self, request: ChangeRequest, before: Before, roster: Roster, now: int
    ) -> ChangeRequest | int:
        """Plan anew, and claim it if it is still what was approved and still fits."""
        try:
            assessed = await self.assessor.assess(
                request.ask, request.plan.target.ref, but=request.id
            )
        except HypervisorFault:
            return now + TRY_AGAIN
        if isinstance(assessed, Assessed) and (another := reused(request.plan, assessed.plan)):
            assessed = another
        if isinstance(assessed, Refusal):
            return await self._refused(request, assessed, now)
        if against(before.pauses, assessed.plan.target.node, request.origin.incident):
            return await self._wait_out(request, now)
        if why := await self._stands_no_more(request, assessed.plan, roster, now):
            return await self._ask_anew(request, assessed, why, roster, now)
        if self.terms().observe:
            observed = refuse(Reason.ONLY_OBSERVED, guest=request.plan.target.name)
            return await self._end(request, _cancelled(request, observed, now))
        return await self._commit_claim(request, assessed, before, now)

    async def _wait_out(self, request: ChangeRequest, now: int) -> int:
        """Return when to look again while a pause stands; its end wakes the request. The card tells."""
        await self.store.put_due(f"card:{request.id}", now)
        return now + self.terms().roster_age

    async def _refused(self, request: ChangeRequest, why: Refusal, now: int) -> ChangeRequest | int:
        """End what can never be carried out; wait where it just cannot be told now."""
        if why.reason in NOT_NOW:
            return now + TRY_AGAIN
        return await self._end(request, _cancelled(request, why, now))

    async def _commit_claim(
        self, request: ChangeRequest, assessed: Assessed, before: Before, now: int
    ) -> ChangeRequest | int:
        """Save the claim if no evidence has closed the gate; the host has seen it before a call is sent."""
        try:
            if await self.continuity.forgotten_on(request, assessed.plan, before.gate):
                return now + TRY_AGAIN
        except HypervisorFault:
            return now + TRY_AGAIN
        event = Claim(actor=SYSTEM, at=now, plan=assessed.plan)
        ledgers = await taken(self.store, _with_plan(request, assessed.plan), assessed.ledgers)
        result = await self.committer.apply(
            request,
            event,
            ledgers=(*ledgers, *before.ledgers),
            deadline=request.execute_before,
            unpaused=before.pauses,
            gate_at=before.gate.version,
            incident=before.incident,
        )
        if isinstance(result, Refusal):
            return now + TRY_AGAIN
        await self.continuity.look()
        return result

    async def _stands_no_more(
        self, request: ChangeRequest, plan: Plan, roster: Roster, now: int
    ) -> Refusal | None:
        """Return why the approval no longer covers the fresh plan, if it does not."""
        if plan.hash != request.plan_hash or plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
            return what_moved(request.plan, plan)
        decision = await self.assessor.decide(request.requester, plan, roster, request)
        if isinstance(decision, Refusal) or request.glass:
            return decision if isinstance(decision, Refusal) else None
        votes = self._held(request, roster)
        waited = now - (request.decided_at or request.created_at) >= decision.wait_ms
        if waited and quorum_met(decision, votes):
            return None
        if request.decision.incident and not decision.incident:
            return refuse(Reason.RULES_OVER, incident=request.decision.incident_handle)
        return refuse(Reason.PLAN_MOVED, what=f"the rules now ask for: {decision.rule}")

    async def _week(self, request: ChangeRequest) -> tuple[Ledger, ...]:
        """Return the ledger by which one person's claims follow each other, where sums of a week count.

        It is read before the sums are, and saved with the claim: so no two claims miss each other.
        """
        if not self.assessor.policy().bounded_by_week:
            return ()
        return (await self.store.ledger("", person_place(request.requester)),)

    async def _incident(self, request: ChangeRequest) -> Incident | None:
        """Return the open incident that the request comes from, where rules are about incidents.

        It is read before they are asked, and saved with the claim: no claim slips past its end, and of
        two that count for one sum the second sees the first.
        """
        if not request.origin.incident or not self.assessor.policy().about_incidents:
            return None
        found = await self.store.incident(request.origin.incident)
        return found if found and found.open else None

    def _held(self, request: ChangeRequest, roster: Roster) -> tuple[Vote, ...]:
        """Return the votes for the present plan, with the groups that their people are in now."""
        current = tuple(v for v in request.votes if v.plan_rev == request.plan_rev)
        return as_of_now(current, roster, self.assessor.policy().rotas)

    async def _votes_stand(
        self, request: ChangeRequest, roster: Roster, now: int
    ) -> Refusal | bool:
        """Return why a counted vote no longer counts, else whether all that is needed is known to.

        Slack's last answers count, up to a day old, and so does a vote's own; older ones are unknown.
        """
        known = True
        for vote in self._held(request, roster):
            person = Person(team_id=vote.team_id, user_id=vote.user_id)
            why = ""
            asked = set(request.decision.groups)
            if asked and not set(vote.groups) & asked:
                why = "no longer in a group that may approve"
            try:
                account = await self.directory.account(person, last_known=True)
            except SlackFault:
                known = known and now < vote.at + DAY
            else:
                why = why or account.refused_because
            if why:
                return refuse(Reason.VOTE_VOID, person=person, why=why)
        held = self._held(request, roster)
        young = {vote.user_id for vote in held if now < vote.at + DAY}
        strict = self._held(request, replace(roster, unknown=frozenset()))
        certain = tuple(h if h.user_id in young else s for h, s in zip(held, strict, strict=True))
        met = quorum_met(request.decision, certain)
        return known and (met or not quorum_met(request.decision, held))

    async def _ask_anew(
        self,
        request: ChangeRequest,
        assessed: Assessed | None,
        why: Refusal,
        roster: Roster,
        now: int,
    ) -> ChangeRequest | int:
        """Let policy decide anew on the fresh plan; what it refuses is cancelled."""
        plan = assessed.plan if assessed else request.plan
        decision = await self.assessor.decide(request.requester, plan, roster, request, anew=True)
        if isinstance(decision, Refusal):
            return await self._refused(request, decision, now)
        event = Replan(
            actor=SYSTEM,
            at=now,
            plan=plan,
            decision=decision,
            why=why,
            expires_at=now + decision.expires_ms,
            execute_within_ms=self.terms().execute_within,
        )
        ledgers: tuple[Ledger, ...] = ()
        if decision.needs_approval:
            ledgers = await given_up(self.store, request, room_too=True)
        elif plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
            return await self._end(request, _cancelled(request, why, now))
        elif not plan.target.may_be(request.plan.target):
            why = refuse(Reason.IDENTITY_CHANGED, guest=plan.target.name)
            return await self._end(request, _cancelled(request, why, now))
        elif assessed is not None:
            ledgers = await taken(self.store, _with_plan(request, plan), assessed.ledgers)
        result = await self.committer.apply(request, event, ledgers=ledgers)
        return now + TRY_AGAIN if isinstance(result, Refusal) else result

    async def _end(self, request: ChangeRequest, event: Expire | Cancel) -> ChangeRequest | int:
        ledgers = await given_up(self.store, request, room_too=True)
        result = await self.committer.apply(request, event, ledgers=ledgers)
        return event.at + TRY_AGAIN if isinstance(result, Refusal) else result


def _cancelled(request: ChangeRequest, why: Refusal, now: int) -> Cancel:
    """Return the end of a request whose plan cannot be made any more."""
    if why.reason is Reason.ALREADY_SO:
        why = refuse(Reason.OBSOLETE, guest=request.plan.target.name)
    return Cancel(actor=SYSTEM, at=now, why=why, entitled=True)


def _with_plan(request: ChangeRequest, plan: Plan) -> ChangeRequest:
    return replace(request, plan=plan)
