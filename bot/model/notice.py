"""What the bot says, as values; `handlers/blocks` turns each into text and blocks.

Nothing here is a sentence: the renderer holds all of them. `Person`s, `Moment`s and `Quantity`s
in details are shown as mentions, local times and amounts with units; every other text is foreign
and is escaped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.audit import ChainedEntry
from bot.model.button import Action, Press
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.guest import GuestFacts, GuestRef, GuestSummary, Snapshot
from bot.model.intake import OpenEnd
from bot.model.intent import Ask
from bot.model.people import Account, Person
from bot.model.plan import Plan
from bot.model.policy import Decision
from bot.model.refusal import Detail, Refusal
from bot.model.request import ChangeRequest
from bot.model.verdict import Sum


class Tell(StrEnum):
    """Small private answers; the comment lists the details their sentence uses."""

    LOOKING = "looking"  # what
    RECORDED = "recorded"  # handle, guest, change, people, until, channel
    BORN_APPROVED = "born approved"  # handle, guest, change, rule
    VOTE_COUNTED = "vote counted"  # handle, have, needed, missing
    APPROVED = "approved"  # handle, guest
    VOTE_WITHDRAWN = "vote withdrawn"  # handle
    DENIED = "denied"  # handle
    CANCELLED = "cancelled"  # handle
    VETOED = "vetoed"  # handle
    OFFER_MADE = "offer made"  # handle, requester
    OFFER_FOR_YOU = "offer for you"  # handle, guest, by, text
    OFFER_ACCEPTED = "offer accepted"  # handle
    EDITED = "edited"  # handle
    RESOLVED = "resolved"  # handle, state
    PLAN_RENEWED = "plan renewed"  # handle, what
    WAITS_FOR_LOCK = "waits for lock"  # handle, guest, lock
    END_LEFT = "end left"  # guest
    END_IN_FORCE = "end in force"  # guest, handle, field, value
    END_REVERTED = "end reverted"  # guest, handle
    END_REMINDER = "end reminder"  # guest, handle, since
    VALUE_WENT_BACK = "value went back"  # guest, handle, field, value, was, by
    STORE_BACK = "store back"
    THREAD_DECISION = "thread decision"  # handle, state, by, text
    NOT_RECORDED = "not recorded"  # doing


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
    """The card of a request, whole. `approvers` are mentioned while it waits (the first tier)."""

    request: ChangeRequest
    approvers: tuple[Person, ...] = ()
    open_end: OpenEnd | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultNotice:
    """The end of a request, for its requester; also the reply in the card's thread."""

    request: ChangeRequest
    open_end: OpenEnd | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VotePrompt:
    """The current plan with the one button that votes (`/pve approve R-…`)."""

    request: ChangeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A plan before it is submitted, with who would be asked; or why it cannot be."""

    plan: Plan | None = None
    decision: Decision | None = None
    people: tuple[Person, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """The request form. `guest` is set once chosen; `ask` is what was typed so far.

    `metadata` is a pointer that comes back with the view (never authority). `editing` is the request
    whose ask is edited.
    """

    metadata: str
    guest: GuestFacts | None = None
    ask: Ask | None = None
    preview: Preview | None = None
    editing: ChangeRequest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyForm:
    """The form that asks for a reason."""

    request: ChangeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferForm:
    """The form for a smaller offer or another timing; `ask` and `problem` after a refusal."""

    request: ChangeRequest
    ask: Ask | None = None
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """A view opened at once, to be filled; `title` names what it will be."""

    title: str
    metadata: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsView:
    """A request for one viewer: plan in full, neighbours they may see, and what they may do."""

    request: ChangeRequest
    may: frozenset[Action]
    neighbours: tuple[GuestSummary, ...] = ()
    history: tuple[ChainedEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRoom:
    """One node's headroom: sums as they are now (before = after), and what is held."""

    cluster: str
    node: NodeFacts
    sums: tuple[Sum, ...]
    guests: int
    held_mib: int = 0
    missing: tuple[str, ...] = ()
    facts: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestList:
    """A page of guests."""

    guests: tuple[GuestSummary, ...]
    total: int
    page: int
    pages: int
    read_at: int
    filter_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestView:
    """One guest for one viewer."""

    facts: GuestFacts
    summary: GuestSummary | None
    requests: tuple[ChangeRequest, ...]
    open_ends: tuple[OpenEnd, ...]
    last_backup: int | None
    may: frozenset[str]
    read_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesView:
    """The nodes of every cluster."""

    pictures: tuple[ClusterPicture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadroomView:
    """Headroom of nodes, in words; without any room `known` names the nodes that there are."""

    rooms: tuple[NodeRoom, ...]
    read_at: int
    wanted: str = ""
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestList:
    """Requests: `which` is `mine`, `open`, `all` or `waiting` (for whoever asks)."""

    which: str
    requests: tuple[ChangeRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """Why a request is what it is: rule, votes, history."""

    request: ChangeRequest
    history: tuple[ChainedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI:
    """A person's groups, roles and rights."""

    account: Account
    groups: tuple[str, ...]
    roles: tuple[str, ...]
    may: tuple[str, ...]
    guests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """Health in lines: (what, fine, detail)."""

    lines: tuple[tuple[str, bool, str], ...]
    open_requests: int
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpView:
    """Help for one verb, or for all: (usage, sentence) pairs, examples."""

    verb: str
    entries: tuple[tuple[str, str], ...]
    examples: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotList:
    """A guest's snapshots."""

    guest: GuestRef
    name: str
    snapshots: tuple[Snapshot, ...]


Notice = (
    Told
    | Declined
    | CardNotice
    | ResultNotice
    | VotePrompt
    | Preview
    | RequestForm
    | DenyForm
    | OfferForm
    | Loading
    | DetailsView
    | GuestList
    | GuestView
    | NodesView
    | HeadroomView
    | RequestList
    | WhyView
    | WhoAmI
    | StatusView
    | HelpView
    | SnapshotList
)
