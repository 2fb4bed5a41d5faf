"""Incidents in the store: versioned, found by channel and handle, opened one after another."""

from dataclasses import replace

import pytest

from bot.model.errors import VersionConflict
from bot.model.guest import GuestRef, Kind
from bot.model.incident import Attached, Incident, Note, Severity, attach, close
from bot.model.refusal import Reason, Refusal
from bot.model.request import Origin
from bot.model.save import Save
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import AT, BOB, entry, pending, save_of

pytest_plugins = ["tests.stores"]

ANA = replace(BOB, user_id="UANA")
WEB = Attached(ref=GuestRef(cluster="home", kind=Kind.CT, vmid=101), name="web-01")
INCIDENT = Incident(
    id="f" * 32,
    handle="I-7K2M",
    title="checkout is slow",
    severity=Severity.SEV2,
    opened_by=ANA,
    created_at=AT,
)


async def saved(store: RedisStore, incident: Incident, register_at: int = 0) -> Incident:
    """Save an incident and return it as it is then."""
    save = Save(incident=incident, register_at=register_at, audit=entry(what="incident"))
    await store.save(save)
    read = await store.incident(incident.id)
    assert read is not None
    return read


async def test_an_incident_is_found_by_its_handle_and_its_channel(store: RedisStore) -> None:
    """The channel is known once it is there; closed it leaves the list, and can still be read."""
    made = await saved(store, INCIDENT)
    assert made == replace(INCIDENT, version=1)
    assert await store.incident("i-7k2m") == made
    assert await store.incident_in("C0INC") is None
    made = await saved(store, replace(made, channel="C0INC"))
    assert await store.incident_in("C0INC") == made
    assert await store.open_incidents() == (made,)
    made = await saved(store, close(made, BOB, "it was the cache", AT + 5))
    assert await store.open_incidents() == ()
    assert await store.incident_in("C0INC") == made


async def test_who_did_not_know_of_the_last_one_opened_none(store: RedisStore) -> None:
    """Of two that open at once one is told to look again; a stale change is none."""
    register = await store.incidents_register()
    made = await saved(store, INCIDENT, register)
    other = replace(INCIDENT, id="e" * 32, handle="I-8888")
    with pytest.raises(VersionConflict, match="the register of incidents"):
        await saved(store, other, register)
    assert await store.incident("I-8888") is None
    await saved(store, other, await store.incidents_register())
    await saved(store, replace(made, lead=BOB))
    with pytest.raises(VersionConflict, match="the incident I-7K2M"):
        await saved(store, replace(made, lead=ANA))


async def test_notes_are_kept_once_for_each_message(store: RedisStore) -> None:
    """The same message marked twice stands once; unmarked it is gone."""
    note = Note(channel="C0INC", ts="1.2", at=AT, by=BOB, text="disk is full")
    later = replace(note, ts="1.3", at=AT + 1, text="it was not")
    await saved(store, INCIDENT)
    for each in (later, note, note):
        await store.put_note(INCIDENT.id, each)
    assert await store.notes(INCIDENT.id) == ((note, later), 3)
    await store.drop_note(INCIDENT.id, "C0INC", "1.2")
    assert await store.notes(INCIDENT.id) == ((later,), 4)


async def test_requests_from_an_incident_are_listed(store: RedisStore) -> None:
    """Whatever becomes of them."""
    request = replace(pending(), origin=Origin(channel="C0INC", incident=INCIDENT.id))
    await store.save(save_of(request))
    assert await store.requests_from(INCIDENT.id) == (request,)


def test_a_guest_is_attached_once_and_not_without_end() -> None:
    """The same again changes nothing."""
    one = attach(INCIDENT, WEB, AT + 1)
    assert isinstance(one, Incident)
    assert one.guests == (WEB,)
    assert attach(one, WEB, AT + 2) == one
    full = replace(
        INCIDENT,
        guests=tuple(Attached(ref=replace(WEB.ref, vmid=200 + n), name=f"g{n}") for n in range(20)),
    )
    refused = attach(full, WEB, AT)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.INCIDENT_FULL
