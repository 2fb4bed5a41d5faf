"""Buttons that lead to a new request: ask again, ask for less, give back, restart, take back."""

from dataclasses import replace

from bot.model.intake import Intake, OpenEnd
from bot.model.intent import Amount, Ask, How, Intent, Timing, When
from bot.model.notice import Declined, Notice, Told
from bot.model.refusal import Reason, refuse
from bot.model.request import ChangeRequest
from bot.model.tell import Tell
from bot.workflow.offers import edit
from bot.workflow.parts import Parts, unknown_request
from bot.workflow.pointers import kept_ask, split
from bot.workflow.submit import submit


async def _as(parts: Parts, intake: Intake, ask: Ask | None) -> Notice:
    """Submit another ask in the place of the one that was pressed."""
    if ask is None:
        return await _unknown(parts, intake)
    return await submit(parts, replace(intake, intent=Intent(verb="request", ask=ask)))


async def _unknown(parts: Parts, intake: Intake) -> Notice:
    name, _ = split(intake.intent.words["pointer"])
    return Declined(refusal=await unknown_request(parts, name))


async def _request(parts: Parts, intake: Intake) -> ChangeRequest | None:
    name, _ = split(intake.intent.words["pointer"])
    return await parts.store.request(name)


async def less(parts: Parts, intake: Intake) -> Notice:
    """Ask for the largest amount that fits: in an answer a new ask, on a card the same request."""
    ask = await kept_ask(parts, intake.intent.words["pointer"])
    request = await _request(parts, intake) if ask is None else None
    if request is None:
        return await _as(parts, intake, ask)
    verdict = request.plan.verdict
    _, rev = split(intake.intent.words["pointer"])
    if verdict.largest is None or rev != request.plan_rev:
        current = request.plan_rev
        return Declined(
            refusal=refuse(Reason.OLD_CARD, handle=request.handle, shown=rev, current=current)
        )
    amount = Amount(how=How.SET, amount=verdict.largest)
    smaller = replace(request.ask, amounts={**request.ask.amounts, verdict.largest_field: amount})
    return await edit(parts, replace(intake, intent=replace(intake.intent, ask=smaller)))


async def again(parts: Parts, intake: Intake) -> Notice:
    """Ask the same again, with fresh numbers."""
    request = await _request(parts, intake)
    if request is None:
        return await _as(parts, intake, None)
    ask = request.ask
    now = await parts.store.now()
    past = ask.timing.at_ms is not None and ask.timing.at_ms <= now
    return await _as(parts, intake, replace(ask, timing=Timing()) if past else ask)


async def rest(parts: Parts, intake: Intake) -> Notice:
    """Ask for what the running guest did not take, at its next restart."""
    request = await _request(parts, intake)
    timing = Timing(when=When.AT_RESTART)
    return await _as(parts, intake, replace(request.ask, timing=timing) if request else None)


async def keep(parts: Parts, intake: Intake) -> Notice:
    """Say what stays: the request is over, and nothing of it waits."""
    request = await _request(parts, intake)
    if request is None:
        return await _unknown(parts, intake)
    details = {"guest": request.plan.target.name, "handle": request.handle}
    return Told(what=Tell.KEPT, details=details)


async def give_back(parts: Parts, intake: Intake) -> Notice:
    """Ask for the values that were there before."""
    request = await _request(parts, intake)
    if request is None:
        return await _as(parts, intake, None)
    amounts = {
        change.field: Amount(how=How.SET, amount=change.before)
        for change in request.changes
        if isinstance(change.before, int) and not change.final
    }
    ask = replace(
        request.ask, amounts=amounts, timing=Timing(), reason=f"gives back {request.handle}"
    )
    return await _as(parts, intake, ask)


async def _end(parts: Parts, intake: Intake) -> OpenEnd | None:
    name, _ = split(intake.intent.words["pointer"])
    return await parts.store.open_end(name)


async def restart_now(parts: Parts, intake: Intake) -> Notice:
    """Restart the guest, so that what waits comes into force."""
    end = await _end(parts, intake)
    if end is None:
        return Declined(refusal=refuse(Reason.NOTHING_OPEN, guest=""))
    reason = f"puts {end.handle} in force"
    restart = next(o.name for o in parts.operations.values() if o.applies_waiting)
    return await _as(parts, intake, Ask(operation=restart, guest=end.guest.key, reason=reason))


async def revert(parts: Parts, intake: Intake) -> Notice:
    """Take the waiting value back."""
    end = await _end(parts, intake)
    if end is None:
        return Declined(refusal=refuse(Reason.NOTHING_OPEN, guest=""))
    fields = ",".join(change.field for change in end.changes)
    take_back = next(o.name for o in parts.operations.values() if o.free_for_owner)
    ask = Ask(
        operation=take_back,
        guest=end.guest.key,
        arguments={"keys": fields},
        reason=f"takes back {end.handle}",
    )
    return await _as(parts, intake, ask)


async def leave(parts: Parts, intake: Intake) -> Notice:
    """Leave it to the next restart; the open end goes on being followed."""
    end = await _end(parts, intake)
    if end is None:
        return Declined(refusal=refuse(Reason.NOTHING_OPEN, guest=""))
    return Told(what=Tell.END_LEFT, details={"guest": end.guest_name, "handle": end.handle})
