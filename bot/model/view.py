"""Answers to reads, as values: lists, guests, nodes, help. See `bot/model/notice.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.audit import ChainedEntry
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.guest import GuestFacts, GuestRef, GuestSummary, Snapshot
from bot.model.incident import Incident
from bot.model.intake import OpenEnd
from bot.model.pause import Pause
from bot.model.people import Account
from bot.model.refusal import Detail
from bot.model.request import ChangeRequest
from bot.model.verdict import Sum


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
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestView:
    """One guest for one viewer."""

    facts: GuestFacts
    requests: tuple[ChangeRequest, ...]
    open_ends: tuple[OpenEnd, ...]
    last_backup: int | None
    may: frozenset[str]
    read_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestGlance:
    """One guest in short, as the inventory has it, for everybody in a channel."""

    guest: GuestSummary
    read_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeGlance:
    """One node in short: its memory, for everybody in a channel."""

    room: NodeRoom
    read_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesView:
    """The nodes of every cluster."""

    pictures: tuple[ClusterPicture, ...]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadroomView:
    """Headroom of nodes, in words; without any room `known` names the nodes that there are."""

    rooms: tuple[NodeRoom, ...]
    read_at: int
    wanted: str = ""
    known: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestList:
    """Requests: `which` is `mine`, `open`, `all`, `waiting` (for whoever asks) or `reviews`.

    `reviews`: since when (ms) those among them wait for a review that do, by id. `more`: there are more.
    """

    which: str
    requests: tuple[ChangeRequest, ...]
    reviews: Mapping[str, int] = field(default_factory=dict)
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """Why a request is what it is: rule, votes, history."""

    request: ChangeRequest
    history: tuple[ChainedEntry, ...]
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditList:
    """Entries of the audit, newest first: `of` a request or a guest; empty: all one may see."""

    of: str
    entries: tuple[ChainedEntry, ...]
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI:
    """A person's groups, roles and rights."""

    account: Account
    groups: tuple[str, ...]
    roles: tuple[str, ...]
    may: tuple[str, ...]
    guests: int


HealthLine = tuple[str, bool, str]
"""What, whether it is fine, and its detail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """Health in lines."""

    lines: tuple[HealthLine, ...]
    open_requests: int
    version: str
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """A person's App Home: open requests by what they mean to them, the nodes, rights, health."""

    waiting: tuple[ChangeRequest, ...]
    mine: tuple[ChangeRequest, ...]
    attention: tuple[ChangeRequest, ...]
    open_ends: tuple[OpenEnd, ...]
    rooms: tuple[NodeRoom, ...]
    rights: WhoAmI
    health: StatusView
    to_review: tuple[ChangeRequest, ...] = ()
    incidents: tuple[Incident, ...] = ()


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
