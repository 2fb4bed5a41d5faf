"""The timeline of an incident: its audit, its requests' audit, and the notes that people put there.

What the bot did stands in the audit already, so nothing of it is kept twice, and nothing is missing.
"""

from dataclasses import replace

import structlog

from bot.model.audit import AuditEntry
from bot.model.errors import SlackFault
from bot.model.incident import Incident, Note, Said
from bot.model.incident_view import Line
from bot.model.request import ChangeRequest
from bot.policy import INCIDENT, may_ask
from bot.workflow.incidents.opening import PASSES
from bot.workflow.incidents.saving import STEP
from bot.workflow.parts import Parts

log = structlog.get_logger(__name__)

NOTE = "note"

UNTOLD = frozenset({"journal", STEP})
"""Words of the audit that are no news: single steps of what is being carried out."""


async def timeline(
    parts: Parts,
    incident: Incident,
    requests: tuple[ChangeRequest, ...],
    notes: tuple[Note, ...],
) -> tuple[Line, ...]:
    """Return every line of an incident with these requests and notes, oldest first."""
    lines = list(map(_noted, notes))
    for about, handle in ((incident.id, ""), *((r.id, r.handle) for r in requests)):
        entries = [chained.entry for chained in await parts.store.audit_of(about)]
        lines += [_done(e, handle) for e in entries if e.accepted and e.what not in UNTOLD]
    return tuple(sorted(lines, key=lambda line: line.at))


def _noted(note: Note) -> Line:
    return Line(at=note.at, by=note.by, what=NOTE, text=note.text)


def _done(entry: AuditEntry, about: str) -> Line:
    return Line(
        at=entry.at,
        by=entry.actor,
        what=entry.what,
        text=entry.why,
        about=about,
        state=entry.state_after if about else "",
    )


async def put_note(parts: Parts, incident: Incident, note: Note) -> None:
    """Put a note on the timeline, and let the card show it."""
    await parts.store.put_note(incident.id, note)
    await look_soon(parts, incident.id)


async def look_soon(parts: Parts, incident_id: str) -> None:
    """Let the incident's job look at it now."""
    await parts.store.call(f"incident:{incident_id}", await parts.store.now())


async def pinned(parts: Parts, key: str) -> None:
    """Put a message on the timeline of its channel's incident if it carries 📌, else take it off.

    `key` is `CHANNEL:TS`. Whatever events came in whatever order: what the message shows now counts.
    """
    channel, _, ts = key.partition(":")
    member = f"pin:{key}"
    due = await parts.store.due_at(member)
    incident = await parts.store.incident_in(channel)
    if incident is not None and incident.open:
        try:
            await _put_or_drop(parts, incident, channel, ts)
        except SlackFault as fault:
            if fault.code in PASSES:
                raise
            log.warning("a marked message cannot be read", fault=str(fault))
    await parts.store.move_due(member, due, None)


async def _put_or_drop(parts: Parts, incident: Incident, channel: str, ts: str) -> None:
    """Let a marked message have its note, one that is not marked any more lose it.

    A note that came by command or menu stays, whatever is marked.
    """
    notes, _ = await parts.store.notes(incident.id)
    there = next((n for n in notes if (n.channel, n.ts) == (channel, ts)), None)
    found = await parts.channels.said(channel, ts)
    if found is not None and await _by_one_who_may(parts, found):
        if there is None:
            note = replace(note_of(channel, ts, found), marked=True)
            await put_note(parts, incident, note)
    elif there is not None and there.marked:
        await parts.store.drop_note(incident.id, channel, ts)
        await look_soon(parts, incident.id)


async def _by_one_who_may(parts: Parts, said: Said) -> bool:
    """Return whether somebody put 📌 there who may run incidents."""
    if not said.pinned_by:
        return False
    roster = await parts.directory.roster()
    for person in said.pinned_by:
        account = await parts.directory.account(person)
        may = may_ask(parts.policy(), roster, person, None, INCIDENT)
        if may and not account.refused_because:
            return True
    return False


def note_of(channel: str, ts: str, said: Said) -> Note:
    """Return the note that a message makes; it stands where the message was said."""
    return Note(channel=channel, ts=ts, at=int(float(ts) * 1000), by=said.by, text=said.text)
