"""Early ends: cancel and veto; and what a person says of an outcome nobody could prove."""

from bot.commit import Committer
from bot.model.events import Cancel, Resolve
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.people import Person
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest, Outcome, State
from bot.model.tell import Tell
from bot.policy import rights_of
from bot.reservations import given_up
from bot.workflow.deciding import transition
from bot.workflow.parts import Asker, Parts
from bot.workflow.pointers import split


async def cancel(parts: Parts, intake: Intake) -> Notice:
    """End one's own request while it waits, or stop one that one could have denied."""
    words = intake.intent.words
    name, _ = split(words["pointer"])

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        own = who.person == request.requester
        may_stop = not own and bool(set(who.groups) & set(request.decision.stoppers))
        tell = Tell.VETOED if may_stop else Tell.CANCELLED
        text = words.get("reason", "")
        return await _cancel(parts, request, who, tell, entitled=may_stop, text=text)

    return await transition(parts, intake, name, step)


async def veto(parts: Parts, intake: Intake) -> Notice:
    """Stop a request that one could have denied."""
    words = intake.intent.words
    name, _ = split(words["pointer"])

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        if not set(who.groups) & set(request.decision.stoppers):
            groups = request.decision.stoppers
            no = refuse(Reason.NOT_ELIGIBLE, handle=request.handle, groups=groups)
            return await _turned_away(parts, request, who, "veto", no)
        text = words.get("reason", "")
        return await _cancel(parts, request, who, Tell.VETOED, entitled=True, text=text)

    return await transition(parts, intake, name, step)


async def _turned_away(
    parts: Parts, request: ChangeRequest, who: Asker, what: str, why: Refusal
) -> Notice:
    """Refuse somebody who may not end a request, and record it."""
    now = await parts.store.now()
    await parts.committer.note_turned_away(request, who.person, what, why, now)
    return Declined(refusal=why)


async def _cancel(
    parts: Parts, request: ChangeRequest, who: Asker, tell: Tell, *, entitled: bool, text: str
) -> Notice:
    result = await stop(parts.committer, request, who.person, entitled=entitled, text=text)
    if isinstance(result, Refusal):
        return Declined(refusal=result)
    return Told(what=tell, details={"handle": request.handle})


async def stop(
    committer: Committer, request: ChangeRequest, actor: Person, *, entitled: bool, text: str
) -> ChangeRequest | Refusal:
    """End a request that waits, whoever asks; what was held for it is given up."""
    event = Cancel(actor=actor, at=await committer.store.now(), entitled=entitled, text=text)
    ledgers = await given_up(committer.store, request, room_too=True)
    return await committer.apply(request, event, ledgers=ledgers)


async def resolve(parts: Parts, intake: Intake) -> Notice:
    """Say what happened to a request whose outcome is unknown."""
    words = intake.intent.words

    async def step(request: ChangeRequest, who: Asker) -> Notice:
        return await _resolve(parts, request, who, words["outcome"], words["reason"])

    return await transition(parts, intake, words["handle"], step)


async def _resolve(
    parts: Parts, request: ChangeRequest, who: Asker, said: str, text: str
) -> Notice:
    if known := _known(request):
        return Declined(refusal=known)
    _, rights = rights_of(parts.policy(), who.roster, who.person)
    decides = set(who.groups) & set(request.decision.groups)
    if not decides and "operate" not in rights:
        no = refuse(Reason.MAY_NOT_RESOLVE, handle=request.handle)
        return await _turned_away(parts, request, who, "resolve", no)
    lag = parts.terms().inventory_lag
    result = await settle(parts.committer, request, who.person, said, text, lag)
    if isinstance(result, Refusal):
        return Declined(refusal=result)
    details = {"handle": request.handle, "state": result.state.value}
    return Told(what=Tell.RESOLVED, details=details)


def _known(request: ChangeRequest) -> Refusal | None:
    """Return why there is nothing to resolve."""
    if request.state is State.UNCERTAIN:
        return None
    return refuse(Reason.NOT_UNCERTAIN, handle=request.handle, state=request.state.value)


async def settle(
    committer: Committer, request: ChangeRequest, actor: Person, said: str, text: str, lag: int
) -> ChangeRequest | Refusal:
    """End a request as a person says it ended; `lag` (ms): when the room is looked at next."""
    if known := _known(request):
        return known
    now = await committer.store.now()
    state = State.SUCCEEDED if said == "done" else State.FAILED
    event = Resolve(
        actor=actor,
        at=now,
        state=state,
        text=text,
        outcome=Outcome(at=now, resolved_by=actor),
    )
    ledgers = await given_up(committer.store, request, room_too=state is State.FAILED)
    look = {f"room:{request.plan.target.ref.cluster}": now + lag}
    return await committer.apply(request, event, ledgers=ledgers, also_due=look)
