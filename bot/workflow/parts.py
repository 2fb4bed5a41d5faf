"""What every part of the workflow works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.assess import Assessor
from bot.commit import Committer
from bot.inventory import Inventory, find
from bot.model.errors import HypervisorFault
from bot.model.estate import ClusterPicture
from bot.model.feature import EVERYTHING, Features
from bot.model.guest import GuestSummary
from bot.model.incident import IncidentTerms
from bot.model.link import NOWHERE, Unfurling
from bot.model.notice import Declined, Notice
from bot.model.operation import Operation, offered
from bot.model.pause import Pause, against
from bot.model.people import Account, Person, Roster
from bot.model.refusal import Detail, Moment, Reason, Refusal, refuse
from bot.model.request import ChangeRequest, State
from bot.model.terms import DAY, Terms
from bot.model.view import HealthLine
from bot.policy import Policy, is_role, may_ask, visible
from bot.ports import Channels, Clock, Directory, Hypervisor, Messenger, RequestStore, Wake

TOLD_FOR = 90 * DAY
"""How long (ms) a request that is not there is explained by a store that went back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The workflow's surroundings; `terms`, `policy`, `copy_to` and `incidents` give the present ones.

    `operations` are all there are, for records of older requests name them. `configuration` gives what
    is to be known of the file, as lines of `/pve status`.
    """

    store: RequestStore
    assessor: Assessor
    committer: Committer
    inventory: Inventory
    hypervisor: Hypervisor
    directory: Directory
    messenger: Messenger
    channels: Channels
    wake: Wake
    clock: Clock
    terms: Callable[[], Terms]
    operations: Mapping[str, Operation]
    policy: Callable[[], Policy]
    incidents: Callable[[], IncidentTerms]
    copy_to: Callable[[], frozenset[str]] = frozenset
    unfurling: Unfurling = NOWHERE
    features: Features = EVERYTHING
    configuration: Callable[[], tuple[HealthLine, ...]] = tuple

    def offered(self) -> dict[str, Operation]:
        """Return the operations that may be asked for here."""
        return offered(self.operations, self.features)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: the account, the groups as of now."""

    account: Account
    roster: Roster

    @property
    def person(self) -> Person:
        """Return the person."""
        return self.account.person

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups that hold the person (the roster also knows the members of roles)."""
        return tuple(g for g in self.roster.groups_of(self.person) if not is_role(g))


async def asker(parts: Parts, person: Person) -> Asker | Refusal:
    """Return who asks, or why this account may not use the bot at all."""
    account = await parts.directory.account(person)
    if account.refused_because:
        return refuse(Reason.NOT_A_MEMBER, why=account.refused_because)
    return Asker(account=account, roster=await parts.directory.roster())


async def guests_for(parts: Parts, who: Asker) -> tuple[GuestSummary, ...]:
    """Return every guest that this person may see, in all clusters."""
    return seen_in(parts, who, await pictures(parts))


def seen_in(
    parts: Parts, who: Asker, shown: tuple[ClusterPicture, ...]
) -> tuple[GuestSummary, ...]:
    """Return the guests of these pictures that this person may see."""
    every = (guest for picture in shown for guest in picture.guests)
    return visible(parts.policy(), who.roster, who.person, every)


async def pictures(parts: Parts) -> tuple[ClusterPicture, ...]:
    """Return the picture of every cluster that answers; a HypervisorFault if none does."""
    found = await parts.inventory.pictures()
    if not found:
        await _fault_of(parts)
    return found


def silent_beside(parts: Parts, shown: tuple[ClusterPicture, ...]) -> tuple[str, ...]:
    """Return the clusters without a picture among these, so that lists can say what they lack."""
    answering = {picture.cluster for picture in shown}
    return tuple(c for c in parts.hypervisor.clusters() if c not in answering)


async def _fault_of(parts: Parts) -> None:
    """Raise what keeps a cluster silent, if one is: what is not found may be there."""
    for cluster in parts.hypervisor.clusters():
        await parts.inventory.picture(cluster)


async def find_guest(parts: Parts, who: Asker, text: str, right: str) -> GuestSummary | Refusal:
    """Return the guest somebody means; one that they may not see is one that does not exist."""
    guest = find(text, await guests_for(parts, who))
    if isinstance(guest, Refusal):
        if guest.reason is Reason.UNKNOWN_GUEST:
            await _fault_of(parts)
        return guest
    if not may_ask(parts.policy(), who.roster, who.person, guest, right):
        return refuse(Reason.MAY_NOT, verb=right, guest=guest.name)
    return guest


async def find_request(parts: Parts, who: Asker, name: str) -> ChangeRequest | Refusal:
    """Return the request of that number, if this person may see its guest or has a part in it."""
    request = await parts.store.request(name)
    if request is None or not await may_see(parts, who, request):
        return await unknown_request(parts, name)
    return request


async def unknown_request(parts: Parts, name: str) -> Refusal:
    """Refuse a request that is not there; after the store went back, say what else is not.

    A button points at an id, which means nothing to people: then it is the button that is not known.
    """
    typed = name.startswith("R-")
    reason = Reason.UNKNOWN_REQUEST if typed else Reason.UNKNOWN_BUTTON
    details: dict[str, Detail] = {"handle": name} if typed else {}
    went = (await parts.store.gate()).went_back
    now = await parts.store.now()
    if went is None or now > went.since + TOLD_FOR:
        return refuse(reason, **details)
    noticed = Moment(epoch_ms=went.since)
    if not went.ends_at:
        return refuse(reason, **details, emptied=noticed)
    ends = Moment(epoch_ms=went.ends_at)
    return refuse(reason, **details, ends=ends, noticed=noticed)


async def may_see(parts: Parts, who: Asker, request: ChangeRequest) -> bool:
    """Return whether a person may know of a request: theirs, theirs to decide, or on their guest."""
    decision = request.decision
    deciding = {*decision.stoppers, *decision.reviews, *parts.policy().break_glass}
    if who.person == request.requester or set(who.groups) & deciding:
        return True
    target = request.plan.target
    try:
        picture = await parts.inventory.picture(target.ref.cluster)
    except HypervisorFault:
        return False
    guest = picture.guest(target.ref)
    return guest is not None and may_ask(parts.policy(), who.roster, who.person, guest, "view")


async def held_up(parts: Parts, request: ChangeRequest) -> tuple[Pause, ...]:
    """Return the pauses that keep an approved request from beginning."""
    if request.state is not State.APPROVED:
        return ()
    target = request.plan.target
    pauses = await parts.store.pauses("", target.ref.cluster)
    return against(pauses, target.node, request.origin.incident)


async def store_unsafe(parts: Parts) -> Refusal | None:
    """Refuse what is new while the store may lose what it was told (it may evict, or is a replica)."""
    problems, _ = await parts.store.unsafe_because()
    return refuse(Reason.STORE_UNSAFE, problem="; ".join(problems)) if problems else None


def declined(refusal: Refusal) -> Notice:
    """Return a refusal as something to say."""
    return Declined(refusal=refusal)
