"""From an ask to a request: who asks, for which guest, what it would do, who has to approve."""

from dataclasses import replace

from bot.assess import Assessed, no_room
from bot.model.audit import AuditEntry
from bot.model.button import Action, Press
from bot.model.guest import GuestSummary
from bot.model.intake import Intake
from bot.model.intent import Amount, Ask, How, When
from bot.model.ledger import Ledger
from bot.model.notice import Declined, Notice, Preview
from bot.model.plan import Plan
from bot.model.policy import Decision
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest, Origin, State
from bot.model.verdict import VerdictClass
from bot.policy import reachable
from bot.reservations import guest_place, taken
from bot.workflow.budget import first_in_an_hour, too_many_open
from bot.workflow.contended import insist
from bot.workflow.once import deciders, done_already, recorded
from bot.workflow.parts import Asker, Parts, asker, find_guest, store_unsafe
from bot.workflow.pointers import keep_ask

HANDLE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I, O: a handle is read aloud."""

GUEST_LETTERS = 80
"""So much of a guest's name as typed goes into the audit."""

AUDITED = frozenset(
    {
        Reason.NOT_A_MEMBER,
        Reason.UNKNOWN_GUEST,
        Reason.MAY_NOT,
        Reason.OWN_GUEST,
        Reason.POLICY_REFUSES,
        Reason.NO_RULE,
        Reason.DOES_NOT_FIT,
        Reason.NOBODY_REACHABLE,
        Reason.ONLY_YOURSELF,
        Reason.SAME_ALREADY_OPEN,
        Reason.SWITCHED_OFF,
        Reason.STORE_UNSAFE,
    }
)
"""Refusals of an ask that the audit keeps although no request came of it."""


async def submit(parts: Parts, intake: Intake) -> Notice:
    """Plan what was asked, and record the request that it makes, or that it was refused."""
    ask = intake.intent.ask
    if ask is None:
        raise AssertionError(f"{intake.intent.verb} carries no ask")
    notice = await _submit(parts, intake, ask)
    if isinstance(notice, Declined) and await _audited(parts, intake, notice.refusal.reason):
        await _note_refused(parts, intake, ask, notice.refusal.reason)
    return notice


async def _audited(parts: Parts, intake: Intake, reason: Reason) -> bool:
    if reason is Reason.TOO_MANY_OPEN:
        return await first_in_an_hour(parts, intake.actor, intake.delivery)
    return reason in AUDITED


async def _note_refused(parts: Parts, intake: Intake, ask: Ask, reason: Reason) -> None:
    """Record who was refused what, as typed: there is no request to record it with."""
    entry = AuditEntry(
        at=await parts.store.now(),
        actor=intake.actor,
        what="submit",
        request_id="",
        handle="",
        accepted=False,
        why=f"{reason.value}: {ask.operation} {ask.guest[:GUEST_LETTERS]}",
    )
    await parts.store.note(entry)


async def _submit(parts: Parts, intake: Intake, ask: Ask) -> Notice:
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    guest = await find_guest(parts, who, ask.guest, parts.operations[ask.operation].right)
    if isinstance(guest, Refusal):
        return Declined(refusal=guest)

    async def attempt() -> Notice:
        if said := await done_already(parts, intake):
            return said
        if unsafe := await store_unsafe(parts):
            return Declined(refusal=unsafe)
        if refusal := await too_many_open(parts, intake.actor):
            return Declined(refusal=refusal)
        origin = await origin_of(parts, intake)
        return await _record(parts, intake, who, guest, ask, origin)

    said = await insist(parts.store, parts.clock, attempt)
    return Declined(refusal=said) if isinstance(said, Refusal) else said


async def origin_of(parts: Parts, intake: Intake) -> Origin:
    """Return the channel that an ask comes from, and that one's incident while it is open.

    A form comes from where this person opened it, as long as that is known (a quarter of an hour).
    """
    channel, opened = intake.answer_to.channel, intake.intent.words.get("opened", "")
    if not channel and opened:
        before = await parts.store.intake(opened)
        channel = before.answer_to.channel if before and before.actor == intake.actor else ""
    incident = await parts.store.incident_in(channel) if channel else None
    return Origin(channel=channel, incident=incident.id if incident and incident.open else "")


async def consider(
    parts: Parts, who: Asker, guest: GuestSummary, ask: Ask, origin: Origin
) -> tuple[Assessed, Decision] | Refusal:
    """Return the plan and who would have to approve it, or why it cannot be."""
    assessed = await parts.assessor.assess(ask, guest.ref)
    if isinstance(assessed, Refusal):
        return assessed
    if assessed.plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
        return no_room(assessed.plan)
    decision = await parts.assessor.decide(
        who.person, assessed.plan, who.roster, incident=origin.incident
    )
    if isinstance(decision, Refusal):
        return decision
    if nobody := reachable(who.roster, decision, who.person):
        return nobody
    return assessed, decision


async def preview(parts: Parts, who: Asker, ask: Ask, origin: Origin) -> Preview:
    """Return what an ask would do and who would be asked, without recording anything."""
    guest = await find_guest(parts, who, ask.guest, parts.operations[ask.operation].right)
    if isinstance(guest, Refusal):
        return Preview(refusal=guest)
    considered = await consider(parts, who, guest, ask, origin)
    if isinstance(considered, Refusal):
        return Preview(refusal=considered)
    assessed, decision = considered
    people = deciders(who, decision, who.person)
    return Preview(plan=assessed.plan, decision=decision, people=people)


async def _record(
    parts: Parts, intake: Intake, who: Asker, guest: GuestSummary, ask: Ask, origin: Origin
) -> Notice:
    """Save the request; the guest's ledger goes with it, so that the same change is open once."""
    considered = await consider(parts, who, guest, ask, origin)
    if isinstance(considered, Refusal):
        return await _declined(parts, ask, considered)
    assessed, decision = considered
    request = await _new_request(parts, intake, assessed, decision, origin)
    turn = await parts.store.ledger(guest.ref.cluster, guest_place(request))
    for other in await parts.store.requests_on(guest.ref):
        if other.state is not State.UNCERTAIN and _same_change(other.plan, assessed.plan):
            return Declined(refusal=refuse(Reason.SAME_ALREADY_OPEN, handle=other.handle))
    ledgers: tuple[Ledger, ...] = (turn,)
    if request.state is State.APPROVED:
        ledgers = (turn, *await taken(parts.store, request, assessed.ledgers))
    await parts.committer.create(request, ledgers, intake.delivery, intake.actor)
    return recorded(parts, who, request)


async def _declined(parts: Parts, ask: Ask, refusal: Refusal) -> Notice:
    """Return the refusal, with a button for the largest amount that would fit."""
    largest = refusal.details.get("largest")
    field = refusal.details.get("field")
    if refusal.reason is not Reason.DOES_NOT_FIT or not isinstance(largest, int):
        return Declined(refusal=refusal)
    smaller = replace(ask, amounts={**ask.amounts, str(field): Amount(how=How.SET, amount=largest)})
    pointer = await keep_ask(parts, smaller)
    return Declined(refusal=refusal, presses=(Press(action=Action.ASK_LESS, pointer=pointer),))


def _same_change(one: Plan, other: Plan) -> bool:
    wanted = [(c.field, c.after) for c in one.changes]
    return one.operation == other.operation and wanted == [
        (c.field, c.after) for c in other.changes
    ]


def open_until(ask: Ask, decision: Decision, now: int) -> int:
    """Return when the request expires undecided: after its time has come, nobody approves that time."""
    until = now + decision.expires_ms
    return min(until, not_before(ask, until))


def not_before(ask: Ask, now: int) -> int:
    """Return the first moment at which the ask may be carried out."""
    timing = ask.timing
    return timing.at_ms if timing.when is When.AT and timing.at_ms is not None else now


async def _new_request(
    parts: Parts, intake: Intake, assessed: Assessed, decision: Decision, origin: Origin
) -> ChangeRequest:
    plan, ask = assessed.plan, assessed.ask
    now = await parts.store.now()
    born_approved = not decision.needs_approval
    begins = max(not_before(ask, now), now + born_approved * decision.wait_ms)
    return ChangeRequest(
        id=parts.clock.token(128),
        handle=await free_handle(parts),
        requester=intake.actor,
        requester_name=intake.actor_name,
        origin=origin,
        ask=ask,
        plan=plan,
        plan_hash=plan.hash,
        plan_rev=1,
        decision=decision,
        state=State.APPROVED if born_approved else State.PENDING,
        version=1,
        created_at=now,
        expires_at=open_until(ask, decision, now),
        not_before=begins,
        execute_before=begins + parts.terms().execute_within,
        asked_at=now,
        decided_at=now if born_approved else 0,
    )


async def free_handle(parts: Parts) -> str:
    """Return a short handle that nobody has; longer ones once the short ones run out."""
    for letters in (4, 4, 4, 5, 5, 6, 7, 8):
        bits = int(parts.clock.token(64), 16)
        name = "".join(HANDLE_LETTERS[(bits >> 5 * i) & 31] for i in range(letters))
        if await parts.store.handle_free(f"R-{name}"):
            return f"R-{name}"
    raise AssertionError("eight handles in a row are taken")
