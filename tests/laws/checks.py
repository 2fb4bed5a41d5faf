"""What has to hold after every step. The numbers are those of the list of invariants."""

from collections import Counter, defaultdict
from itertools import pairwise

from bot.model.audit import AuditEntry
from bot.model.edges import EDGES
from bot.model.people import SYSTEM
from bot.model.request import ChangeRequest, Progress, State
from bot.model.terms import DAY
from bot.model.verdict import VerdictClass
from bot.redis_store.folding import folded
from tests.laws.screen import NIGHT, OPS, People
from tests.laws.world import POLICY, World
from tests.unit.model.seats import enough

EVENTS = {event.__name__.lower(): event for event in EDGES}
UNDECIDED = frozenset({State.PENDING, State.DENIED, State.CANCELLED, State.EXPIRED})


async def check(world: World) -> None:
    """Check every request, and what they have done together."""
    requests = await world.store.recent_requests(50)
    executing = Counter(r.plan.target.ref for r in requests if r.state.executing)
    assert all(count == 1 for count in executing.values()), "17: one at a time on a guest"
    intended: dict[int, list[dict[str, str]]] = defaultdict(list)
    broken: dict[str, list[int]] = defaultdict(list)
    for request in requests:
        entries = [link.entry for link in await world.store.audit_of(request.id)]
        assert folded(entries) == request, "20: the entries fold to the record"
        accepted = [entry for entry in entries if entry.accepted and entry.fields]
        records = [folded(accepted[: n + 1]) for n in range(len(accepted))]
        history = [record for record in records if record is not None]
        _history(history, accepted, world.people)
        for entry in accepted:
            if entry.what == "breakglass":
                broken[entry.actor.user_id].append(entry.at)
        _approval(request)
        intended[request.plan.target.ref.vmid] += _intents(request, history)
    _seldom(broken)
    for vmid, intents in intended.items():
        called = [(at, params) for at, there, params in world.calls if there == vmid]
        assert len(called) <= len(intents), "15, 16: no call without an intent of its own"
        for _, params in called:
            sent = {k: v for k, v in params.items() if k != "digest"}
            assert sent in intents, "9: a call carries what the approved plan says"


def _history(history: list[ChangeRequest], entries: list[AuditEntry], people: People) -> None:
    """Check one request's way from record to record."""
    left: set[int] = set()
    assert [r.version for r in history] == list(range(1, len(history) + 1)), (
        "20: nothing is missing"
    )
    for (before, after), entry in zip(pairwise(history), entries[1:], strict=True):
        assert not before.state.final, "1: final states absorb"
        assert (before.state, after.state) in EDGES[EVENTS[entry.what]], "2: only edges happen"
        if before.state is State.PENDING and after.state is not State.PENDING:
            assert after.plan_rev not in left, "3: a plan is decided once"
            left.add(after.plan_rev)
        if entry.what == "approve":
            assert entry.at < before.expires_at, "14: no vote at or after the expiry"
        if entry.what == "claim":
            assert entry.at < before.execute_before, "14: no claim at or after the last moment"
            crowded = after.plan.verdict.verdict is VerdictClass.DOES_NOT_FIT
            assert not crowded, "25: nothing past a hard limit runs"
            assert after.plan.hash == before.plan_hash, "9: what runs is what was approved"
            counted = [vote.user_id for vote in before.votes]
            able = [user for user in counted if people.could_approve(user, entry.at)]
            assert able == counted, "8: at the claim whoever is counted may approve"
        if after.state in {State.DENIED, State.CANCELLED}:
            may = {SYSTEM.user_id, before.requester.user_id, *OPS}
            assert entry.actor.user_id in may, "36: who ends it early"


def _approval(request: ChangeRequest) -> None:
    """Check the votes that stand."""
    people = [vote.user_id for vote in request.votes]
    assert len(people) == len(set(people)), "6: one vote per person"
    assert request.requester.user_id not in people, "5: never the requester"
    assert set(people) <= set(OPS), "7: only who was eligible"
    assert {v.plan_rev for v in request.votes} <= {request.plan_rev}, "10: for the present plan"
    if request.glass:
        assert not request.votes, "26: it is no vote"
        assert request.glass.by.user_id in NIGHT, "26: by role"
        assert request.glass.why == "because", "26: with a reason"
    elif request.state not in UNDECIDED:
        assert enough(request.decision, request.votes), "4: the quorum"


def _seldom(broken: dict[str, list[int]]) -> None:
    """Check how often each person broke the glass."""
    assert set(broken) <= set(NIGHT), "26: by role"
    for times in broken.values():
        for began in times:
            within = [at for at in times if began <= at < began + DAY]
            assert len(within) <= POLICY.glass_quota, "26: within the quota"


def _intents(request: ChangeRequest, history: list[ChangeRequest]) -> list[dict[str, str]]:
    """Return what each intent would send; a second one of a step needs proof of no effect."""
    steps = {step.name: dict(step.params) for step in request.plan.steps}
    found: list[dict[str, str]] = []
    for before, after in pairwise(history):
        fresh = after.journal[-1:] if after.journal != before.journal else ()
        if not fresh or fresh[0].progress is not Progress.INTENDED:
            continue
        assert before.state is State.RUNNING, "16: nothing is begun while uncertain"
        former = [e for e in before.journal if (e.step, e.undo) == (fresh[0].step, fresh[0].undo)]
        assert not former or former[-1].progress is Progress.UNDONE, "15: once, unless undone"
        found.append(steps[fresh[0].step])
    return found


async def check_end(world: World) -> None:
    """Check what holds once events have stopped and Slack answers."""
    for request in await world.store.recent_requests(50):
        assert request.state.final, f"34: {request.handle} ended {request.state}"
        cards = world.screen.cards(request.id)
        noted = [c for c in await world.store.cards(request.id) if c.role == "card" and c.ts]
        told = world.screen.count(request.id, "result")
        assert told, "24: the requester is told"
        for person in request.glass.told if request.glass else ():
            role = f"glass-{request.plan_rev}-{person.user_id}"
            times = world.screen.count(request.id, role)
            assert times == 1 or (world.outlived and times), "26: everybody skipped is told, once"
        assert world.outlived or told == 1, f"24: told {told} times, and nobody outlived a lease"
        assert len(cards) >= len(noted), "24: a card that stands"
        assert world.outlived or len(cards) == len(noted) <= 1, f"24: {len(cards)} cards"
        reminded = Counter(world.screen.reminders(request.id))
        assert len(reminded) <= POLICY.reminding.times * request.plan_rev, "30: so often, no more"
        twice = [role for role, times in reminded.items() if times > 1]
        assert world.outlived or not twice, f"30: {twice} came twice"
        cards = cards if len(cards) == len(noted) else []
        assert all(c.request == request for c in cards), "21: the card shows the record as it is"
    assert await world.store.broken_link() is None, "20: the chain holds"
    for ledger in await world.store.ledgers("ilinux"):
        open_ends = {end.request_id for end in await world.store.open_ends()}
        held = {reservation.request_id for reservation in ledger.reservations}
        if ledger.place.startswith("guest/"):
            assert not held, "17: the guest is free again"
        else:
            assert held <= open_ends, "35: no room is held for what is over"
