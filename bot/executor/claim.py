"""The claim: an approved request is judged once more, on fresh facts, before anything is sent."""

from dataclasses import dataclass, replace

from bot.assess import Assessed, Assessor, reused, what_moved
from bot.commit import Committer
from bot.model.errors import HypervisorFault, SlackFault
from bot.model.events import Cancel, Claim, Expire, Replan
from bot.model.ledger import Ledger
from bot.model.people import SYSTEM, Person, Roster
from bot.model.plan import Plan
from bot.model.policy import Decision, Vote, as_of_now, quorum_met
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.model.terms import DAY, Terms
from bot.model.verdict import VerdictClass
from bot.ports import Directory, RequestStore
from bot.reservations import given_up, guest_held, taken

NOT_NOW = frozenset({Reason.ELIGIBILITY_UNKNOWN, Reason.GUEST_STATE_UNKNOWN, Reason.HA_ERROR})
"""Refusals that may pass by themselves: Slack or a node is silent, HA is being mended."""

TRY_AGAIN = 5_000
"""How soon a claim that had to wait is tried again, in ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimer:
    """Takes approved requests into execution, or says why not."""

    store: RequestStore
    assessor: Assessor
    committer: Committer
    directory: Directory
    terms: Terms

    async def claim(self, request: ChangeRequest, now: int) -> ChangeRequest | int:
        """Return the request after what happened to it, or the time (ms) to try again."""
        if now >= request.execute_before:
            return await self._end(request, Expire(actor=SYSTEM, at=now))
        if now < request.not_before:
            return request.not_before
        held = await guest_held(self.store, request)
        if isinstance(held, str):
            return now + TRY_AGAIN
        roster = await self._roster()
        if roster is None and any(now >= vote.at + DAY for vote in request.votes):
            return now + TRY_AGAIN
        if roster is not None and (void := await self._void_vote(request, roster, now)):
            return await self._ask_anew(request, None, void, roster, now)
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
        if why := await self._stands_no_more(request, assessed.plan, roster):
            return await self._ask_anew(request, assessed, why, roster, now)
        return await self._commit_claim(request, assessed, (held,), now)

    async def _refused(self, request: ChangeRequest, why: Refusal, now: int) -> ChangeRequest | int:
        """End what can never be carried out; wait where it just cannot be told now."""
        if why.reason in NOT_NOW:
            return now + TRY_AGAIN
        return await self._end(request, _cancelled(request, why, now))

    async def _commit_claim(
        self, request: ChangeRequest, assessed: Assessed, held: tuple[Ledger, ...], now: int
    ) -> ChangeRequest | int:
        event = Claim(actor=SYSTEM, at=now, plan=assessed.plan)
        ledgers = await taken(self.store, _with_plan(request, assessed.plan), assessed.ledgers)
        result = await self.committer.apply(
            request, event, ledgers=(*ledgers, *held), deadline=request.execute_before
        )
        return now + TRY_AGAIN if isinstance(result, Refusal) else result

    async def _stands_no_more(
        self, request: ChangeRequest, plan: Plan, roster: Roster | None
    ) -> Refusal | None:
        """Return why the approval no longer covers the fresh plan, if it does not."""
        if plan.hash != request.plan_hash or plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
            return what_moved(request.plan, plan)
        if roster is None:
            return None
        decision = await self.assessor.decide(request.requester, plan, roster)
        if isinstance(decision, Refusal):
            return decision
        current = tuple(v for v in request.votes if v.plan_rev == request.plan_rev)
        if quorum_met(decision, as_of_now(current, roster)):
            return None
        return refuse(Reason.PLAN_MOVED, what=f"the rules now ask for: {decision.rule}")

    async def _roster(self) -> Roster | None:
        """Return who is in which group; None while Slack cannot be asked (up to 24 h)."""
        try:
            return await self.directory.roster()
        except SlackFault:
            return None

    async def _void_vote(self, request: ChangeRequest, roster: Roster, now: int) -> Refusal | None:
        """Return why a counted vote no longer counts, if one does not."""
        for vote in request.votes:
            if why := await self._void_because(vote, request.decision, roster, now):
                person = Person(team_id=vote.team_id, user_id=vote.user_id)
                return refuse(Reason.VOTE_VOID, person=person, why=why)
        return None

    async def _void_because(self, vote: Vote, decision: Decision, roster: Roster, now: int) -> str:
        person = Person(team_id=vote.team_id, user_id=vote.user_id)
        (present,) = as_of_now((vote,), roster)
        if not set(present.groups) & set(decision.groups):
            return "no longer in a group that may approve"
        try:
            return (await self.directory.account(person)).refused_because
        except SlackFault:
            return "" if now < vote.at + DAY else "Slack has not confirmed the account for a day"

    async def _ask_anew(
        self,
        request: ChangeRequest,
        assessed: Assessed | None,
        why: Refusal,
        roster: Roster | None,
        now: int,
    ) -> ChangeRequest | int:
        """Let policy decide anew on the fresh plan; what it refuses is cancelled."""
        plan = assessed.plan if assessed else request.plan
        if roster is None:
            return now + TRY_AGAIN
        decision = await self.assessor.decide(request.requester, plan, roster)
        if isinstance(decision, Refusal):
            return await self._refused(request, decision, now)
        event = Replan(
            actor=SYSTEM,
            at=now,
            plan=plan,
            decision=decision,
            why=why,
            expires_at=now + decision.expires_ms,
            execute_within_ms=self.terms.execute_within,
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
