"""The job behind every incident: open what is missing, remind, show, and say when to look again."""

from dataclasses import replace

import structlog

from bot.model.errors import VersionConflict
from bot.model.incident import Incident, Step, with_news, without_step
from bot.workflow.alone import alone
from bot.workflow.cards import GONE
from bot.workflow.home import refresh_homes
from bot.workflow.incidents.news import next_reminder
from bot.workflow.incidents.opening import card_of, lose, opened
from bot.workflow.incidents.over import ordinary_again
from bot.workflow.incidents.pressure import relieve_or_hold
from bot.workflow.incidents.saving import keep
from bot.workflow.incidents.showing import share_record, show_incident
from bot.workflow.parts import Parts
from bot.workflow.wanted import CLOSED

log = structlog.get_logger(__name__)


async def look(parts: Parts, incident_id: str) -> None:
    """Bring an incident's channel up to date with its record, and file when to look again."""
    member = f"incident:{incident_id}"
    await alone(parts, member, lambda: _look(parts, member, incident_id))


async def _look(parts: Parts, member: str, incident_id: str) -> int | None:
    while True:
        due = await parts.store.due_at(member)
        incident = await parts.store.incident(incident_id)
        if incident is None:
            await parts.store.drop_due(member)
            return None
        structlog.contextvars.bind_contextvars(handle=incident.handle)
        try:
            to = await _once(parts, incident)
        except VersionConflict:  # somebody changed it meanwhile: look at what it is now
            continue
        if await parts.store.move_due(member, due, to):
            return to


async def _once(parts: Parts, incident: Incident) -> int | None:
    """Do what is to be done now; return when there is more."""
    incident = await opened(parts, incident)
    incident = await _reminded(parts, await _led(parts, incident))
    held = await relieve_or_hold(parts, incident)
    terms = parts.terms()
    live = terms.live_every + terms.live_each * len(await parts.store.open_incidents())
    later = await show_incident(parts, incident, held, live)
    before, incident = incident, await _shown(parts, incident)
    if (before.lost, before.failed) != (incident.lost, incident.failed):
        later = await show_incident(parts, incident, held, live)
    await refresh_homes(parts)
    await ordinary_again(parts, incident)  # may wait for Proxmox: what people see is done before
    now = await parts.store.now()
    times = [now + later if later is not None else None]
    if incident.open:
        times += [now + live, incident.remind_at]
    return min((at for at in times if at is not None), default=None)


async def _shown(parts: Parts, incident: Incident) -> Incident:
    """Do what can only be done once the card was shown: pin it, and share the record at the end.

    A card that its channel does not take means that the channel is lost; one that is gone is replaced.
    """
    if not incident.channel or incident.lost:
        return incident
    card = await card_of(parts, incident)
    if card is not None and card.dead in CLOSED:
        return await lose(parts, incident, card.dead)
    if card is not None and card.dead in GONE and Step.PIN in incident.done:
        return await keep(parts, without_step(incident, Step.PIN))
    incident = await opened(parts, incident)
    await share_record(parts, incident)
    return incident


async def _reminded(parts: Parts, incident: Incident) -> Incident:
    """Remind once more if it is time."""
    now = await parts.store.now()
    if not incident.open or incident.remind_at is None or now < incident.remind_at:
        return incident
    number = incident.reminded + 1
    following = next_reminder(parts, incident, now, number)
    after = replace(incident, reminded=number, reminded_at=now, remind_at=following)
    return await keep(parts, after, "incident remind")


async def _led(parts: Parts, incident: Incident) -> Incident:
    """Free the lead of an incident whose lead's account was closed."""
    if incident.lead is None or not incident.open:
        return incident
    account = await parts.directory.account(incident.lead, last_known=True)
    if not account.refused_because:
        return incident
    now = await parts.store.now()
    free = replace(with_news(incident, now), lead=None)
    return await keep(parts, free, "incident no lead", account.refused_because)
