"""Alerts that open an incident by themselves, or join the one that is about the same."""

from bot.model.alert import Alert, Reading, Standing
from bot.model.errors import HypervisorFault
from bot.model.guest import GuestSummary
from bot.model.incident import Attached, Note, Severity
from bot.model.people import SYSTEM
from bot.model.quantity import format_value
from bot.model.refusal import Reason, Refusal
from bot.model.unit import Unit
from bot.workflow.incidents.beginning import About, begin
from bot.workflow.incidents.timeline import put_note
from bot.workflow.parts import Parts

CLAIMANTS = 3
"""So many guests that use most are named, by their numbers."""


async def alerted(parts: Parts, alert: Alert, standing: Standing) -> str:
    """Open an incident for a raised alert, or join one about the same; return its id.

    Empty if that is to be tried again. The same alert again opens no other.
    """
    reading = standing.reading
    guests, using = await _on_the_spot(parts, reading)
    called = reading.guest.word if reading.guest and parts.policy().roles else reading.subject
    about = About(
        seed=f"alert {standing.id}",
        title=f"{called}: {alert.watch.value}",
        severity=alert.opens or Severity.SEV3,
        guests=guests,
    )
    roster = await parts.directory.roster(last_known=True)
    begun = await begin(parts, about, SYSTEM, roster, "incident open")
    if isinstance(begun, Refusal) and begun.reason is not Reason.INCIDENT_OPEN:
        return ""  # others opened some again and again; the next look tries anew
    named = str(begun.details["handle"]) if isinstance(begun, Refusal) else begun.id
    incident = await parts.store.incident(named)
    if incident is None:
        raise AssertionError("an incident that was named is there")
    await put_note(parts, incident, _note(standing, alert, called, using))
    return incident.id


async def _on_the_spot(
    parts: Parts, reading: Reading
) -> tuple[tuple[Attached, ...], list[GuestSummary]]:
    """Return the guest that the alert is about, and those of its node that use most memory."""
    try:
        picture = await parts.inventory.picture(reading.key.partition("/")[0])
    except HypervisorFault:
        return (), []
    there = [g for g in picture.guests if g.node == reading.node and g.used_mib is not None]
    using = sorted(there, key=lambda guest: guest.used_mib or 0, reverse=True)[:CLAIMANTS]
    own = [guest for guest in picture.guests if guest.ref == reading.guest]
    return tuple(Attached(ref=guest.ref, name=guest.name) for guest in own), using


def _note(standing: Standing, alert: Alert, called: str, using: list[GuestSummary]) -> Note:
    most = ", ".join(
        f"{guest.ref.word} {format_value(guest.used_mib, Unit.MIB)}" for guest in using
    )
    told = f"alert {alert.name}: {called}"
    text = f"{told}; most memory there is used by {most}" if most else told
    at = standing.raised or 0
    return Note(channel="", ts=f"alert:{standing.id}", at=at, by=SYSTEM, text=text)
