"""Incidents begin: in a channel of their own, or in the one where somebody says so."""

from hashlib import sha256

from bot.model.errors import SlackFault
from bot.model.incident import Attached, Incident, Severity, Step, moved_to
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Tell, Told
from bot.model.people import Person
from bot.model.refusal import Detail, Reason, Refusal, refuse
from bot.workflow.contended import insist
from bot.workflow.incidents.changing import changed, declined, guests_of, runs, save
from bot.workflow.incidents.looking import look
from bot.workflow.parts import Asker, Parts
from bot.workflow.submit import HANDLE_LETTERS

LONGEST_TITLE = 120


async def open_incident(parts: Parts, intake: Intake) -> Notice:
    """Open an incident with a channel of its own; the same delivery again opens no other."""
    return await _begun(parts, intake, channel="")


async def adopt(parts: Parts, intake: Intake) -> Notice:
    """Make the channel an incident's: of a new one, or of one that exists."""
    channel = intake.answer_to.channel
    here = await parts.store.incident_in(channel)
    number = intake.intent.words.get("number", "")
    if here is not None and here.open and here.handle != number:
        return await declined(parts, intake, _already(here, here.title))
    if not number:
        return await _begun(parts, intake, channel=channel)

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        return moved_to(incident, channel, now) if incident.channel != channel else incident

    return await changed(parts, intake, change, text=channel)


async def _begun(parts: Parts, intake: Intake, *, channel: str) -> Notice:
    who = await runs(parts, intake)
    if isinstance(who, Refusal):
        return await declined(parts, intake, who)
    guests = await guests_of(parts, who, intake.intent.words.get("guests", "").split())
    if isinstance(guests, Refusal):
        return await declined(parts, intake, guests)

    async def attempt() -> Incident | Refusal:
        register = await parts.store.incidents_register()
        incident = await _made(parts, intake, who, guests, channel)
        if known := await parts.store.incident(incident.id):
            return known
        if same := _alike(await parts.store.open_incidents(), incident):
            return _already(same, _what(same, incident))
        await save(parts, incident, intake.intent.verb, who.person, incident.title, register)
        return incident

    incident = await insist(parts.store, parts.clock, attempt)
    if isinstance(incident, Refusal):
        return await declined(parts, intake, incident)
    return await _opened(parts, incident.id)


async def _opened(parts: Parts, incident_id: str) -> Notice:
    """Open the channel at once, and say how far that came; what is missing follows by itself."""
    try:
        await look(parts, incident_id)
    except SlackFault as fault:
        waits = fault.code or fault.detail
    else:
        waits = ""
    incident = await parts.store.incident(incident_id)
    if incident is None:
        raise AssertionError("an incident that was just saved is there")
    details: dict[str, Detail] = {
        "handle": incident.handle,
        "channel": incident.channel,
        "title": incident.title,
        "waits": waits,
        "uninvited": tuple(
            Person(team_id=incident.opened_by.team_id, user_id=u.user_id)
            for u in incident.uninvited
        ),
        "failed": tuple(f"{f.step.value} ({f.why})" for f in incident.failed),
    }
    if not incident.open:
        return Declined(refusal=refuse(Reason.NO_CHANNEL, why=incident.summary))
    return Told(what=Tell.INCIDENT_OPENED, details=details)


async def _made(
    parts: Parts, intake: Intake, who: Asker, guests: tuple[Attached, ...], channel: str
) -> Incident:
    words, now = intake.intent.words, await parts.store.now()
    severity = Severity(words.get("severity") or Severity.SEV3)
    seed = sha256(f"incident {intake.delivery}".encode()).hexdigest()
    names = "".join(HANDLE_LETTERS[int(c, 16) * 2 % 32] for c in parts.clock.token(16))
    every = parts.incidents().updates.get(severity)
    return Incident(
        id=seed[:32],
        handle=f"I-{names}",
        title=words["title"][:LONGEST_TITLE],
        severity=severity,
        opened_by=who.person,
        created_at=now,
        changed_at=now,
        news_at=now,
        origin=intake.answer_to.channel,
        guests=guests,
        channel=channel,
        adopted=bool(channel),
        done=(Step.CHANNEL,) if channel else (),
        invite=_on_call(parts, who),
        remind_at=now + every if every else None,
    )


def _on_call(parts: Parts, who: Asker) -> tuple[str, ...]:
    """Return whom to invite: who opens it, and the people of the configured groups."""
    groups = (who.roster.groups.get(g, frozenset()) for g in parts.incidents().invite)
    return tuple(dict.fromkeys([who.person.user_id, *sorted({u for g in groups for u in g})]))


def _alike(open_ones: tuple[Incident, ...], incident: Incident) -> Incident | None:
    """Return an open incident about the same: by title, or by a guest."""
    title = incident.title.casefold()
    for other in open_ones:
        shared = {g.ref for g in other.guests} & {g.ref for g in incident.guests}
        if other.title.casefold() == title or shared:
            return other
    return None


def _what(other: Incident, incident: Incident) -> str:
    shared = next((g.name for g in other.guests if incident.has(g.ref)), "")
    return shared or other.title


def _already(incident: Incident, what: str) -> Refusal:
    return refuse(Reason.INCIDENT_OPEN, handle=incident.handle, channel=incident.channel, what=what)
