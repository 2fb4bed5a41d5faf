"""One transition, written whole: record, reservations, audit entry and due times together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import structlog

from bot.model.audit import AuditEntry
from bot.model.events import BreakGlass, Event
from bot.model.incident import Incident
from bot.model.intake import OpenEnd
from bot.model.ledger import Ledger
from bot.model.pause import Pause
from bot.model.people import Person
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest, State
from bot.model.review import Review
from bot.model.save import Save
from bot.model.terms import DAY
from bot.model.transition import advance
from bot.ports import RequestStore, Wake

log = structlog.get_logger(__name__)

Moved = Callable[[ChangeRequest | None, ChangeRequest], None]
"""Told of every saved transition: the request before (None: new) and after."""

NEVER_LATER = 1_000
"""How long (ms) the due-set waits before it repeats a wake that got lost.

One gets lost where the job has looked for the last time and the engine still counts it as running:
it does not add a key that runs.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committer:
    """Applies events to requests in the store, and wakes what follows from them.

    With a `delivery` each save says that it is that one's: another one for it changes nothing.
    """

    store: RequestStore
    wake: Wake
    delivery: str = ""
    remind_review: int = DAY
    moved: Moved = lambda _before, _after: None

    async def apply(
        self,
        request: ChangeRequest,
        event: Event,
        *,
        ledgers: Iterable[Ledger] = (),
        if_approved: Iterable[Ledger] = (),
        deadline: int | None = None,
        gate_at: int | None = None,
        open_end: OpenEnd | None = None,
        due_at: int | None = None,
        also_due: Mapping[str, int] | None = None,
        unpaused: Iterable[Pause] = (),
        incident: Incident | None = None,
    ) -> ChangeRequest | Refusal:
        """Advance the request and save it, or record that it was refused.

        `if_approved` is saved with it if this approves it; `unpaused`, `gate_at` and `incident` must be
        as they were read. With VersionConflict (somebody was first) or TooLate nothing is written.
        """
        if isinstance(after := advance(request, event), Refusal):
            await self.note_refused(request, event, after)
            return after
        review = await self._review(after, event.at)
        save = Save(
            request=after,
            before=request,
            expected=request.version,
            ledgers=(*ledgers, *(if_approved if after.state is State.APPROVED else ())),
            audit=accepted(request, event, after),
            due=due_times(after, event.at, due_at) | review_due(review) | dict(also_due or {}),
            deadline=deadline,
            gate_at=gate_at,
            intake=self.delivery,
            open_end=open_end,
            review=review,
            unpaused=tuple(unpaused),
            incident=incident,
        )
        return await self._keep(save, after, type(event).__name__.lower(), due_at)

    async def note_refused(self, request: ChangeRequest, event: Event, refusal: Refusal) -> None:
        """Record in the audit that an event was refused."""
        await self.store.note(refused(request, event, refusal))

    async def note_turned_away(
        self, request: ChangeRequest, actor: Person, what: str, why: Refusal, at: int
    ) -> None:
        """Record in the audit that somebody was refused before there was an event."""
        entry = AuditEntry(
            at=at,
            actor=actor,
            what=what,
            request_id=request.id,
            handle=request.handle,
            accepted=False,
            plan_hash=request.plan_hash,
            version_before=request.version,
            version_after=request.version,
            state_after=request.state.value,
            why=why.reason.value,
        )
        await self.store.note(entry)

    async def create(
        self, request: ChangeRequest, ledgers: Iterable[Ledger], intake: str, actor: Person
    ) -> None:
        """Save a new request. VersionConflict if its handle is taken or a ledger moved."""
        entry = AuditEntry(
            at=request.created_at,
            actor=actor,
            what="submit",
            request_id=request.id,
            handle=request.handle,
            accepted=True,
            plan_hash=request.plan_hash,
            version_after=request.version,
            state_after=request.state.value,
        )
        review = await self._review(request, request.created_at)
        save = Save(
            request=request,
            ledgers=tuple(ledgers),
            audit=entry,
            due={**due_times(request, request.created_at, None), **review_due(review)},
            intake=intake,
            review=review,
        )
        await self._keep(save, request, "submit", None)

    async def _review(self, request: ChangeRequest, at: int) -> Review | None:
        """Return the review that opens now: the request is approved, and its rules want one.

        So does broken glass, of all whose word was skipped, also where there was a review before.
        """
        decision, glass = request.decision, request.glass
        groups = {*decision.reviews, *(decision.stoppers if glass else ())}
        if request.state is not State.APPROVED or not groups:
            return None
        before = await self.store.review(request.id)
        if before is not None and glass is None:
            return None
        return Review(
            request_id=request.id,
            handle=request.handle,
            requester=request.requester,
            groups=tuple(sorted(groups)),
            opened_at=at,
            remind_at=at + self.remind_review,
            version=before.version if before else 0,
            broke=glass.by if glass else None,
        )

    async def _keep(
        self, save: Save, after: ChangeRequest, what: str, due_at: int | None
    ) -> ChangeRequest:
        """Save a transition, tell the log of it, and wake what follows from it."""
        await self.store.save(save)
        self._tell(save.before, after, what)
        await self._wake(after, due_at)
        return after

    def _tell(self, before: ChangeRequest | None, after: ChangeRequest, what: str) -> None:
        """Write the transition into the log, and count it."""
        log.info(
            "transition",
            handle=after.handle,
            what=what,
            before=before.state.value if before else None,
            after=after.state.value,
            version=after.version,
        )
        self.moved(before, after)

    async def _wake(self, request: ChangeRequest, due_at: int | None) -> None:
        await self.wake.wake(f"card:{request.id}")
        if request.origin.incident:
            await self.wake.wake(f"incident:{request.origin.incident}")
        if request.state is State.APPROVED or (request.state.executing and due_at is None):
            await self.wake.wake(f"request:{request.id}")


def review_due(review: Review | None) -> dict[str, int | None]:
    """Return when an open review is reminded of; a closed one no more."""
    if review is None:
        return {}
    return {f"review:{review.request_id}": review.remind_at if review.open else None}


def due_times(request: ChangeRequest, at: int, due_at: int | None) -> dict[str, int | None]:
    """Return when the request and its card want to be looked at next.

    The card's time is another one after each version, also where two come in the same moment: who
    shows a version takes the card off the due-set only if it is due as it was before.
    """
    poll = due_at if due_at is not None else at + NEVER_LATER
    later = at + NEVER_LATER + request.version
    shown = [f"card:{request.id}"]
    if request.origin.incident:
        shown.append(f"incident:{request.origin.incident}")
    return {f"request:{request.id}": request.next_due(poll), **dict.fromkeys(shown, later)}


def accepted(before: ChangeRequest, event: Event, after: ChangeRequest) -> AuditEntry:
    """Return the audit entry of a transition that happened."""
    return replace(
        _entry(before, event),
        accepted=True,
        why=event.text if isinstance(event, BreakGlass) else after.end_text,
        plan_hash=after.plan_hash,
        version_after=after.version,
        state_after=after.state.value,
    )


def refused(request: ChangeRequest, event: Event, refusal: Refusal) -> AuditEntry:
    """Return the audit entry of a transition that was refused."""
    return replace(_entry(request, event), why=refusal.reason.value)


def _entry(request: ChangeRequest, event: Event) -> AuditEntry:
    return AuditEntry(
        at=event.at,
        actor=event.actor,
        what=type(event).__name__.lower(),
        request_id=request.id,
        handle=request.handle,
        accepted=False,
        plan_hash=request.plan_hash,
        version_before=request.version,
        version_after=request.version,
        state_after=request.state.value,
    )
