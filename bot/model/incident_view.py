"""What people see of an incident, as values: its card, the announcement, its end, its timeline."""

from dataclasses import dataclass

from bot.model.estate import NodeFacts
from bot.model.guest import GuestSummary
from bot.model.incident import Attached, Incident
from bot.model.people import Person
from bot.model.request import ChangeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a timeline, `at` in ms: what was done to the incident or to a request from it.

    `what` is the audit's word, or `note`; `about` the request's number, `state` where it stood then.
    """

    at: int
    by: Person
    what: str
    text: str = ""
    about: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestNow:
    """A guest of an incident as the inventory shows it now (None: not at all).

    `named`: everybody in the channel may know its name.
    """

    guest: Attached
    now: GuestSummary | None
    named: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCard:
    """The status card in the incident's channel; `at` is when the figures were read, None: not now."""

    incident: Incident
    guests: tuple[GuestNow, ...] = ()
    nodes: tuple[NodeFacts, ...] = ()
    requests: tuple[ChangeRequest, ...] = ()
    newest: tuple[Line, ...] = ()
    held: tuple[str, ...] = ()
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAnnounced:
    """The post in the announcements' channel."""

    incident: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsDue:
    """The reminder that nothing was said of an incident for a while."""

    incident: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDebts:
    """What is to be decided after an incident: `requests` that only its rules, or one person, approved.

    `to_review`: those of them (ids) that still wait for their review.
    """

    incident: Incident
    requests: tuple[ChangeRequest, ...]
    to_review: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentList:
    """The incidents that are open."""

    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestForm:
    """The form that asks which guest an incident is about, too."""

    incident: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChoice:
    """The form that asks to which incident a message belongs; `metadata` points at the message."""

    incidents: tuple[Incident, ...]
    metadata: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentExport:
    """All that is to be kept of an incident, as files."""

    incident: Incident
    lines: tuple[Line, ...]
    requests: tuple[ChangeRequest, ...]
