"""An incident as it is after a change, saved together with its line of the audit."""

from dataclasses import replace

from bot.model.audit import AuditEntry
from bot.model.incident import Incident
from bot.model.people import SYSTEM, Person
from bot.model.save import Save
from bot.workflow.parts import Parts

STEP = "incident step"
"""A single step of what is being carried out: no news."""


async def keep(parts: Parts, incident: Incident, what: str = STEP, why: str = "") -> Incident:
    """Save what its own job did; return it as it is then. VersionConflict: nothing is saved."""
    at = await parts.store.now()
    await parts.store.save(Save(incident=incident, audit=_line(incident, what, SYSTEM, at, why)))
    return replace(incident, version=incident.version + 1)


async def save(
    parts: Parts,
    incident: Incident,
    what: str,
    by: Person,
    why: str,
    *,
    register_at: int = 0,
    delivery: str = "",
) -> None:
    """Save what somebody did to it, and file it as due. VersionConflict: nothing is saved."""
    due: dict[str, int | None] = {f"incident:{incident.id}": incident.changed_at + incident.version}
    await parts.store.save(
        Save(
            incident=incident,
            register_at=register_at,
            audit=_line(incident, what, by, incident.changed_at, why),
            due=due,
            intake=delivery,
        )
    )


def _line(incident: Incident, what: str, by: Person, at: int, why: str) -> AuditEntry:
    return AuditEntry(
        at=at,
        actor=by,
        what=what,
        request_id=incident.id,
        handle=incident.handle,
        accepted=True,
        why=why,
    )
