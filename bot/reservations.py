"""Reservations of a request: taken with the approval, ended when the inventory shows the value.

A guest that is being changed is held the same way (place `guest/VMID`), so that at most one request
runs on it: whoever claims saves that ledger at the version it read.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.model.ledger import Ledger, Reservation
from bot.model.people import Person
from bot.model.plan import Claim
from bot.model.request import ChangeRequest
from bot.ports import RequestStore


def guest_place(request: ChangeRequest) -> str:
    """Return where it stands that a request runs on the guest."""
    return f"guest/{request.plan.target.ref.vmid}"


def person_place(person: Person) -> str:
    """Return where a person's claims follow each other, where the sums of a week count."""
    return f"person/{person.team_id}:{person.user_id}"


async def _read(
    store: RequestStore, request: ChangeRequest, places: Iterable[str]
) -> tuple[Ledger, ...]:
    cluster = request.plan.target.ref.cluster
    return tuple([await store.ledger(cluster, place) for place in sorted(places)])


def _holds(ledger: Ledger, request: ChangeRequest) -> bool:
    return any(r.request_id == request.id for r in ledger.reservations)


async def taken(
    store: RequestStore, request: ChangeRequest, judged: tuple[Ledger, ...]
) -> tuple[Ledger, ...]:
    """Return the ledgers that hold the request's claims, to be saved with its transition.

    `judged` are the ledgers that the plan was judged against: their versions guard the room. What the
    request held at other places (the guest has moved) is given up in the same write.
    """
    wanted = {claim.place for claim in request.plan.claims}
    new = [ledger.holding(request.id, request.handle, request.plan.claims) for ledger in judged]
    known = {ledger.place for ledger in judged}
    cluster = request.plan.target.ref.cluster
    old = [
        ledger.without(request.id)
        for ledger in await store.ledgers(cluster)
        if ledger.place not in known
        and _holds(ledger, request)
        and not ledger.place.startswith("guest/")
    ]
    return tuple(led for led in (*new, *old) if led.place in wanted or led in old)


async def guest_held(store: RequestStore, request: ChangeRequest) -> Ledger | str:
    """Return the guest's ledger with this request on it, or the handle of who is there already."""
    ledger = await store.ledger(request.plan.target.ref.cluster, guest_place(request))
    other = next((r.handle for r in ledger.reservations if r.request_id != request.id), "")
    if other:
        return other
    claim = Claim(
        place=ledger.place, resource="execution", guest=request.plan.target.ref, before=0, after=1
    )
    held = Reservation(request_id=request.id, handle=request.handle, claim=claim)
    return replace(ledger, reservations=(held,))


async def given_up(
    store: RequestStore, request: ChangeRequest, *, room_too: bool
) -> tuple[Ledger, ...]:
    """Return the ledgers without the request: the guest's, and with `room_too` all its claims."""
    places = {guest_place(request)}
    if room_too:
        places |= {claim.place for claim in request.plan.claims}
    ledgers = await _read(store, request, places)
    return tuple(led.without(request.id) for led in ledgers if _holds(led, request))
