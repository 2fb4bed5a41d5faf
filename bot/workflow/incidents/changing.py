"""One ask about an incident: who may, which is meant, one transition saved with its audit entry."""

from collections.abc import Awaitable, Callable

from bot.model.audit import AuditEntry
from bot.model.incident import Attached, Incident
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.refusal import Detail, Moment, Reason, Refusal, refuse
from bot.model.tell import Tell
from bot.policy import INCIDENT, may_ask
from bot.workflow.contended import insist
from bot.workflow.incidents.saving import save
from bot.workflow.incidents.timeline import look_soon
from bot.workflow.parts import Asker, Parts, asker, find_guest

Change = Callable[[Incident, Asker, int], Awaitable[Incident | Refusal]]
"""A transition: the incident, who asks, and when; the incident after it, or why not."""


async def runs(parts: Parts, intake: Intake) -> Asker | Refusal:
    """Return who asks, if they may run incidents."""
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return who
    if not may_ask(parts.policy(), who.roster, who.person, None, INCIDENT):
        return refuse(Reason.MAY_NOT_INCIDENT)
    return who


async def meant(parts: Parts, intake: Intake) -> Incident | Refusal:
    """Return the incident that a button points at, that is named, or whose channel this is."""
    words = intake.intent.words
    named = words.get("number") or words.get("pointer", "").partition(":")[0]
    if named:
        found = await parts.store.incident(named)
        return found or refuse(Reason.UNKNOWN_INCIDENT, handle=named)
    found = await parts.store.incident_in(intake.answer_to.channel)
    if found is not None:
        return found
    open_ones = await parts.store.open_incidents()
    return refuse(Reason.NO_INCIDENT, channels=tuple(i.channel for i in open_ones if i.channel))


async def asked(parts: Parts, intake: Intake) -> tuple[Asker, Incident] | Refusal:
    """Return who asks, and the open incident they mean; or why nothing is done."""
    who = await runs(parts, intake)
    if isinstance(who, Refusal):
        return who
    incident = await meant(parts, intake)
    if isinstance(incident, Refusal):
        return incident
    return not_now(incident, closed=False) or (who, incident)


async def changed(
    parts: Parts,
    intake: Intake,
    change: Change,
    *,
    text: str = "",
    said: Detail = "",
    closed: bool | None = False,
) -> Notice:
    """Carry out a transition on the incident that is meant.

    It must be open for that, with `closed` it must not be; None: either will do. `text` goes into the
    audit, and is told to who asks unless `said` is.
    """
    verb = intake.intent.verb
    who = await runs(parts, intake)
    if isinstance(who, Refusal):
        return await declined(parts, intake, who)

    async def attempt() -> Incident | Refusal:
        if before := await _done_before(parts, intake):
            return before
        incident = await meant(parts, intake)
        if isinstance(incident, Refusal):
            return incident
        if refusal := not_now(incident, closed=closed):
            faster = await _done_before(parts, intake)  # by who has this delivery in hand, too
            return faster or refusal
        after = await change(incident, who, await parts.store.now())
        if isinstance(after, Incident) and after != incident:
            await save(parts, after, verb, who.person, text, delivery=intake.delivery)
            await look_soon(parts, after.id)
        return after

    after = await insist(parts.store, parts.clock, attempt)
    if isinstance(after, Refusal):
        return await declined(parts, intake, after)
    return told(after, verb, said or text)


async def _done_before(parts: Parts, intake: Intake) -> Incident | None:
    """Return the incident that this delivery changed already: it is answered again, not done again."""
    kept = await parts.store.intake(intake.delivery)
    return await parts.store.incident(kept.request_id) if kept and kept.request_id else None


def not_now(incident: Incident, *, closed: bool | None) -> Refusal | None:
    """Return why nothing is done to it now: it is closed, or with `closed` that it is open."""
    if closed is None:
        return None
    if incident.open and closed:
        return refuse(Reason.INCIDENT_NOT_CLOSED, handle=incident.handle)
    return no_longer_open(incident) if not incident.open and not closed else None


def no_longer_open(incident: Incident) -> Refusal:
    """Return the refusal of what is only done to an open incident."""
    at = Moment(epoch_ms=incident.closed_at or 0)
    return refuse(Reason.INCIDENT_CLOSED, handle=incident.handle, at=at)


async def declined(parts: Parts, intake: Intake, refusal: Refusal) -> Notice:
    """Refuse, and keep in the audit that it was."""
    entry = AuditEntry(
        at=await parts.store.now(),
        actor=intake.actor,
        what=intake.intent.verb,
        request_id="",
        handle=str(refusal.details.get("handle", "")),
        accepted=False,
        why=refusal.reason.value,
    )
    await parts.store.note(entry)
    return Declined(refusal=refusal)


def told(incident: Incident, verb: str, what: Detail) -> Notice:
    """Return what somebody is told of what they did."""
    return Told(what=Tell(verb), details={"handle": incident.handle, "what": what})


async def guests_of(parts: Parts, who: Asker, names: list[str]) -> tuple[Attached, ...] | Refusal:
    """Return the guests of these names that this person may see, each once."""
    found = []
    for text in names:
        guest = await find_guest(parts, who, text, "view")
        if isinstance(guest, Refusal):
            return guest
        found.append(Attached(ref=guest.ref, name=guest.name))
    return tuple(dict.fromkeys(found))
