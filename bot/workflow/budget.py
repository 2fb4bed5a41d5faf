"""Budgets: what one person may ask, refused with a sentence once in a window, and audited once."""

from bot.model.audit import AuditEntry
from bot.model.budget import HOUR_MS, MINUTE_MS, Overspent
from bot.model.intake import Intake
from bot.model.people import Person
from bot.model.refusal import Moment, Reason, Refusal, refuse
from bot.workflow.parts import Parts

WITHIN = {HOUR_MS: "an hour", MINUTE_MS: "a minute"}
"""Windows in words."""


async def spent(parts: Parts, person: Person) -> Refusal | None:
    """Count one ask of this person; refuse it if that is more than one person may ask."""
    over = await parts.store.spend(person, parts.terms().budget.windows)
    return await _refused(parts, person, over) if over else None


async def kept(parts: Parts, intake: Intake, *, counted: bool = False) -> Refusal | None:
    """Count an ask (unless it was `counted`) and keep it, in one write; or refuse it as `spent` does."""
    windows = () if counted else parts.terms().budget.windows
    over = await parts.store.take_in(intake, windows)
    return await _refused(parts, intake.actor, over) if over else None


async def _refused(parts: Parts, person: Person, over: Overspent) -> Refusal:
    """Return why an ask is refused; the first one in a window is audited."""
    until = Moment(epoch_ms=-(-over.until // MINUTE_MS) * MINUTE_MS)  # shown without seconds
    if not over.first:
        return refuse(Reason.STILL_TOO_MANY, until=until)
    most, within = over.window.most, WITHIN[over.window.length_ms]
    await parts.store.note(
        AuditEntry(
            at=over.at,
            actor=person,
            what="ask",
            request_id="",
            handle="",
            accepted=False,
            why=f"{Reason.TOO_MANY_ASKS.value}: more than {most} within {within}",
        )
    )
    return refuse(Reason.TOO_MANY_ASKS, asks=most, within=within, until=until)


async def too_many_open(parts: Parts, person: Person) -> Refusal | None:
    """Refuse another request to somebody who has as many open as one person may have."""
    most = parts.terms().budget.open_per_person
    if await parts.store.open_of(person) < most:
        return None
    return refuse(Reason.TOO_MANY_OPEN, most=most)


async def first_in_an_hour(parts: Parts, person: Person, delivery: str) -> bool:
    """Return whether nobody noted within the last hour that this person has too many open."""
    name = f"too-many-open:{person.team_id}:{person.user_id}"
    return await parts.store.lease(name, delivery, HOUR_MS // 1000)
