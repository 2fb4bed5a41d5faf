"""Break-glass: in an emergency one person approves alone; loudly, seldom, and reviewed by others."""

from dataclasses import replace

from bot.model.events import BreakGlass
from bot.model.intake import Intake
from bot.model.notice import Declined, GlassPrompt, Notice, Told
from bot.model.people import Person, Roster
from bot.model.policy import Decision
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.model.tell import Tell
from bot.model.terms import DAY
from bot.model.transition import advance
from bot.policy import others_in
from bot.reservations import person_place, taken
from bot.workflow.anew import judged_anew
from bot.workflow.deciding import transition
from bot.workflow.parts import Asker, Parts
from bot.workflow.pointers import split, with_newest
from bot.workflow.votes import about_to

MOST_TOLD = 50
"""So many of those whose word is skipped are told in person; all others find it on the card."""


async def breaker(parts: Parts, person: Person, pointer: str, verb: str) -> ChangeRequest | Notice:
    """Return the request for which somebody is about to say why they approve it alone, or why not."""

    async def refused(request: ChangeRequest, who: Asker, rev: int, now: int) -> Refusal | None:
        event = await _event(parts, request, who, rev, "to be said", now)
        return _refused(request, who, event)

    return await about_to(parts, person, pointer, verb, refused)


async def prompt(parts: Parts, intake: Intake) -> Notice:
    """Answer `/pve break-glass R-… REASON`: the current plan, and the one button that breaks the glass.

    The reason stays in this ask, which is kept for a quarter of an hour; the button points at it.
    """
    words = intake.intent.words
    name, rev = split(words["pointer"])

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        now = await parts.store.now()
        event = await _event(parts, request, who, rev or request.plan_rev, words["reason"], now)
        if refusal := _refused(request, who, event):
            await parts.committer.note_refused(request, event, refusal)
            return with_newest(refusal)
        return GlassPrompt(
            request=request,
            reason=words["reason"],
            pointer=f"{request.plan_rev}:{intake.delivery}",
            left=event.left,
        )

    return await transition(parts, intake, name, step, accepts=True)


async def break_glass(parts: Parts, intake: Intake) -> Notice:
    """Approve alone, for the reason that this very person gave a moment ago."""
    shown, _, delivery = intake.intent.words["pointer"].partition(":")
    asked = await parts.store.intake(delivery)
    lapsed = asked is None or asked.intent.verb != "break-glass" or asked.actor != intake.actor
    if asked is None or lapsed:
        return Declined(refusal=refuse(Reason.GLASS_LAPSED))
    words = asked.intent.words
    _, rev = split(f":{shown}")

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        return await _break(parts, request, who, rev, words["reason"])

    return await transition(parts, intake, split(words["pointer"])[0], step, accepts=True)


async def _break(parts: Parts, request: ChangeRequest, who: Asker, rev: int, reason: str) -> Notice:
    now = await parts.store.now()
    turn = await parts.store.ledger("", person_place(who.person))
    early = await _event(parts, request, who, rev, reason, now)
    if refusal := _refused(request, who, early):
        await parts.committer.note_refused(request, early, refusal)
        return with_newest(refusal)
    judged = await judged_anew(parts, request, who.roster, now)
    if not isinstance(judged, tuple):
        return judged
    assessed, decision = judged
    told = _skipped(who.roster, decision, request.requester, who.person)
    event = replace(early, plan=assessed.plan, decision=decision, told=told)
    held = await taken(parts.store, replace(request, plan=assessed.plan), assessed.ledgers)
    result = await parts.committer.apply(
        request, event, ledgers=(*held, turn), deadline=request.expires_at
    )
    if isinstance(result, Refusal):
        return Declined(refusal=result)
    details = {"handle": result.handle, "guest": result.plan.target.name}
    return Told(what=Tell.GLASS_BROKEN, details=details)


async def _event(
    parts: Parts, request: ChangeRequest, who: Asker, rev: int, reason: str, now: int
) -> BreakGlass:
    """Return what this person is about to do, on the plan that the card shows."""
    policy = parts.policy()
    broken = await parts.store.glass_broken(who.person, now - DAY)
    return BreakGlass(
        actor=who.person,
        at=now,
        groups=who.groups,
        role=policy.break_glass,
        left=policy.glass_quota - broken,
        quota=policy.glass_quota,
        plan_rev=rev,
        text=reason,
        plan=request.plan,
        decision=request.decision,
        told=(),
        execute_within_ms=parts.terms().execute_within,
    )


def _refused(request: ChangeRequest, who: Asker, event: BreakGlass) -> Refusal | None:
    """Refuse what needs no look at Proxmox; whether it fits by now is looked at afterwards."""
    after = advance(request, event)
    if not isinstance(after, Refusal) or after.reason is Reason.ROOM_GONE:
        return None
    unknown = set(event.role) & who.roster.unknown
    if after.reason is Reason.MAY_NOT_BREAK and unknown:
        return refuse(Reason.ELIGIBILITY_UNKNOWN, groups=tuple(sorted(unknown)))
    return after


def _skipped(
    roster: Roster, decision: Decision, requester: Person, broke: Person
) -> tuple[Person, ...]:
    """Return the people whose word is skipped, by their ids, as many as are told."""
    names = (n for n in others_in(roster, decision.stoppers, requester) if n != broke.user_id)
    people = tuple(Person(team_id=requester.team_id, user_id=name) for name in names)
    return people[:MOST_TOLD]
