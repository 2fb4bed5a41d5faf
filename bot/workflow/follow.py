"""What goes on after the end: waiting values, room to be freed, values that went back."""

from dataclasses import replace

from bot.capacity import settled
from bot.model.audit import AuditEntry
from bot.model.button import Action, Press
from bot.model.errors import GuestMissing, HypervisorFault, SlackFault, VersionConflict
from bot.model.guest import GuestFacts
from bot.model.intake import OpenEnd
from bot.model.ledger import Ledger
from bot.model.notice import Told
from bot.model.people import SYSTEM, Person
from bot.model.plan import Change
from bot.model.readback import same_as, value_of
from bot.model.refusal import Detail, Moment, Quantity
from bot.model.request import ChangeRequest, State
from bot.model.save import Save
from bot.model.tell import Tell
from bot.model.terms import DAY
from bot.model.unit import Value
from bot.workflow.closing import IN_FORCE, TAKEN_BACK, closed_of
from bot.workflow.parts import Parts

TRIM = "audit:trim"
"""The due-set's member that trims the audit."""

UNSHOWN = 10
"""After so many lags a value that never showed (changed back by somebody) is held no longer."""

LOOK_BACK = 200
"""How many of the newest requests are looked through for values that were brought back."""


async def follow_end(parts: Parts, request_id: str) -> None:
    """Look whether a waiting value is in force, gone, or still waiting."""
    end = await parts.store.open_end(request_id)
    if end is None:
        await parts.store.drop_due(f"end:{request_id}")
        return
    now = await parts.store.now()
    try:
        guest = await parts.assessor.guest(end.guest)
    except GuestMissing:
        await _close(parts, end, _entry(end, "guest gone", now))
        return
    except HypervisorFault:
        await _later(parts, end, now)
        return
    there = [c.field for c in end.changes if same_as(c, value_of(c.field, c.unit, guest))]
    if len(there) == len(end.changes):
        await _close(parts, end, replace(_entry(end, IN_FORCE, now), why=", ".join(there)))
    elif any(change.field in guest.pending for change in end.changes):
        await (_remind if now >= end.remind_at else _later)(parts, end, now)
    elif await _being_taken_back(parts, end):
        await _later(parts, end, now)
    else:
        by = await _who_took_back(parts, end)
        entry = replace(_entry(end, TAKEN_BACK, now), actor=by, why=", ".join(there))
        await _close(parts, end, entry)


async def _later(parts: Parts, end: OpenEnd, now: int) -> None:
    at = now + parts.terms().follow_every
    await parts.store.put_due(f"end:{end.request_id}", at)
    await parts.store.postpone(f"end:{end.request_id}", at, at)


async def _remind(parts: Parts, end: OpenEnd, now: int) -> None:
    presses = (
        Press(action=Action.END_NOW, pointer=end.request_id),
        Press(action=Action.END_REVERT, pointer=end.request_id),
    )
    details: dict[str, Detail] = {
        "guest": end.guest_name,
        "handle": end.handle,
        "since": Moment(epoch_ms=end.since),
    }
    await parts.messenger.tell(
        end.owner, Told(what=Tell.END_REMINDER, details=details, presses=presses)
    )
    again = replace(end, remind_at=now + parts.terms().remind_open_end)
    await parts.store.save(Save(audit=_entry(end, "remind", now), open_end=again))
    await _later(parts, end, now)


async def _being_taken_back(parts: Parts, end: OpenEnd) -> bool:
    """Return whether a request that takes values back is under way: only its end says who did it."""
    return any(
        request.state.executing and parts.operations[request.plan.operation].free_for_owner
        for request in await parts.store.requests_on(end.guest)
    )


async def _who_took_back(parts: Parts, end: OpenEnd) -> Person:
    """Return who took the waiting values back through us; the system itself if nobody did."""
    for request in await parts.store.recent_requests(LOOK_BACK):
        frees = parts.operations[request.plan.operation].free_for_owner
        later = (request.ended_at or 0) >= end.since
        if (
            frees
            and later
            and request.state is State.SUCCEEDED
            and request.plan.target.ref == end.guest
        ):
            return request.requester
    return SYSTEM


async def _close(parts: Parts, end: OpenEnd, entry: AuditEntry) -> None:
    """Forget the open end; its messages are shown again, and its owner is told with them."""
    due: dict[str, int | None] = {
        f"end:{end.request_id}": None,
        f"room:{end.guest.cluster}": entry.at + parts.terms().inventory_lag,
        f"card:{end.request_id}": entry.at,
    }
    await parts.store.save(Save(audit=entry, close_open_end=end.request_id, due=due))
    parts.inventory.look_again(end.guest)
    await parts.wake.wake(f"card:{end.request_id}")


def shown(change: Change, value: Value) -> Detail:
    """Return a value of a change as a detail to show."""
    if isinstance(value, int):
        return Quantity(amount=value, unit=change.unit.value)
    return str(value) if value is not None else "unset"


def _entry(end: OpenEnd, what: str, now: int) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor=SYSTEM,
        what=what,
        request_id=end.request_id,
        handle=end.handle,
        accepted=True,
    )


async def trim_audit(parts: Parts) -> None:
    """Once a day, let go of audit entries older than they are kept."""
    now = await parts.store.now()
    await parts.store.trim_audit(now - parts.terms().keep_audit)
    await parts.store.put_due(TRIM, now + DAY)
    await parts.store.postpone(TRIM, now + DAY, now + DAY)


async def free_room(parts: Parts, cluster: str) -> None:
    """End the reservations whose value the inventory itself shows by now."""
    member = f"room:{cluster}"
    due = await parts.store.due_at(member)
    picture = await parts.inventory.picture(cluster, parts.terms().inventory_lag // 3)
    kept = False
    for ledger in await parts.store.ledgers(cluster):
        if ledger.place.startswith("guest/"):
            continue
        ended = await _ended(parts, ledger)
        shown_now = set(settled(ledger, picture, ended))
        over = []
        for reservation in ledger.reservations:
            request = await parts.store.request(reservation.request_id)
            if await _may_go(
                parts,
                request,
                shows=reservation.request_id in shown_now,
                read_at=picture.read_at,
            ):
                over.append(reservation.request_id)
            elif request is None or request.state.final:
                kept = True
        if over:
            await _drop(parts, ledger.cluster, ledger.place, over)
    later = await parts.store.now() + parts.terms().inventory_lag
    await parts.store.move_due(member, due, later if kept else None)


async def _ended(parts: Parts, ledger: Ledger) -> dict[str, int]:
    """Return when each finished request of a ledger was read back."""
    ended: dict[str, int] = {}
    for reservation in ledger.reservations:
        request = await parts.store.request(reservation.request_id)
        if request is not None and request.ended_at is not None:
            ended[request.id] = request.ended_at
    return ended


async def _may_go(
    parts: Parts,
    request: ChangeRequest | None,
    *,
    shows: bool,
    read_at: int,
) -> bool:
    """Return whether no figure would be lost: the request is over and the picture is newer.

    An older picture may show the same value by chance: a guest that had it before.
    """
    if request is None:
        return True
    if not request.state.final or await parts.store.open_end(request.id) is not None:
        return False
    lag = parts.terms().inventory_lag
    return read_at - (request.ended_at or 0) >= (lag if shows else UNSHOWN * lag)


async def _drop(parts: Parts, cluster: str, place: str, over: list[str]) -> None:
    ledger = await parts.store.ledger(cluster, place)
    for request_id in over:
        ledger = ledger.without(request_id)
    entry = AuditEntry(
        at=await parts.store.now(),
        actor=SYSTEM,
        what="room freed",
        request_id=over[0],
        handle="",
        accepted=True,
    )
    try:
        await parts.store.save(Save(audit=entry, ledgers=(ledger,)))
    except VersionConflict:
        await parts.store.put_due(f"room:{cluster}", entry.at + 1_000)


async def values_brought_back(parts: Parts, request_id: str) -> None:
    """After a rollback: tell the owners of values that it took back."""
    await parts.store.drop_due(f"values:{request_id}")
    request = await parts.store.request(request_id)
    if request is None or request.state not in {State.SUCCEEDED, State.PARTIAL}:
        return
    try:
        guest = await parts.assessor.guest(request.plan.target.ref)
    except HypervisorFault:
        await parts.store.put_due(f"values:{request_id}", await parts.store.now() + 10_000)
        return
    seen: set[str] = set()
    for earlier in await parts.store.recent_requests(LOOK_BACK):
        if _set_values(earlier, request):
            await _tell_lost(parts, earlier, guest, request, seen)


def _set_values(earlier: ChangeRequest, request: ChangeRequest) -> bool:
    """Return whether an earlier request put values in force on the same guest."""
    return (
        earlier.id != request.id
        and earlier.plan.target.ref == request.plan.target.ref
        and earlier.state in {State.SUCCEEDED, State.PARTIAL}
        and (earlier.ended_at or 0) <= (request.ended_at or 0)
    )


async def _came_into_force(parts: Parts, request: ChangeRequest) -> frozenset[str]:
    """Return the fields whose asked value was in force: read back, or seen after a restart."""
    shown = request.outcome.in_force if request.outcome else ()
    there = frozenset(v.field for v in shown if v.value == v.asked)
    closed = await closed_of(parts, request, await parts.store.open_end(request.id))
    return there | closed.in_force if closed else there


async def _tell_lost(
    parts: Parts,
    earlier: ChangeRequest,
    guest: GuestFacts,
    request: ChangeRequest,
    seen: set[str],
) -> None:
    in_force = await _came_into_force(parts, earlier)
    for change in earlier.changes:
        if change.field not in in_force:
            continue
        value = value_of(change.field, change.unit, guest)
        fresh = change.field not in seen
        seen.add(change.field)
        if not fresh or not isinstance(change.after, int) or same_as(change, value):
            continue
        details: dict[str, Detail] = {
            "guest": guest.name,
            "handle": earlier.handle,
            "field": change.field,
            "value": shown(change, value),
            "was": shown(change, change.after),
            "by": request.handle,
        }
        try:
            await parts.messenger.tell(
                earlier.requester, Told(what=Tell.VALUE_WENT_BACK, details=details)
            )
        except SlackFault:
            now = await parts.store.now()
            await parts.store.put_due(f"values:{request.id}", now + 10_000)
