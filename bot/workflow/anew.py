"""A request that waits, looked at anew: its plan on fresh facts, and who decides it now."""

from dataclasses import replace

from bot.assess import Assessed, no_room, reused, what_moved
from bot.model.events import Cancel, Replan
from bot.model.notice import Declined, Notice
from bot.model.people import SYSTEM, Roster
from bot.model.policy import Decision
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.model.verdict import VerdictClass
from bot.reservations import taken
from bot.workflow.parts import Parts

ENDS = frozenset(
    {
        Reason.ALREADY_SO,
        Reason.POLICY_REFUSES,
        Reason.NO_RULE,
        Reason.TEMPLATE,
        Reason.IDENTITY_CHANGED,
        Reason.GUEST_GONE,
        Reason.SWITCHED_OFF,
    }
)
"""Reasons for which a request cannot be approved any more, whatever happens."""


async def judged(
    parts: Parts, request: ChangeRequest, roster: Roster
) -> tuple[Assessed, Decision] | Refusal:
    """Return the plan for the same ask on fresh facts, and who decides it now; or why there is none."""
    assessed = await parts.assessor.assess(request.ask, request.plan.target.ref, but=request.id)
    if isinstance(assessed, Refusal):
        return assessed
    if another := reused(request.plan, assessed.plan):
        return another
    decision = await parts.assessor.decide(request.requester, assessed.plan, roster, request)
    return decision if isinstance(decision, Refusal) else (assessed, decision)


async def judged_anew(
    parts: Parts, request: ChangeRequest, roster: Roster, now: int
) -> tuple[Assessed, Decision] | Notice:
    """Return the very plan that the card shows, fitting, made and decided now; else what became of it."""
    found = await judged(parts, request, roster)
    if isinstance(found, Refusal):
        return Declined(refusal=await put_aside(parts, request, found, now), voted=True)
    assessed, decision = found
    if assessed.plan.hash != request.plan_hash:
        return await _moved(parts, request, assessed, decision, now)
    if assessed.plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
        return Declined(refusal=no_room(assessed.plan, Reason.ROOM_GONE))
    return found


async def put_aside(parts: Parts, request: ChangeRequest, why: Refusal, now: int) -> Refusal:
    """Cancel what can never be approved any more, and return why; what may pass by itself stays."""
    if why.reason not in ENDS:
        return why
    if why.reason is Reason.ALREADY_SO:
        why = refuse(Reason.OBSOLETE, guest=request.plan.target.name)
    event = Cancel(actor=SYSTEM, at=now, why=why, entitled=True)
    result = await parts.committer.apply(request, event)
    return result if isinstance(result, Refusal) else why


async def renew(
    parts: Parts,
    request: ChangeRequest,
    assessed: Assessed,
    decision: Decision,
    why: Refusal,
    now: int,
) -> ChangeRequest | Refusal:
    """Let everybody be asked again about the plan as it is now; the card says why."""
    plan = assessed.plan
    event = Replan(
        actor=SYSTEM,
        at=now,
        plan=plan,
        decision=decision,
        why=why,
        expires_at=request.expires_at,
        execute_within_ms=parts.terms().execute_within,
    )
    ledgers = await taken(parts.store, replace(request, plan=plan), assessed.ledgers)
    return await parts.committer.apply(
        request, event, if_approved=ledgers, deadline=request.expires_at
    )


async def _moved(
    parts: Parts, request: ChangeRequest, assessed: Assessed, decision: Decision, now: int
) -> Notice:
    """The plan is another one now: everybody is asked again, and the card says what moved."""
    plan, why = assessed.plan, what_moved(request.plan, assessed.plan)
    result = await renew(parts, request, assessed, decision, why, now)
    if isinstance(result, Refusal):
        return Declined(refusal=result)
    if plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
        return Declined(refusal=no_room(plan, Reason.ROOM_GONE))
    what = why.details.get("what", "")
    return Declined(refusal=refuse(Reason.GUEST_CHANGED, guest=plan.target.name, what=what))
