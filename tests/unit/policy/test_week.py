"""What is granted in a week: to one person, on one guest, in whatever order."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.model.guest import GuestRef, Kind
from bot.model.people import Person
from bot.model.plan import Change, Target
from bot.model.policy import Decision, Quorum, RuleAsk
from bot.model.request import ChangeRequest, State
from bot.model.unit import Unit
from bot.policy import (
    Circumstances,
    Grant,
    GuestFilter,
    When,
    counts_before,
    grants_of,
)
from tests.unit.policy.people import (
    ANA,
    BOB,
    DAN,
    GIB,
    LESS_MEMORY,
    OPS,
    ROSTER,
    change,
    decide,
    plan,
    policy,
    rule,
    up_to,
)
from tests.unit.redis_store.samples import pending

SMALL = rule(
    "small",
    When(operations=("memory", "cores", "start", "less"), per_week=(up_to("", 16),)),
)
FILE = policy(SMALL, rule("people", quorums=OPS))
HERE = plan().target
THERE = replace(HERE, ref=GuestRef(cluster="paris", kind=Kind.CT, vmid=105), name="db2")


def more(gib: int) -> Change:
    """Return so much more memory."""
    return change("memory", 0, gib * GIB)


def given_to(person: Person, gib: int, target: Target = HERE) -> Grant:
    """Return an increase of this week."""
    return Grant(person=person, target=target, change=more(gib))


def decided(*changes: Change, granted: tuple[Grant, ...] = (), person: Person = DAN) -> str:
    """Return the rule that decides."""
    when = Circumstances(now=0, decided_at=0, granted=granted)
    found = decide(FILE, ROSTER, person, plan(*changes), when)
    assert isinstance(found, Decision)
    return found.rule


def test_one_big_ask_split_into_many_is_seen() -> None:
    """Up to the bound the rule matches; with what the week had already, the next one does."""
    assert decided(more(16)) == "small"
    assert decided(more(17)) == "people"
    assert decided(more(4), granted=(given_to(DAN, 12),)) == "small"
    assert decided(more(5), granted=(given_to(DAN, 12),)) == "people"


def test_the_person_counts_on_all_guests_and_the_guest_for_all_people() -> None:
    """Each sum on its own: another person on another guest takes nothing away."""
    assert decided(more(8), granted=(given_to(DAN, 12, THERE),)) == "people"
    assert decided(more(8), granted=(given_to(BOB, 12),)) == "people"
    assert decided(more(8), granted=(given_to(BOB, 12, THERE),)) == "small"
    assert decided(more(8), granted=(given_to(BOB, 8), given_to(DAN, 8, THERE))) == "small"


def test_all_of_one_plan_counts_together() -> None:
    """Two disks of one request are one ask."""
    disks = [replace(change("disk", 0, 9 * GIB), field=f) for f in ("scsi0", "scsi1")]
    file = policy(rule("disks", When(per_week=(up_to("", 16),))), rule("people", quorums=OPS))
    one, both = (decide(file, ROSTER, DAN, plan(*d)) for d in (disks[:1], disks))
    assert isinstance(one, Decision)
    assert isinstance(both, Decision)
    assert (one.rule, both.rule) == ("disks", "people")


def test_other_things_have_their_own_sum_or_none() -> None:
    """Memory is not added to cores; what has no size, and a decrease, is not bounded."""
    full = (given_to(DAN, 16),)
    assert decided(change("cores", 2, 4, Unit.CORES), granted=full) == "small"
    assert decided(change("start", "stopped", "running", Unit.TEXT), granted=full) == "small"
    assert decided(LESS_MEMORY, granted=full) == "small"
    assert decided(more(1), granted=full) == "people"


def test_guests_that_the_rule_is_not_about_take_nothing_from_the_person() -> None:
    """What somebody got on prod does not count for a rule on dev."""
    dev = When(guests=GuestFilter(pools=("dev",)), per_week=(up_to("", 16),))
    file = policy(rule("dev", dev), rule("people", quorums=OPS))
    prod = replace(given_to(DAN, 16, THERE), target=replace(THERE, pool="prod"))
    when = Circumstances(now=0, decided_at=0, granted=(prod,))
    found = decide(file, ROSTER, DAN, plan(more(8), pool="dev"), when)
    assert isinstance(found, Decision)
    assert found.rule == "dev"


def test_what_came_to_nothing_does_not_count() -> None:
    """Denied, cancelled, expired, not done; what waits or is done does."""
    counted = {state for state in State if grants_of(pending(state=state))}
    nothing = {State.DENIED, State.CANCELLED, State.EXPIRED, State.FAILED}
    assert counted == set(State) - nothing


PEOPLE = (ANA, BOB, DAN)
GUESTS = (HERE, THERE)
asks = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(GUESTS), st.integers(1, 17))
acts = st.lists(st.tuples(st.sampled_from(("ask", "approve", "run")), st.integers(0, 9), asks))
NOBODY = Decision(asks=(RuleAsk(rule="small", quorums=()),), expires_ms=1, revision="r")
ONE = replace(NOBODY, asks=(RuleAsk(rule="people", quorums=(Quorum(groups=("ops",), needed=1),)),))


class Week:
    """Requests of one week, decided as the bot does: when asked, at the vote, at the claim."""

    def __init__(self) -> None:
        self.requests: dict[str, ChangeRequest] = {}
        self.free: set[str] = set()
        self.clock = 0

    def by_rule(self, request: ChangeRequest, *, known: bool) -> bool:
        """Return whether the bounded rule lets the request through, on its own."""
        others = [o for o in self.requests.values() if counts_before(o, request if known else None)]
        granted = tuple(g for other in others for g in grants_of(other))
        when = Circumstances(now=0, decided_at=0, granted=granted)
        found = decide(FILE, ROSTER, request.requester, request.plan, when)
        return isinstance(found, Decision) and not found.needs_approval

    def ask(self, person: Person, target: Target, gib: int) -> None:
        """Ask; under the bounded rule it is born approved."""
        self.clock += 1
        new = pending(
            self.clock,
            requester=person,
            plan=replace(plan(more(gib)), target=target),
            created_at=self.clock,
        )
        if self.by_rule(new, known=False):
            new = replace(new, state=State.APPROVED, decided_at=self.clock)
        self.requests[new.id] = new

    def approve(self, request: ChangeRequest) -> None:
        """Let a person approve what waits: bounded by nobody."""
        if request.state is State.PENDING:
            self.clock += 1
            approved = replace(request, state=State.APPROVED, decided_at=self.clock, votes=())
            self.requests[request.id] = approved
            self.free.add(request.id)

    def run(self, request: ChangeRequest) -> None:
        """Claim: what nobody approved must still pass the rule, else it waits for a person."""
        if request.state is not State.APPROVED:
            return
        passes = request.id in self.free or self.by_rule(request, known=True)
        state = State.SUCCEEDED if passes else State.PENDING
        self.requests[request.id] = replace(request, state=state)


@given(acts)
def test_a_week_without_people_never_passes_the_bound(
    drawn: list[tuple[str, int, tuple[Person, Target, int]]],
) -> None:
    """In any order of asking, approving and running: what ran by the rule alone stays within it."""
    week = Week()
    for act, which, (person, target, gib) in drawn:
        waiting = list(week.requests.values())
        if act == "ask" or not waiting:
            week.ask(person, target, gib)
        elif act == "approve":
            week.approve(waiting[which % len(waiting)])
        else:
            week.run(waiting[which % len(waiting)])
    ran = [
        r for r in week.requests.values() if r.state is State.SUCCEEDED and r.id not in week.free
    ]
    for person in PEOPLE:
        assert sum(r.changes[0].delta or 0 for r in ran if r.requester == person) <= 16 * GIB
    for target in GUESTS:
        on = [r for r in ran if r.plan.target.ref == target.ref]
        assert sum(r.changes[0].delta or 0 for r in on) <= 16 * GIB


@given(st.lists(st.tuples(st.integers(1, 99), st.booleans()), min_size=2, max_size=6))
def test_of_those_that_wait_one_always_goes_first(drawn: list[tuple[int, bool]]) -> None:
    """Nobody starves: whatever waits, some request is kept back by none of its own state."""
    waiting = [
        pending(i, created_at=at, state=State.PENDING if still else State.APPROVED)
        for i, (at, still) in enumerate(drawn)
    ]
    approved = [r for r in waiting if r.state is State.APPROVED] or waiting
    assert any(not any(counts_before(o, r) for o in approved) for r in approved)
