"""One decision on one request: load, check who asks, try; again if somebody else was first."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.model.button import Action, Press
from bot.model.errors import TooLate
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice
from bot.model.people import Person
from bot.model.refusal import Moment, Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.policy import others_in
from bot.workflow.contended import insist
from bot.workflow.once import done_already
from bot.workflow.parts import Asker, Parts, asker, find_request, store_unsafe
from bot.workflow.pointers import split

AUDITED = {
    "vote": "approve",
    "offer": "makeoffer",
    "accept": "acceptoffer",
    "break-glass": "breakglass",
    "break": "breakglass",
    "less": "edit",
}
"""How the audit calls what a verb asks for, where it has another word."""


async def transition(
    parts: Parts,
    intake: Intake,
    name: str,
    step: Callable[[ChangeRequest, Asker], Awaitable[Notice]],
    *,
    accepts: bool = False,
) -> Notice:
    """Run `step` on the request as it is now, again after a version conflict.

    What `accepts` something (a vote, an offer, an edit) is refused while the store may lose it.
    """
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        await turned_away(parts, intake.actor, name, intake.intent.verb, who)
        return Declined(refusal=who)

    async def attempt() -> Notice:
        if said := await done_already(parts, intake):
            return said
        request = await find_request(parts, who, name)
        if isinstance(request, Refusal):
            return Declined(refusal=request)
        if accepts and (unsafe := await store_unsafe(parts)):
            await _turn_away(parts, intake.actor, request, intake.intent.verb, unsafe)
            return Declined(refusal=unsafe)
        try:
            return helpful(await step(request, who), request, who)
        except TooLate:
            at = Moment(epoch_ms=request.expires_at)
            late = refuse(Reason.EXPIRED, handle=request.handle, at=at)
            return helpful(Declined(refusal=late), request, who)

    said = await insist(parts.store, parts.clock, attempt)
    return Declined(refusal=said) if isinstance(said, Refusal) else said


async def turned_away(parts: Parts, person: Person, name: str, verb: str, why: Refusal) -> None:
    """Record that somebody whom the bot does not serve pressed a request's button."""
    request = await parts.store.request(split(name)[0])
    if request is not None:
        await _turn_away(parts, person, request, verb, why)


async def _turn_away(
    parts: Parts, person: Person, request: ChangeRequest, verb: str, why: Refusal
) -> None:
    now = await parts.store.now()
    await parts.committer.note_turned_away(request, person, AUDITED.get(verb, verb), why, now)


def helpful(notice: Notice, request: ChangeRequest, who: Asker) -> Notice:
    """Return a refusal with what helps: who could decide, or the button that asks again."""
    if not isinstance(notice, Declined):
        return notice
    refusal = notice.refusal
    if refusal.reason is Reason.EXPIRED and not notice.presses:
        again = Press(action=Action.ASK_AGAIN, pointer=f"{request.id}:{request.plan_rev}")
        return replace(notice, presses=(again,))
    if refusal.reason is Reason.NOT_ELIGIBLE:
        groups = refusal.details.get("groups")
        named = tuple(str(g) for g in groups) if isinstance(groups, tuple) else ()
        names = others_in(who.roster, named, request.requester)
        people = tuple(Person(team_id=request.requester.team_id, user_id=name) for name in names)
        return replace(
            notice, refusal=replace(refusal, details={**refusal.details, "people": people})
        )
    return notice
