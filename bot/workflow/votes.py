"""Votes: approve, deny, take a vote back. The click asks; the store's order decides."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.assess import Assessed
from bot.model.errors import SlackFault
from bot.model.events import Approve, Deny, WithdrawVote
from bot.model.guards import already, expired
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told, VotePrompt
from bot.model.people import Person
from bot.model.plan import Plan
from bot.model.policy import Decision, Vote, as_of_now, still_needed, votes_that_count
from bot.model.refusal import Detail, Moment, Reason, Refusal, refuse
from bot.model.request import ChangeRequest, State
from bot.model.tell import Tell
from bot.reservations import taken
from bot.workflow.anew import judged_anew
from bot.workflow.deciding import AUDITED, helpful, transition, turned_away
from bot.workflow.parts import Asker, Parts, asker, find_request, unknown_request
from bot.workflow.pointers import split, with_newest


async def prompt(parts: Parts, intake: Intake) -> Notice:
    """Answer `/pve approve R-…`: the current plan, and the one button that votes."""
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    request = await find_request(parts, who, intake.intent.words["handle"])
    if isinstance(request, Refusal):
        return Declined(refusal=request)
    now = await parts.store.now()
    if refusal := _refused_early(request, who, request.plan_rev, now):
        return helpful(Declined(refusal=refusal), request, who)
    return VotePrompt(request=request)


async def decider(parts: Parts, person: Person, pointer: str, verb: str) -> ChangeRequest | Notice:
    """Return the request that somebody is about to deny or to make an offer on, or why not."""

    async def refused(request: ChangeRequest, who: Asker, rev: int, now: int) -> Refusal | None:
        return _refused_early(request, who, rev, now)

    return await about_to(parts, person, pointer, verb, refused)


Refused = Callable[[ChangeRequest, Asker, int, int], Awaitable[Refusal | None]]
"""Why somebody cannot do it to a request, at the plan revision shown and the time (ms); None: they can."""


async def about_to(
    parts: Parts, person: Person, pointer: str, verb: str, refused: Refused
) -> ChangeRequest | Notice:
    """Return the request that somebody is about to fill a form for, or why not.

    Whoever cannot is told before they fill a form; while Slack cannot be asked the form opens, and
    what is sent is judged then.
    """
    name, rev = split(pointer)
    try:
        who = await asker(parts, person)
    except SlackFault:
        found = await parts.store.request(name)
        return found or Declined(refusal=await unknown_request(parts, name))
    if isinstance(who, Refusal):
        await turned_away(parts, person, name, verb, who)
        return Declined(refusal=who)
    request = await find_request(parts, who, name)
    if isinstance(request, Refusal):
        return Declined(refusal=request)
    now = await parts.store.now()
    refusal = await refused(request, who, rev, now)
    if refusal is None or refusal.reason in {Reason.ALREADY_VOTED, Reason.ELIGIBILITY_UNKNOWN}:
        return request
    what = AUDITED.get(verb, verb)
    await parts.committer.note_turned_away(request, person, what, refusal, now)
    return helpful(Declined(refusal=refusal), request, who)


async def approve(parts: Parts, intake: Intake) -> Notice:
    """Count a vote, on a plan made anew at this moment."""
    name, rev = split(intake.intent.words["pointer"])

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        return await _vote(parts, request, who, rev)

    return await transition(parts, intake, name, step, accepts=True)


async def _vote(parts: Parts, request: ChangeRequest, who: Asker, rev: int) -> Notice:
    now = await parts.store.now()
    if early := _refused_early(request, who, rev, now):
        return await _refused(parts, request, who, early, now)
    judged = await judged_anew(parts, request, who.roster, now)
    if not isinstance(judged, tuple):
        return judged
    assessed, decision = judged
    return await _count(parts, request, who, assessed, decision, now)


def _refused_early(request: ChangeRequest, who: Asker, rev: int, now: int) -> Refusal | None:
    """Refuse what needs no look at Proxmox: every guard that the record itself answers."""
    if request.state is not State.PENDING:
        return already(request)
    if refusal := expired(request, now):
        return refusal
    if who.person == request.requester:
        return refuse(Reason.OWN_REQUEST, handle=request.handle)
    if rev != request.plan_rev:
        return refuse(Reason.OLD_CARD, handle=request.handle, shown=rev, current=request.plan_rev)
    if unknown := set(request.decision.groups) & who.roster.unknown:
        return refuse(Reason.ELIGIBILITY_UNKNOWN, groups=tuple(sorted(unknown)))
    if not set(who.groups) & set(request.decision.groups):
        return refuse(
            Reason.NOT_ELIGIBLE,
            handle=request.handle,
            groups=request.decision.groups,
            until=Moment(epoch_ms=request.expires_at),
        )
    if who.person in request.voters():
        return refuse(Reason.ALREADY_VOTED, handle=request.handle)
    return None


async def _refused(
    parts: Parts, request: ChangeRequest, who: Asker, refusal: Refusal, now: int
) -> Notice:
    """Record a refused vote in the audit, then say why."""
    event = _approval(parts, request, who, request.plan, request.decision, now)
    await parts.committer.note_refused(request, event, refusal)
    return with_newest(refusal)


def _approval(
    parts: Parts, request: ChangeRequest, who: Asker, plan: Plan, decision: Decision, now: int
) -> Approve:
    """Return this person's vote for the plan that the request shows."""
    vote = Vote(
        team_id=who.person.team_id,
        user_id=who.person.user_id,
        plan_rev=request.plan_rev,
        at=now,
        groups=who.groups,
    )
    return Approve(
        actor=who.person,
        at=now,
        vote=vote,
        plan=plan,
        decision=decision,
        execute_within_ms=parts.terms().execute_within,
    )


async def _count(
    parts: Parts,
    request: ChangeRequest,
    who: Asker,
    assessed: Assessed,
    decision: Decision,
    now: int,
) -> Notice:
    event = _approval(parts, request, who, assessed.plan, decision, now)
    ledgers = await taken(parts.store, replace(request, plan=assessed.plan), assessed.ledgers)
    request = replace(request, votes=as_of_now(request.votes, who.roster, parts.policy().rotas))
    result = await parts.committer.apply(
        request, event, if_approved=ledgers, deadline=request.expires_at
    )
    if isinstance(result, Refusal):
        return Declined(refusal=result)
    if result.state is State.PENDING:
        counted: dict[str, Detail] = {
            "handle": result.handle,
            "have": votes_that_count(decision, result.votes),
            "needed": decision.needed,
            "missing": tuple(
                f"{q.needed} of {' or '.join(q.groups)}"
                for q in still_needed(decision, result.votes)
            ),
        }
        return Told(what=Tell.VOTE_COUNTED, details=counted)
    return Told(
        what=Tell.APPROVED, details={"handle": result.handle, "guest": result.plan.target.name}
    )


async def deny(parts: Parts, intake: Intake) -> Notice:
    """Say no, with a reason."""
    words = intake.intent.words
    name, rev = split(words["pointer"])

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        event = Deny(
            actor=who.person,
            at=await parts.store.now(),
            groups=who.groups,
            plan_rev=rev,
            text=words["reason"],
        )
        result = await parts.committer.apply(request, event, deadline=request.expires_at)
        if isinstance(result, Refusal):
            return Declined(refusal=result)
        return Told(what=Tell.DENIED, details={"handle": result.handle})

    return await transition(parts, intake, name, step)


async def withdraw(parts: Parts, intake: Intake) -> Notice:
    """Take one's own vote back, while the request waits."""
    name, _ = split(intake.intent.words["pointer"])

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        event = WithdrawVote(actor=who.person, at=await parts.store.now())
        result = await parts.committer.apply(request, event, deadline=request.expires_at)
        if isinstance(result, Refusal):
            return Declined(refusal=result)
        return Told(what=Tell.VOTE_WITHDRAWN, details={"handle": result.handle})

    return await transition(parts, intake, name, step)
