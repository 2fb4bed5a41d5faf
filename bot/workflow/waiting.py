"""A request that waits for approval: who is asked now, who later, and when they are reminded.

All of it follows from the record, the policy and the clock; the card's own entry in the due-set says when
to look again. A call is a message of the request like any other: noted before it is posted, posted
once, looked for by its metadata after a lost answer. So it comes once over crashes and replicas.
"""

from dataclasses import replace

from bot.model.errors import SlackFault
from bot.model.notice import Told
from bot.model.people import Person
from bot.model.policy import RuleAsk, still_needed
from bot.model.refusal import Detail, Moment
from bot.model.request import ChangeRequest, State
from bot.model.tell import Tell
from bot.policy import eligible, others_in
from bot.workflow.parts import Parts

Call = tuple[str, Told]
"""A call to approvers in the card's thread: its role, which is unique in the request, and its words."""


async def calls(
    parts: Parts, request: ChangeRequest, channel: str, posted: frozenset[str]
) -> list[Call]:
    """Return the calls whose time has come: to each next tier, and the newest reminder.

    Each is called once for each plan; what is `posted` is not put together again.
    """
    if request.state is not State.PENDING:
        return []
    now = await parts.store.now()
    found = await _to_next_tiers(parts, request, now)
    reminders = _reminders(parts, request)
    gone = sum(at <= now for at in reminders)
    role = f"remind-{gone}-{request.plan_rev}"
    if gone and role not in posted:
        found.append((role, await _reminder(parts, request, channel, gone, reminders)))
    return found


def next_call(parts: Parts, request: ChangeRequest, now: int) -> int | None:
    """Return when somebody is to be called next, if anybody is."""
    if request.state is not State.PENDING:
        return None
    tiers = [request.waits_since + tier.after_ms for tier in request.decision.tiers]
    return min((at for at in (*tiers, *_reminders(parts, request)) if at > now), default=None)


def _reminders(parts: Parts, request: ChangeRequest) -> tuple[int, ...]:
    """Return when approvers are reminded of the present plan (ms)."""
    return parts.policy().reminding.moments(request.waits_since, request.expires_at)


async def _to_next_tiers(parts: Parts, request: ChangeRequest, now: int) -> list[Call]:
    called: list[Call] = []
    for number, tier in enumerate(request.decision.tiers, start=1):
        if request.waits_since + tier.after_ms > now:
            continue
        people = await people_of(parts, request, tier.groups)
        details = _details(request) | {"people": people or tier.groups}
        told = Told(what=Tell.ASKED_LATER, details=details)
        called.append((f"tier-{number}-{request.plan_rev}", told))
    return called


def _details(request: ChangeRequest) -> dict[str, Detail]:
    return {
        "handle": request.handle,
        "guest": request.plan.target.name,
        "since": Moment(epoch_ms=request.waits_since),
        "until": Moment(epoch_ms=request.expires_at),
    }


async def _reminder(
    parts: Parts, request: ChangeRequest, channel: str, number: int, reminders: tuple[int, ...]
) -> Told:
    """Return a reminder for who is asked now; it names who of them it does not reach."""
    asked = await approvers_of(parts, request)
    gone = tuple([p for p in asked if await _is_gone(parts, p)])
    there = await parts.directory.in_channel(channel)
    here = tuple(p for p in asked if p not in gone)
    away = tuple(p for p in here if there is not None and p.user_id not in there)
    details = _details(request) | {"people": here or request.decision.groups}
    details |= {"gone": gone, "away": away, "number": number, "times": len(reminders)}
    if number < len(reminders):
        details["next"] = Moment(epoch_ms=reminders[number])
    return Told(what=Tell.REMINDER, details=details)


async def _is_gone(parts: Parts, person: Person) -> bool:
    """Return whether somebody is no active member; False where Slack does not tell."""
    try:
        return bool((await parts.directory.account(person, last_known=True)).refused_because)
    except SlackFault:
        return False


async def people_of(
    parts: Parts, request: ChangeRequest, groups: tuple[str, ...]
) -> tuple[Person, ...]:
    """Return the people of these groups but the requester; empty where that cannot be told."""
    roster = await parts.directory.roster(last_known=True) if groups else None
    names = others_in(roster, groups, request.requester) if roster else ()
    return tuple(Person(team_id=request.requester.team_id, user_id=name) for name in names)


async def approvers_of(parts: Parts, request: ChangeRequest) -> tuple[Person, ...]:
    """Return who is asked now: whose vote is missing, or who may veto what waits.

    Empty while Slack cannot be asked or nobody is. Who is asked later is not named before.
    """
    if request.state is State.APPROVED and request.decision.wait_ms:
        return await people_of(parts, request, request.decision.vetoers)
    if request.state is not State.PENDING:
        return ()
    waited = await parts.store.now() - request.waits_since
    later = request.decision.asked_later(waited)
    try:
        roster = await parts.directory.roster()
    except SlackFault:
        return ()
    left = still_needed(request.decision, request.votes)
    left = tuple(replace(q, groups=tuple(g for g in q.groups if g not in later)) for q in left)
    missing = replace(request.decision, asks=(RuleAsk(rule="", quorums=left),))
    voted = {person.user_id for person in request.voters()}
    names = (n for n in eligible(roster, missing, request.requester) if n not in voted)
    return tuple(Person(team_id=request.requester.team_id, user_id=name) for name in names)
