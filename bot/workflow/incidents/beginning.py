"""Incidents begin: in a channel of their own, or in the one where somebody says so."""

from dataclasses import dataclass, replace
from hashlib import sha256

from bot.model.errors import SlackFault
from bot.model.incident import MOST_GUESTS, Attached, Incident, Severity, Step, moved_to
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.people import SYSTEM, Person, Roster
from bot.model.refusal import Detail, Reason, Refusal, refuse
from bot.model.tell import Tell
from bot.workflow.contended import insist
from bot.workflow.incidents.changing import (
    changed,
    declined,
    guests_of,
    no_longer_open,
    runs,
)
from bot.workflow.incidents.looking import look
from bot.workflow.incidents.news import with_reminder
from bot.workflow.incidents.opening import public_name
from bot.workflow.incidents.saving import save
from bot.workflow.incidents.showing import no_channel
from bot.workflow.parts import Asker, Parts
from bot.workflow.submit import HANDLE_LETTERS

LONGEST_TITLE = 120

DIRECT = "D"
"""How the id of a direct message begins."""


async def open_incident(parts: Parts, intake: Intake) -> Notice:
    """Open an incident with a channel of its own; the same delivery again opens no other."""
    return await _begun(parts, intake, channel="")


async def adopt(parts: Parts, intake: Intake) -> Notice:
    """Make the channel an incident's: of a new one, or of one that exists."""
    channel = intake.answer_to.channel
    if channel.startswith(DIRECT):
        return await declined(parts, intake, refuse(Reason.NOT_A_CHANNEL))
    here = await parts.store.incident_in(channel)
    number = intake.intent.words.get("number", "")
    if here is not None and here.open and here.handle != number:
        return await declined(parts, intake, already(here, here.title))
    if not number:
        return await _begun(parts, intake, channel=channel)

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        if incident.channel == channel and not incident.lost:
            return incident
        if not incident.open and not incident.lost:
            return no_longer_open(incident)
        await _revived(parts, incident, channel)
        return moved_to(incident, channel, now)

    return await changed(parts, intake, change, closed=None)


async def _revived(parts: Parts, incident: Incident, channel: str) -> None:
    """Let its messages be shown again in a channel that took none for a while."""
    for card in await parts.store.cards(incident.id):
        if card.channel == channel and card.dead:
            await parts.store.put_card(replace(card, dead="", version=0))


async def _begun(parts: Parts, intake: Intake, *, channel: str) -> Notice:
    who = await runs(parts, intake)
    if isinstance(who, Refusal):
        return await declined(parts, intake, who)
    words = intake.intent.words
    guests = await guests_of(parts, who, words.get("guests", "").split())
    if isinstance(guests, Refusal):
        return await declined(parts, intake, guests)
    if len(guests) > MOST_GUESTS:
        return await declined(parts, intake, refuse(Reason.TOO_MANY_GUESTS, most=MOST_GUESTS))
    about = About(
        seed=intake.delivery,
        title=words.get("title") or ", ".join(public_name(parts, guest) for guest in guests),
        severity=Severity(words.get("severity") or Severity.SEV3),
        guests=guests,
        channel=channel,
        origin=intake.answer_to.channel,
    )
    incident = await begin(parts, about, who.person, who.roster, intake.intent.verb)
    if isinstance(incident, Refusal):
        return await declined(parts, intake, incident)
    return await _opened(parts, incident.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an incident begins with; the same `seed` opens no other one."""

    seed: str
    title: str
    severity: Severity
    guests: tuple[Attached, ...] = ()
    channel: str = ""
    origin: str = ""


async def begin(
    parts: Parts, about: About, by: Person, roster: Roster, verb: str
) -> Incident | Refusal:
    """Return the incident as it was saved, or INCIDENT_OPEN if there is one about the same."""

    async def attempt() -> Incident | Refusal:
        register = await parts.store.incidents_register()
        incident = await _made(parts, about, by, roster)
        if known := await parts.store.incident(incident.id):
            return known
        if same := _alike(await parts.store.open_incidents(), incident):
            return already(same, _what(same, incident))
        await save(parts, incident, verb, by, incident.title, register_at=register)
        return incident

    return await insist(parts.store, parts.clock, attempt)


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
        return Declined(refusal=no_channel(incident))
    return Told(what=Tell.INCIDENT_OPENED, details=details)


async def _made(parts: Parts, about: About, by: Person, roster: Roster) -> Incident:
    now = await parts.store.now()
    letters = "".join(HANDLE_LETTERS[int(c, 16) * 2 % 32] for c in parts.clock.token(16))
    incident = Incident(
        id=sha256(f"incident {about.seed}".encode()).hexdigest()[:32],
        handle=f"I-{letters}",
        title=about.title[:LONGEST_TITLE],
        severity=about.severity,
        opened_by=by,
        created_at=now,
        changed_at=now,
        news_at=now,
        origin=about.origin,
        guests=about.guests,
        channel=about.channel,
        done=(Step.CHANNEL,) if about.channel else (),
        invite=_on_call(parts, by, roster),
    )
    return with_reminder(parts, incident, now)


def _on_call(parts: Parts, by: Person, roster: Roster) -> tuple[str, ...]:
    """Return whom to invite: who opens it, and the people of the configured groups."""
    groups = (roster.groups.get(name, frozenset()) for name in parts.incidents().invite)
    opener = [] if by == SYSTEM else [by.user_id]
    return tuple(dict.fromkeys([*opener, *sorted({user for group in groups for user in group})]))


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


def already(incident: Incident, what: str) -> Refusal:
    """Return the refusal that leads to the incident that is about the same."""
    return refuse(Reason.INCIDENT_OPEN, handle=incident.handle, channel=incident.channel, what=what)
