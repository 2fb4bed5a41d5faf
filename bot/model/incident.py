"""Incidents: what is wrong, how bad it is, who leads, which guests it is about, and how far it has come.

The record of an incident and its transitions, pure. What people see of it (the channel's card, the
announcement, the export) are views of it, as cards are of requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.model.guest import GuestRef
from bot.model.people import Person
from bot.model.refusal import Reason, Refusal, refuse

MOST_GUESTS = 20
"""Guests that one incident may be about: what still reads on a phone."""


class Severity(StrEnum):
    """How bad it is, the worst first; the value is what people type."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"


class Status(StrEnum):
    """How far it has come; the value is what people type."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    CLOSED = "closed"


class Step(StrEnum):
    """One step of opening, in this order; each is kept once it is done."""

    CHANNEL = "channel"
    TOPIC = "topic"
    PIN = "pin"
    BOOKMARKS = "bookmarks"
    INVITES = "invites"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTerms:
    """How incidents are run here; empty: not.

    `prefix` begins the names of their channels, `announce_in` is the channel that tells of each, `invite`
    are groups whose people are invited, `runbook` a link. `updates`: after how long (ms) without news a
    lead is reminded, by severity. `pages`: cluster → address of a host's web interface.
    """

    prefix: str = "inc"
    announce_in: str = ""
    invite: tuple[str, ...] = ()
    runbook: str = ""
    updates: Mapping[Severity, int] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A guest that an incident is about, by the name it had when it was attached."""

    ref: GuestRef
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninvited:
    """Somebody who could not be invited, and Slack's word for why."""

    user_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A step of opening that Slack does not allow, and its word for why."""

    step: Step
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of somebody's, as it is now; `pinned_by` are who put 📌 under it."""

    by: Person
    text: str
    pinned_by: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that a person put on an incident's timeline, by a command or by marking a message.

    Unique by channel and ts: of the message, or of what stands for the command. `marked`: it is there for
    a mark under the message, and goes with it.
    """

    channel: str
    ts: str
    at: int
    by: Person
    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident, whole. Times in ms since the epoch, by the store's clock.

    `channel` is empty until there is one; `lost` says why the one it had takes no messages. `origin` is
    where it was opened, `done` the steps of opening that are done, `failed` those that will not be,
    `invite` whom to invite yet. `changed_at` is its last transition, `news_at` the last
    that the announcement shows, `words` those of its last update. `remind_at`: when its lead is reminded
    of the next, `reminded` how often that was done since the last, most lately `reminded_at`. `kept`:
    requests of which somebody said at its close that what they gave stays.
    """

    id: str
    handle: str
    title: str
    severity: Severity
    status: Status = Status.INVESTIGATING
    opened_by: Person
    created_at: int
    origin: str = ""
    guests: tuple[Attached, ...] = ()
    lead: Person | None = None
    channel: str = ""
    lost: str = ""
    done: tuple[Step, ...] = ()
    failed: tuple[Failed, ...] = ()
    invite: tuple[str, ...] = ()
    uninvited: tuple[Uninvited, ...] = ()
    kept: tuple[str, ...] = ()
    changed_at: int = 0
    news_at: int = 0
    words: str = ""
    remind_at: int | None = None
    reminded: int = 0
    reminded_at: int = 0
    closed_at: int | None = None
    closed_by: Person | None = None
    summary: str = ""
    version: int = 0

    @property
    def open(self) -> bool:
        """Return whether it goes on."""
        return self.status is not Status.CLOSED

    @property
    def missing(self) -> tuple[Step, ...]:
        """Return the steps of opening that are not done yet, in order."""
        return tuple(step for step in Step if step not in self.done)

    def has(self, ref: GuestRef) -> bool:
        """Return whether it is about that guest."""
        return any(guest.ref == ref for guest in self.guests)


def with_step(incident: Incident, step: Step, why: str = "") -> Incident:
    """Return the incident with a step of opening done, or not done for good (`why`: Slack's word)."""
    done = tuple(each for each in Step if each in {*incident.done, step})
    failed = tuple(each for each in incident.failed if each.step is not step)
    return replace(
        incident, done=done, failed=(*failed, Failed(step=step, why=why)) if why else failed
    )


def with_news(incident: Incident, at: int) -> Incident:
    """Return the incident with something that announcement and topic have to show.

    `news_at` goes on also where a clock went back: else the announcement would not be edited.
    """
    news_at = max(at, incident.news_at + 1)
    return replace(without_step(incident, Step.TOPIC), changed_at=at, news_at=news_at)


def without_step(incident: Incident, step: Step) -> Incident:
    """Return the incident with a step of opening to be done once more."""
    return replace(incident, done=tuple(each for each in incident.done if each is not step))


def attach(incident: Incident, guest: Attached, at: int) -> Incident | Refusal:
    """Return the incident with one more guest; the same again changes nothing."""
    if incident.has(guest.ref):
        return incident
    if len(incident.guests) >= MOST_GUESTS:
        return refuse(Reason.INCIDENT_FULL, handle=incident.handle, most=MOST_GUESTS)
    return replace(incident, changed_at=at, guests=(*incident.guests, guest))


def detach(incident: Incident, ref: GuestRef, at: int) -> Incident | Refusal:
    """Return the incident without that guest."""
    if not incident.has(ref):
        return refuse(Reason.NOT_ATTACHED, guest=ref, handle=incident.handle)
    left = tuple(g for g in incident.guests if g.ref != ref)
    return replace(incident, changed_at=at, guests=left)


def close(incident: Incident, by: Person, summary: str, at: int) -> Incident:
    """Return the incident closed."""
    return replace(
        with_news(incident, at),
        status=Status.CLOSED,
        closed_at=at,
        closed_by=by,
        summary=summary,
        remind_at=None,
    )


def reopen(incident: Incident, at: int) -> Incident:
    """Return the incident open again; what was decided at its close is decided anew.

    One that never had a channel gets another try.
    """
    if not incident.channel:
        incident = replace(incident, done=(), failed=())
    return replace(
        with_news(incident, at),
        status=Status.INVESTIGATING,
        closed_at=None,
        closed_by=None,
        summary="",
        kept=(),
        reminded=0,
    )


def moved_to(incident: Incident, channel: str, at: int) -> Incident:
    """Return the incident with another channel, where every step is to be done, for its people."""
    people = tuple(dict.fromkeys(p.user_id for p in (incident.lead, incident.opened_by) if p))
    return replace(
        with_news(incident, at),
        channel=channel,
        lost="",
        done=(Step.CHANNEL,),
        failed=(),
        invite=people,
    )
