"""Reads: what the inventory and the store answer at once, and what needs a fresh look."""

from collections.abc import Mapping

from bot.capacity import Limits, rooms
from bot.model.errors import HypervisorFault
from bot.model.guest import GuestSummary
from bot.model.intent import Intent
from bot.model.notice import Declined, Notice
from bot.model.pause import in_force
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest, State
from bot.model.view import (
    GuestList,
    GuestView,
    HeadroomView,
    HealthLine,
    NodeRoom,
    NodesView,
    RequestList,
    SnapshotList,
    StatusView,
    WhoAmI,
    WhyView,
)
from bot.policy import may_ask, rights_of
from bot.workflow.history import chain_line
from bot.workflow.parts import (
    Asker,
    Parts,
    find_guest,
    find_request,
    guests_for,
    held_up,
    may_see,
    pictures,
    seen_in,
    silent_beside,
)

PAGE = 15
"""Guests on one page of a list."""

SHOWN = 15
"""Requests in one list."""

AT_ONCE = 60
"""Open requests that are read at once while a list of those is filled that somebody may see."""

RIGHTS = ("view", "request", "power", "force", "snapshot", "rollback", "operate")
"""The rights that roles give, in the order in which they are told."""


HELD = "the store went back in time: nothing runs until an operator types headroom release"
"""What status and readiness say while the gate is closed."""


async def guests(parts: Parts, who: Asker, intent: Intent) -> Notice:
    """List guests."""
    words = intent.words
    shown = await pictures(parts)
    found = [g for g in seen_in(parts, who, shown) if _matches(g, words)]
    found.sort(key=lambda g: (g.name.casefold(), g.ref))
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(int(words.get("page") or 1), 1), pages)
    return GuestList(
        guests=tuple(found[(page - 1) * PAGE : page * PAGE]),
        total=len(found),
        page=page,
        pages=pages,
        read_at=min((picture.read_at for picture in shown), default=0),
        filter_text=filter_text(words),
        silent=silent_beside(parts, shown),
    )


FILTERS = ("kind", "node", "tag", "pool", "status", "cluster")
"""The filters of a list, besides free text."""


def filter_text(words: Mapping[str, str]) -> str:
    """Return the filters as they would be typed, so that a page button can repeat them."""
    named = [words["kind"]] if words.get("kind") else []
    named += [f"--{name} {words[name]}" for name in FILTERS[1:] if words.get(name)]
    return " ".join([*named, *([words["text"]] if words.get("text") else [])])


def _matches(guest: GuestSummary, words: Mapping[str, str]) -> bool:
    facts = {
        "kind": guest.ref.kind.word.lower(),
        "node": guest.node,
        "status": guest.status,
        "cluster": guest.ref.cluster,
        "pool": guest.pool,
    }
    plain = all(facts[name] == words[name].lower() for name in facts if words.get(name))
    tagged = not words.get("tag") or words["tag"] in guest.tags
    text = words.get("text", "").casefold()
    return plain and tagged and (text in guest.name.casefold() or text == str(guest.ref.vmid))


async def guest(parts: Parts, who: Asker, intent: Intent) -> Notice:
    """Show one guest, freshly read."""
    summary = await find_guest(parts, who, intent.words["guest"], "view")
    if isinstance(summary, Refusal):
        return Declined(refusal=summary)
    facts = await parts.assessor.guest(summary.ref)
    snapshots = await parts.hypervisor.snapshots(summary.ref, facts.node)
    try:
        backup = await parts.hypervisor.last_backup(summary.ref, facts.node)
    except HypervisorFault:
        backup = None
    may = frozenset(
        right for right in RIGHTS if may_ask(parts.policy(), who.roster, who.person, summary, right)
    )
    ends = await parts.store.open_ends()
    return GuestView(
        facts=facts.with_snapshots(snapshots),
        requests=await parts.store.requests_on(summary.ref),
        open_ends=tuple(e for e in ends if e.guest == summary.ref),
        last_backup=backup,
        may=may,
        read_at=parts.clock.now(),
    )


async def snapshots(parts: Parts, who: Asker, intent: Intent) -> Notice:
    """List a guest's snapshots."""
    summary = await find_guest(parts, who, intent.words["guest"], "view")
    if isinstance(summary, Refusal):
        return Declined(refusal=summary)
    node = await parts.inventory.locate(summary.ref)
    taken = await parts.hypervisor.snapshots(summary.ref, node)
    return SnapshotList(guest=summary.ref, name=summary.name, snapshots=taken)


async def nodes(parts: Parts, _who: Asker, _intent: Intent) -> Notice:
    """Show the nodes of every cluster."""
    shown = await pictures(parts)
    return NodesView(pictures=shown, silent=silent_beside(parts, shown))


async def headroom(parts: Parts, _who: Asker, intent: Intent) -> Notice:
    """Show what each node promises, uses and holds."""
    wanted = intent.words.get("node", "")
    limits: Limits = parts.assessor.limits()
    found: list[NodeRoom] = []
    known: list[str] = []
    read_at = parts.clock.now()
    shown = await pictures(parts)
    for picture in shown:
        read_at = min(read_at, picture.read_at)
        ledgers = await parts.store.ledgers(picture.cluster)
        known += [node.name for node in picture.nodes]
        found += rooms(picture, ledgers, limits, wanted)
    return HeadroomView(
        rooms=tuple(found),
        read_at=read_at,
        wanted=wanted,
        known=tuple(known),
        silent=silent_beside(parts, shown),
    )


async def requests(parts: Parts, who: Asker, intent: Intent) -> Notice:
    """List requests: mine, open, waiting for me, with an open review, or all."""
    which, more = intent.words.get("which") or "open", False
    if which == "mine":
        found = await parts.store.requests_of(who.person, SHOWN)
    elif which == "all":
        found = await parts.store.recent_requests(SHOWN * 4)
    elif which == "reviews":
        found = await _to_review(parts)
    elif which == "open":
        found, more = await _oldest_open(parts, who)
    else:
        found = await parts.store.open_requests()
    seen = [r for r in found if await may_see(parts, who, r)]
    if which == "waiting":
        seen = [r for r in seen if waits_for(r, who)]
        seen += await to_review_by(parts, who)
    shown = tuple(seen[:SHOWN])
    reviews = {r.request_id: r.opened_at for r in await parts.store.open_reviews()}
    return RequestList(
        which=which,
        requests=shown,
        reviews={r.id: reviews[r.id] for r in shown if r.id in reviews},
        more=more or len(seen) > SHOWN,
    )


async def _oldest_open(parts: Parts, who: Asker) -> tuple[tuple[ChangeRequest, ...], bool]:
    """Return the first open requests that this person may see, and whether there may be more."""
    seen: list[ChangeRequest] = []
    start = 0
    while page := await parts.store.open_requests(start, AT_ONCE):
        seen += [r for r in page if await may_see(parts, who, r)]
        start += len(page)
        if len(seen) > SHOWN:
            return tuple(seen[:SHOWN]), True
    return tuple(seen), False


async def _to_review(parts: Parts) -> tuple[ChangeRequest, ...]:
    """Return the requests with an open review, oldest first."""
    found = [
        await parts.store.request(review.request_id) for review in await parts.store.open_reviews()
    ]
    return tuple(request for request in found if request is not None)


async def to_review_by(parts: Parts, who: Asker) -> list[ChangeRequest]:
    """Return the requests whose open review this person may close, oldest first."""
    reviews = await parts.store.open_reviews()
    mine = {r.request_id for r in reviews if r.waits_for(who.person, who.groups)}
    return [request for request in await _to_review(parts) if request.id in mine]


def waits_for(request: ChangeRequest, who: Asker) -> bool:
    """Return whether this person's vote is one that the request waits for."""
    return (
        request.state is State.PENDING
        and request.requester != who.person
        and who.person not in request.voters()
        and bool(set(who.groups) & set(request.decision.groups))
    )


async def why(parts: Parts, who: Asker, intent: Intent) -> Notice:
    """Say why a request is what it is."""
    request = await find_request(parts, who, intent.words["handle"])
    if isinstance(request, Refusal):
        return Declined(refusal=request)
    return WhyView(
        request=request,
        history=await parts.store.audit_of(request.id),
        pauses=await held_up(parts, request),
    )


async def whoami(parts: Parts, who: Asker, _intent: Intent) -> Notice:
    """Say what somebody may do."""
    roles, rights = rights_of(parts.policy(), who.roster, who.person)
    every, here = (
        {operation.right for operation in found.values() if operation.verb}
        for found in (parts.operations, parts.offered())
    )
    return WhoAmI(
        account=who.account,
        groups=who.groups,
        roles=tuple(roles),
        may=tuple(r for r in RIGHTS if r in rights and r not in every - here),
        guests=len(await guests_for(parts, who)),
    )


async def status(parts: Parts, _who: Asker, _intent: Intent) -> Notice:
    """Say how the bot is."""
    lines: list[HealthLine] = []
    problems, warnings = await parts.store.unsafe_because()
    lines.append(("store", not problems, "; ".join((*problems, *warnings)) or "keeps every write"))
    if (await parts.store.gate()).closed:
        lines.append(("records", False, HELD))
    if parts.terms().observe:
        lines.append(("mode", True, "observe: approved requests change nothing"))
    lines += parts.configuration()
    lines.append(await chain_line(parts))
    lines += [await _cluster_line(parts, c) for c in parts.hypervisor.clusters()]
    waiting = await parts.store.due(await parts.store.now() - 10_000, 100)
    lines.append(("sweep", not waiting, f"{len(waiting)} overdue" if waiting else "on time"))
    open_now = await parts.store.open_count()
    return StatusView(
        lines=tuple(lines),
        open_requests=open_now,
        version="0.1.0",
        pauses=in_force(await parts.store.pauses("", *parts.hypervisor.clusters())),
    )


async def _cluster_line(parts: Parts, cluster: str) -> HealthLine:
    try:
        picture = await parts.inventory.picture(cluster)
    except HypervisorFault as fault:
        return (f"cluster {cluster}", False, str(fault))
    silent = [n.name for n in picture.nodes if not n.online]
    if picture.quorate is False:
        return (f"cluster {cluster}", False, "no quorum: nothing can be changed")
    if silent:
        return (f"cluster {cluster}", False, f"silent: {', '.join(silent)}")
    nodes, found = len(picture.nodes), len(picture.guests)
    text = f"{nodes} node{'s' * (nodes != 1)}, {found} guest{'s' * (found != 1)}"
    return (f"cluster {cluster}", True, text)
