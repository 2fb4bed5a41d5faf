"""Messages that follow from a request's record: its thread, and what its requester is told."""

from dataclasses import dataclass, replace

from bot.model.button import Action, Press
from bot.model.intake import Closed, OpenEnd
from bot.model.notice import Declined, Notice, OfferNotice, ResultNotice, Told
from bot.model.pause import Hold, Pause
from bot.model.people import SYSTEM, Person
from bot.model.refusal import Detail, Moment, Refusal
from bot.model.request import BrokenGlass, ChangeRequest, State
from bot.model.tell import Tell
from bot.workflow.once import in_short


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One message that the request should have: where, and what it says.

    `version` is the record's, with those of its review and of the pauses, and one more once what waited
    for a restart has ended.
    """

    role: str
    channel: str
    person: Person | None
    notice: Notice
    edited: bool
    thread: bool = False
    version: int = 0


def direct(request: ChangeRequest, end: OpenEnd | None, closed: Closed | None) -> list[Wanted]:
    """Return the result for who asked, and later how what waited for a restart came to its end."""
    person = request.requester
    result = ResultNotice(request=request, open_end=end, closed=closed)
    edited = closed is not None
    wanted = [Wanted(role="result", channel="", person=person, notice=result, edited=edited)]
    if closed is not None and closed.by != person:
        news = ResultNotice(request=request, closed=closed, news=True)
        wanted.append(Wanted(role="end", channel="", person=person, notice=news, edited=False))
    return wanted


def waits(request: ChangeRequest) -> Wanted:
    """Return the one word about a lock for who has no card to look at."""
    details: dict[str, Detail] = {
        "handle": request.handle,
        "guest": request.plan.target.name,
        "lock": request.waiting_for,
    }
    told = Told(what=Tell.WAITS_FOR_LOCK, details=details)
    return Wanted(role="waits", channel="", person=request.requester, notice=told, edited=False)


def waits_for_pause(request: ChangeRequest, pause: Pause) -> Wanted:
    """Return the one word about a pause for who has no card to look at."""
    if not pause.stands:
        return _waits_for_incident(request, pause.holds[0])
    details: dict[str, Detail] = {
        "handle": request.handle,
        "guest": request.plan.target.name,
        "cluster": pause.cluster or "everything",
        "by": pause.by or SYSTEM,
        "since": Moment(epoch_ms=pause.at),
        "text": pause.why,
    }
    told = Told(what=Tell.WAITS_FOR_PAUSE, details=details)
    role = f"paused-{pause.version}"
    return Wanted(role=role, channel="", person=request.requester, notice=told, edited=False)


def _waits_for_incident(request: ChangeRequest, hold: Hold) -> Wanted:
    details: dict[str, Detail] = {
        "handle": request.handle,
        "guest": request.plan.target.name,
        "incident": hold.handle,
        "node": hold.node,
        "text": hold.why,
    }
    told = Told(what=Tell.WAITS_FOR_INCIDENT, details=details)
    role = f"held-{hold.at}"
    return Wanted(role=role, channel="", person=request.requester, notice=told, edited=False)


def thread(request: ChangeRequest, channel: str, closed: Closed | None) -> list[Wanted]:
    """Return the decision and the result for the card's thread, once each."""
    if request.state is State.PENDING:
        return []
    voters = request.voters()
    by = request.ended_by if request.state is State.DENIED else (voters[-1] if voters else None)
    said: list[Wanted] = []
    if by is not None:
        state = "denied" if request.state is State.DENIED else "approved"
        details: dict[str, Detail] = {
            "handle": request.handle,
            "state": state,
            "by": by,
            "text": request.end_text,
        }
        told = Told(what=Tell.THREAD_DECISION, details=details)
        said.append(in_thread("thread-decision", channel, told))
    if request.state.final and request.state is not State.DENIED:
        result = ResultNotice(request=request, closed=closed, thread=True)
        told_so = in_thread("thread-result", channel, result)
        said.append(replace(told_so, edited=closed is not None))
    return said


def asked_anew(request: ChangeRequest, channel: str) -> list[Wanted]:
    """Return what tells that everybody is asked anew: an edit of the card rings nobody's bell."""
    if request.state is not State.PENDING or request.moved is None:
        return []
    why = request.moved.why
    named = Refusal(reason=why.reason, details={**why.details, "handle": request.handle})
    said = Declined(refusal=named)
    role = f"moved-{request.plan_rev}"
    told = Wanted(role=role, channel="", person=request.requester, notice=said, edited=False)
    return [in_thread(f"thread-{role}", channel, said), told]


def offered(request: ChangeRequest) -> list[Wanted]:
    """Return the offer that stands, for who asked: once for each, by its time."""
    offer = request.offer
    if request.state is not State.PENDING or offer is None:
        return []
    told, role = OfferNotice(request=request), f"offer-{offer.at}"
    return [Wanted(role=role, channel="", person=request.requester, notice=told, edited=False)]


def glass_thread(
    request: ChangeRequest, glass: BrokenGlass, channel: str, people: tuple[Person, ...]
) -> Wanted:
    """Return what the card's thread says of broken glass; `people` are called to look at it."""
    details: dict[str, Detail] = {
        "handle": request.handle,
        "by": glass.by,
        "groups": request.decision.stoppers,
        "people": people or request.decision.stoppers,
        "text": glass.why,
    }
    told = Told(what=Tell.GLASS_THREAD, details=details)
    return in_thread(f"glass-{request.plan_rev}", channel, told)


def glass_told(request: ChangeRequest, glass: BrokenGlass, channel: str) -> list[Wanted]:
    """Return what each person whose word was skipped is told, once."""
    details: dict[str, Detail] = {
        "handle": request.handle,
        "guest": request.plan.target.name,
        "change": in_short(request.plan),
        "by": glass.by,
        "text": glass.why,
        "channel": channel,
    }
    pointer = f"{request.id}:{request.plan_rev}"
    presses = tuple(Press(action=a, pointer=pointer) for a in (Action.REVIEWED, Action.DETAILS))
    told = Told(what=Tell.GLASS_TOLD, details=details, presses=presses)
    role = f"glass-{request.plan_rev}"
    return [
        Wanted(role=f"{role}-{p.user_id}", channel="", person=p, notice=told, edited=False)
        for p in glass.told
    ]


def in_thread(role: str, channel: str, notice: Notice) -> Wanted:
    """Return a message of the card's thread."""
    return Wanted(role=role, channel=channel, person=None, notice=notice, edited=False, thread=True)
