"""An incident in the store of a stage, as its commands make it."""

from dataclasses import replace
from typing import Any

from bot.model.audit import AuditEntry
from bot.model.incident import Attached, Incident, Severity, Step, close
from bot.model.people import Person
from bot.model.save import Save
from tests.journey.stage import Stage

CHANNEL = "C0WEB"


def someone(name: str) -> Person:
    """Return a person of the simulated workspace."""
    return Person(team_id="T0HEADROOM", user_id=f"U0{name.upper()}")


async def saved(stage: Stage, incident: Incident) -> Incident:
    """Save an incident and return it as it is then."""
    store = stage.bot.store
    entry = AuditEntry(
        at=await store.now(),
        actor=incident.opened_by,
        what="incident",
        request_id="",
        handle=incident.handle,
        accepted=True,
    )
    register = await store.incidents_register()
    await store.save(Save(incident=incident, register_at=register, audit=entry))
    read = await store.incident(incident.id)
    assert read is not None
    return read


async def opened(stage: Stage, *vmids: int, lead: str = "", **fields: Any) -> Incident:
    """Open a sev2 incident in #web about these guests."""
    name = stage.pve.world.guest
    incident = Incident(
        id="f" * 32,
        handle="I-7K2M",
        title="checkout is slow",
        severity=Severity.SEV2,
        opened_by=someone("dora"),
        created_at=await stage.bot.store.now(),
        channel=CHANNEL,
        done=tuple(Step),
        lead=someone(lead) if lead else None,
        guests=tuple(
            Attached(ref=stage.ref(v), name=str(name(v).config.values.get("name", v)))
            for v in vmids
        ),
    )
    return await saved(stage, replace(incident, **fields))


async def closed(stage: Stage, incident: Incident) -> Incident:
    """Close it."""
    now = await stage.bot.store.now()
    fresh = await stage.bot.store.incident(incident.id)
    assert fresh is not None
    return await saved(stage, close(fresh, someone("dora"), "it was the cache", now))
