"""What people ask of incidents, by verb."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.model.errors import SlackFault
from bot.model.incident import (
    Attached,
    Incident,
    Note,
    Said,
    Severity,
    Status,
    Step,
    attach,
    close,
    detach,
    reopen,
    with_news,
    without_step,
)
from bot.model.incident_view import GuestForm, IncidentChoice, IncidentList
from bot.model.intake import Intake
from bot.model.intent import Intent
from bot.model.notice import Declined, Notice
from bot.model.people import Person
from bot.model.refusal import Reason, Refusal, refuse
from bot.policy import INCIDENT, may_ask
from bot.workflow.incidents.beginning import adopt, already, open_incident
from bot.workflow.incidents.changing import (
    asked,
    changed,
    declined,
    guests_of,
    meant,
    runs,
    told,
)
from bot.workflow.incidents.evidence import evidence
from bot.workflow.incidents.news import with_reminder
from bot.workflow.incidents.opening import PASSES
from bot.workflow.incidents.timeline import note_of, put_note
from bot.workflow.parts import Asker, Parts


async def status(parts: Parts, intake: Intake) -> Notice:
    """Say how far it has come; without a word only show it."""
    words = intake.intent.words
    if not words.get("status"):
        incident = await meant(parts, intake)
        if isinstance(incident, Refusal):
            return Declined(refusal=incident)
        return IncidentList(incidents=(incident,))
    text = words.get("text", "")

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        after = replace(with_news(incident, now), status=Status(words["status"]), words=text)
        return with_reminder(parts, after, now)

    said = f"{words['status']}: {text}" if text else words["status"]
    return await changed(parts, intake, change, text=said)


async def severity(parts: Parts, intake: Intake) -> Notice:
    """Say how bad it is."""
    word = intake.intent.words.get("severity") or _behind(intake)
    if word not in set(Severity):
        return await declined(parts, intake, refuse(Reason.UNKNOWN_BUTTON))
    wanted = Severity(word)

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        if incident.severity is wanted:
            return incident
        return with_reminder(parts, replace(with_news(incident, now), severity=wanted), now)

    return await changed(parts, intake, change, text=word)


def _behind(intake: Intake) -> str:
    """Return what follows the incident in a button's pointer."""
    return intake.intent.words.get("pointer", "").partition(":")[2]


async def lead(parts: Parts, intake: Intake) -> Notice:
    """Take the lead, or hand it over to somebody who may run incidents."""
    named = intake.intent.words.get("people", "").split()
    chosen = Person(team_id=intake.actor.team_id, user_id=named[0]) if named else intake.actor

    async def change(incident: Incident, who: Asker, now: int) -> Incident | Refusal:
        if incident.lead == chosen:
            return incident
        if incident.lead is not None and "pointer" in intake.intent.words:
            return refuse(Reason.ALREADY_LED, handle=incident.handle, by=incident.lead)
        account = await parts.directory.account(chosen)
        may = may_ask(parts.policy(), who.roster, chosen, None, INCIDENT)
        if account.refused_because or not may:
            return refuse(Reason.CANNOT_LEAD, person=chosen, why=account.refused_because)
        return replace(with_news(incident, now), lead=chosen)

    return await changed(parts, intake, change, text=chosen.user_id, said=chosen)


async def note(parts: Parts, intake: Intake) -> Notice:
    """Put a note on the timeline."""
    found = await asked(parts, intake)
    if isinstance(found, Refusal):
        return await declined(parts, intake, found)
    who, incident = found
    words = intake.intent.words
    said = Note(
        channel=incident.channel,
        ts=f"ask:{intake.delivery}",
        at=intake.at,
        by=who.person,
        text=words.get("text", ""),
    )
    if ts := words.get("ts", ""):
        message = await _said(parts, words["channel"], ts)
        if message is None:
            return await declined(parts, intake, refuse(Reason.MESSAGE_GONE))
        said = note_of(words["channel"], ts, message)
    await put_note(parts, incident, said)
    return told(incident, "incident note", said.text)


async def _said(parts: Parts, channel: str, ts: str) -> Said | None:
    """Return a message; None if it is gone, or in a channel that we may not read."""
    try:
        return await parts.channels.said(channel, ts)
    except SlackFault as fault:
        if fault.code in PASSES:
            raise
        return None


async def attach_guest(parts: Parts, intake: Intake) -> Notice:
    """Say that it is about a guest, too."""
    who = await runs(parts, intake)
    if isinstance(who, Refusal):
        return await declined(parts, intake, who)
    found = await guests_of(parts, who, [intake.intent.words["guest"]])
    if isinstance(found, Refusal):
        return await declined(parts, intake, found)
    (guest,) = found

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        after = attach(incident, guest, now)
        if isinstance(after, Refusal) or after == incident:
            return after
        return without_step(after, Step.BOOKMARKS)

    return await changed(parts, intake, change, text=guest.ref.word, said=guest.name)


async def detach_guest(parts: Parts, intake: Intake) -> Notice:
    """Say that it is not about a guest, which may be gone by now, or not be theirs to see."""
    word = intake.intent.words["guest"]

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        guest = next((g for g in incident.guests if called(g, word)), None)
        if guest is None:
            return refuse(Reason.NOT_ATTACHED, guest=word, handle=incident.handle)
        return detach(incident, guest.ref, now)

    return await changed(parts, intake, change, text=word)


def called(guest: Attached, word: str) -> bool:
    """Return whether a guest is meant by a name, a number or `cluster/number`."""
    return word.casefold() in {guest.name.casefold(), str(guest.ref.vmid), guest.ref.key.casefold()}


async def invite(parts: Parts, intake: Intake) -> Notice:
    """Invite people, or everybody of configured groups."""
    words = intake.intent.words
    people = words.get("people", "").split()

    async def change(incident: Incident, who: Asker, now: int) -> Incident | Refusal:
        groups = [w for w in words.get("text", "").split() if w in who.roster.groups]
        named = [*people, *sorted({u for g in groups for u in who.roster.groups[g]})]
        unknown = [w for w in words.get("text", "").split() if not (w in groups or w[0] == "@")]
        if unknown or not named:
            known = tuple(sorted(g for g in who.roster.groups if ":" not in g))
            return refuse(Reason.NOBODY_NAMED, groups=known)
        wanted = tuple(dict.fromkeys([*incident.invite, *named]))
        more = replace(incident, changed_at=now, invite=wanted)
        return without_step(more, Step.INVITES)

    return await changed(parts, intake, change, text=words.get("text", ""))


async def list_incidents(parts: Parts, _who: Asker, _intent: Intent) -> Notice:
    """Show the incidents that are open."""
    return IncidentList(incidents=await parts.store.open_incidents())


async def close_incident(parts: Parts, intake: Intake) -> Notice:
    """End it."""
    text = intake.intent.words.get("text", "")

    async def change(incident: Incident, who: Asker, now: int) -> Incident | Refusal:
        return close(incident, who.person, text, now)

    return await changed(parts, intake, change, text=text)


async def reopen_incident(parts: Parts, intake: Intake) -> Notice:
    """Open it again, unless its channel has another one by now."""

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        here = await parts.store.incident_in(incident.channel) if incident.channel else None
        if here is not None and here.open and here.id != incident.id:
            return already(here, here.title)
        return with_reminder(parts, reopen(incident, now), now)

    return await changed(parts, intake, change, closed=True)


async def snooze(parts: Parts, intake: Intake) -> Notice:
    """Be reminded of news later: as long as from one to the next."""

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        return with_reminder(parts, replace(incident, changed_at=now), now)

    return await changed(parts, intake, change)


async def keep(parts: Parts, intake: Intake) -> Notice:
    """Say at its end that what a request gave stays."""
    request = _behind(intake)

    async def change(incident: Incident, _who: Asker, now: int) -> Incident | Refusal:
        if request in incident.kept:
            return incident
        if request not in {r.id for r in await parts.store.requests_from(incident.id)}:
            return refuse(Reason.UNKNOWN_BUTTON)
        return replace(incident, changed_at=now, kept=(*incident.kept, request))

    found = await parts.store.request(request)
    return await changed(parts, intake, change, text=found.handle if found else "", closed=True)


async def guest_form(parts: Parts, intake: Intake) -> Notice:
    """Fill the form that asks for a guest."""
    incident = await meant(parts, intake)
    return (
        Declined(refusal=incident)
        if isinstance(incident, Refusal)
        else GuestForm(incident=incident)
    )


async def choice(parts: Parts, intake: Intake) -> Notice:
    """Fill the form that asks to which incident a message belongs."""
    open_ones = await parts.store.open_incidents()
    if not open_ones:
        return Declined(refusal=refuse(Reason.NO_INCIDENT))
    return IncidentChoice(incidents=open_ones, metadata=intake.intent.words["metadata"])


JOBS: Mapping[str, Callable[[Parts, Intake], Awaitable[Notice]]] = {
    "incident open": open_incident,
    "incident adopt": adopt,
    "incident status": status,
    "incident severity": severity,
    "incident lead": lead,
    "incident note": note,
    "incident attach": attach_guest,
    "incident detach": detach_guest,
    "incident invite": invite,
    "incident close": close_incident,
    "incident reopen": reopen_incident,
    "incident snooze": snooze,
    "incident keep": keep,
    "incident graph": evidence,
    "incident guest form": guest_form,
    "incident choice": choice,
}
"""What each ask does."""
