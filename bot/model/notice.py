"""What the bot says, as values; `handlers/blocks` turns each into text and blocks.

Nothing here is a sentence: the renderer holds all of them. `Person`s, `Moment`s and `Quantity`s in
details are shown as mentions, local times and amounts; every other text is foreign and escaped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.alert import Alert, Standing
from bot.model.audit import ChainedEntry
from bot.model.button import Action, Press
from bot.model.feature import EVERYTHING, Features
from bot.model.gate import WentBack
from bot.model.guest import GuestFacts, GuestRef, GuestSummary
from bot.model.incident_view import (
    GuestForm,
    IncidentAnnounced,
    IncidentCard,
    IncidentChoice,
    IncidentDebts,
    IncidentList,
    NewsDue,
)
from bot.model.intake import Closed, OpenEnd
from bot.model.intent import Ask
from bot.model.notification import Notification
from bot.model.pause import Pause
from bot.model.people import Person
from bot.model.plan import Plan
from bot.model.policy import Decision
from bot.model.refusal import Detail, Refusal
from bot.model.request import ChangeRequest
from bot.model.review import Review
from bot.model.samples import Evidence
from bot.model.tell import Tell
from bot.model.view import (
    AuditList,
    GuestGlance,
    GuestList,
    GuestView,
    HeadroomView,
    HelpView,
    HomeView,
    NodeGlance,
    NodesView,
    RequestList,
    SnapshotList,
    StatusView,
    WhoAmI,
    WhyView,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A short answer."""

    what: Tell
    details: Mapping[str, Detail] = field(default_factory=dict)
    presses: tuple[Press, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """A refusal, with buttons for what would work; `voted` if it is a vote that does not count."""

    refusal: Refusal
    presses: tuple[Press, ...] = ()
    voted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNotice:
    """The card of a request, whole. `approvers` are asked now: mentioned while it waits.

    `reviewers` may close its review, if it has one; `pauses` keep it from beginning, and `held` says why
    it does not although it is approved. `instead_of` is the channel where it should have been, if that
    takes no messages.
    """

    request: ChangeRequest
    approvers: tuple[Person, ...] = ()
    open_end: OpenEnd | None = None
    closed: Closed | None = None
    instead_of: str = ""
    review: Review | None = None
    reviewers: tuple[Person, ...] = ()
    pauses: tuple[Pause, ...] = ()
    held: WentBack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultNotice:
    """The end of a request, for its requester; also the reply in the card's thread (no buttons).

    `news`: told once more, because what waited for a restart has come to its end since.
    """

    request: ChangeRequest
    open_end: OpenEnd | None = None
    closed: Closed | None = None
    thread: bool = False
    news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferNotice:
    """The offer on a request, for who asked, to be accepted or left."""

    request: ChangeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class VotePrompt:
    """The current plan with the one button that votes (`/pve approve R-…`)."""

    request: ChangeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassPrompt:
    """The current plan with the one button that breaks the glass for the reason given.

    `pointer` leads to that reason; `left` is how often this person still may within a day.
    """

    request: ChangeRequest
    reason: str
    pointer: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A plan before it is submitted, with who would be asked; or why it cannot be."""

    plan: Plan | None = None
    decision: Decision | None = None
    people: tuple[Person, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """The request form: the chosen `guest`, the `ask` so far, or the request it is `editing`.

    `metadata` is a pointer that comes back with the view (never authority). What of `features` is off
    has no fields.
    """

    metadata: str
    guest: GuestFacts | None = None
    ask: Ask | None = None
    preview: Preview | None = None
    editing: ChangeRequest | None = None
    features: Features = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyForm:
    """The form that asks for a reason."""

    request: ChangeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassForm:
    """The form that asks why the glass is to be broken."""

    request: ChangeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferForm:
    """The form for a smaller offer or another timing; `ask` and `problem` after a refusal."""

    request: ChangeRequest
    ask: Ask | None = None
    problem: Refusal | None = None
    features: Features = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """A view opened at once, to be filled; `title` names what it will be."""

    title: str
    metadata: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNotice:
    """A value over its threshold, or that it is over."""

    alert: Alert
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationNotice:
    """What Proxmox notified of: one, or many at once; `guest` if it is about one that is there."""

    told: tuple[Notification, ...]
    guest: GuestRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBackNotice:
    """The store went back in time: nothing is claimed until an operator releases it; or it is released."""

    went_back: WentBack


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsView:
    """A request for one viewer: plan in full, neighbours they may see, and what they may do.

    `evidence` is what its guest used over the last week, if that can be read.
    """

    request: ChangeRequest
    may: frozenset[Action]
    neighbours: tuple[GuestSummary, ...] = ()
    history: tuple[ChainedEntry, ...] = ()
    closed: Closed | None = None
    pauses: tuple[Pause, ...] = ()
    evidence: Evidence | None = None


Notice = (
    Told
    | Declined
    | CardNotice
    | ResultNotice
    | OfferNotice
    | VotePrompt
    | GlassPrompt
    | Preview
    | RequestForm
    | DenyForm
    | GlassForm
    | OfferForm
    | Loading
    | DetailsView
    | AlertNotice
    | NotificationNotice
    | WentBackNotice
    | IncidentCard
    | IncidentAnnounced
    | IncidentDebts
    | IncidentList
    | NewsDue
    | GuestForm
    | IncidentChoice
    | GuestList
    | GuestView
    | GuestGlance
    | NodeGlance
    | NodesView
    | HeadroomView
    | RequestList
    | WhyView
    | AuditList
    | WhoAmI
    | StatusView
    | HelpView
    | HomeView
    | SnapshotList
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfurled:
    """The links of a message with the card that each is shown as; what is not in it stays a link."""

    cards: Mapping[str, Notice]
