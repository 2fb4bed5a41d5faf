"""The table of edges: every edge happens, nothing else does, and final states absorb."""

from dataclasses import replace
from typing import Any

import pytest

from bot.model.edges import EDGES
from bot.model.events import Edit, Event, Expire, Find, Journal, Lose, Replan, WithdrawVote
from bot.model.guest import Identity
from bot.model.people import SYSTEM, Person
from bot.model.refusal import Reason, Refusal
from bot.model.request import ChangeRequest, Progress, State
from bot.model.transition import advance
from tests.unit.model.acts import (
    CAROL,
    CROWDED,
    DAY,
    NOBODY,
    OUTSIDER,
    TWO,
    accept,
    approve,
    attempt,
    break_glass,
    cancel,
    claim,
    deny,
    edit,
    every_event,
    finish,
    in_state,
    make_offer,
    moved,
    plan_to,
    reason,
    replan,
    resolve,
    vote_of,
)
from tests.unit.redis_store.samples import ALICE, AT, BOB, PLAN, pending

WAITING = pending()
TWO_NEEDED = pending(decision=TWO)
APPROVED = in_state(State.APPROVED)
RUNNING = in_state(State.RUNNING)
UNCERTAIN = in_state(State.UNCERTAIN)
OFFERED = moved(WAITING, make_offer())
OFFERED_TWO = replace(OFFERED, decision=TWO)
LESS = plan_to(5120)

HAPPENS: list[tuple[ChangeRequest, Event, State]] = [
    (WAITING, approve(WAITING), State.APPROVED),
    (TWO_NEEDED, approve(TWO_NEEDED), State.PENDING),
    (WAITING, break_glass(WAITING), State.APPROVED),
    (WAITING, deny(), State.DENIED),
    (in_state(State.PENDING), WithdrawVote(actor=CAROL, at=AT + 10), State.PENDING),
    (WAITING, make_offer(), State.PENDING),
    (OFFERED, accept(LESS), State.APPROVED),
    (OFFERED, accept(LESS, vote=None), State.PENDING),
    (WAITING, edit(), State.PENDING),
    (WAITING, edit(decision=NOBODY), State.APPROVED),
    (WAITING, replan(), State.PENDING),
    (WAITING, replan(decision=NOBODY), State.APPROVED),
    (APPROVED, replan(), State.PENDING),
    (APPROVED, replan(decision=NOBODY), State.APPROVED),
    (WAITING, cancel(), State.CANCELLED),
    (APPROVED, cancel(), State.CANCELLED),
    (WAITING, Expire(actor=SYSTEM, at=WAITING.expires_at), State.EXPIRED),
    (APPROVED, Expire(actor=SYSTEM, at=APPROVED.execute_before), State.EXPIRED),
    (APPROVED, claim(APPROVED), State.RUNNING),
    *[
        (request, event, request.state)
        for request in (RUNNING, UNCERTAIN)
        for event in every_event(request)
        if isinstance(event, Journal)
    ],
    *[(r, e, State.UNCERTAIN) for r in (RUNNING,) for e in every_event(r) if isinstance(e, Lose)],
    *[(r, e, State.RUNNING) for r in (UNCERTAIN,) for e in every_event(r) if isinstance(e, Find)],
    *[
        (request, finish(state), state)
        for request in (RUNNING, UNCERTAIN)
        for state in (State.SUCCEEDED, State.PARTIAL, State.FAILED)
    ],
    *[(UNCERTAIN, resolve(state), state) for state in (State.SUCCEEDED, State.FAILED)],
]


def test_every_edge_happens() -> None:
    """Each edge of the table is taken by its event; nothing in the table is dead."""
    taken = {(type(e), r.state, moved(r, e).state) for r, e, _ in HAPPENS}
    table = {(event, *edge) for event, edges in EDGES.items() for edge in edges}
    assert table == taken


@pytest.mark.parametrize(
    ("request_", "event", "state"),
    HAPPENS,
    ids=[f"{type(e).__name__}-{r.state}-{s}" for r, e, s in HAPPENS],
)
def test_edge(request_: ChangeRequest, event: Event, state: State) -> None:
    """The event leads where the table says, one version on, and dates the end."""
    after = moved(request_, event)
    assert (state, request_.version + 1) == (after.state, after.version)
    assert after.ended_at == (event.at if state.final else None)


@pytest.mark.parametrize("state", State)
def test_every_other_event_is_refused_with_a_value(state: State) -> None:
    """Where the table has no edge, the answer is a refusal: nothing raises, nothing changes."""
    request = in_state(state)
    before = replace(request)
    events = every_event(request)
    assert len(EDGES) == len({type(e) for e in events})
    for event in events:
        if not any(source is state for source, _ in EDGES[type(event)]):
            assert isinstance(advance(request, event), Refusal), event
            assert before == request


@pytest.mark.parametrize("state", [s for s in State if s.final])
def test_final_states_absorb(state: State) -> None:
    """Nothing follows an end, whoever asks."""
    request = in_state(state)
    expected = {Reason.EXPIRED} if state is State.EXPIRED else {Reason.ALREADY_DECIDED}
    assert expected == {reason(request, event) for event in every_event(request)}


@pytest.mark.parametrize("state", [State.PENDING, State.APPROVED])
def test_an_end_that_the_table_does_not_know_is_a_defect(state: State) -> None:
    """The executor cannot finish a request in a state that is no end of execution."""
    with pytest.raises(AssertionError, match="is no edge"):
        advance(RUNNING, replace(finish(), state=state))


def test_every_event_is_in_the_table() -> None:
    """No event exists that no edge knows."""
    assert set(Event.__args__) == set(EDGES)


NOT_NOW: list[tuple[str, ChangeRequest, Event, Reason]] = [
    ("own vote", WAITING, approve(WAITING, ALICE), Reason.OWN_REQUEST),
    (
        "vote on an older plan",
        replace(WAITING, plan_rev=2),
        approve(WAITING),
        Reason.OLD_CARD,
    ),
    (
        "vote by an outsider",
        WAITING,
        approve(WAITING, OUTSIDER, vote=vote_of(OUTSIDER, groups=("web",))),
        Reason.NOT_ELIGIBLE,
    ),
    ("vote at the expiry", WAITING, approve(WAITING, at=WAITING.expires_at), Reason.EXPIRED),
    (
        "vote without room",
        WAITING,
        approve(WAITING, plan=replace(PLAN, verdict=CROWDED)),
        Reason.ROOM_GONE,
    ),
    ("vote on another plan", WAITING, approve(WAITING, plan=LESS), Reason.GUEST_CHANGED),
    ("own denial", WAITING, deny(actor=ALICE), Reason.OWN_REQUEST),
    ("denial without reason", WAITING, deny(text="  "), Reason.REASON_NEEDED),
    ("denial by an outsider", WAITING, deny(groups=()), Reason.NOT_ELIGIBLE),
    ("denial at the expiry", WAITING, deny(at=WAITING.expires_at), Reason.EXPIRED),
    (
        "withdrawal without a vote",
        WAITING,
        WithdrawVote(actor=BOB, at=AT + 1),
        Reason.NO_VOTE,
    ),
    ("own offer", WAITING, make_offer(ALICE), Reason.OWN_REQUEST),
    ("offer for an older plan", WAITING, make_offer(plan_rev=0), Reason.OLD_CARD),
    ("yes by somebody else", OFFERED, accept(LESS, actor=BOB), Reason.NOT_YOURS),
    ("yes to no offer", WAITING, accept(LESS), Reason.NO_OFFER),
    ("yes at the expiry", OFFERED, accept(LESS, at=OFFERED.expires_at), Reason.EXPIRED),
    ("edit by somebody else", WAITING, edit(actor=BOB), Reason.NOT_YOURS),
    ("edit at the expiry", WAITING, edit(at=WAITING.expires_at), Reason.EXPIRED),
    ("new plan at the expiry", WAITING, replan(at=WAITING.expires_at), Reason.EXPIRED),
    ("new plan too late", APPROVED, replan(at=APPROVED.execute_before), Reason.EXPIRED),
    ("cancel by somebody else", WAITING, cancel(actor=BOB), Reason.NOT_YOURS),
    (
        "expiry before its time",
        WAITING,
        Expire(actor=SYSTEM, at=WAITING.expires_at - 1),
        Reason.INTERNAL,
    ),
    ("claim too early", APPROVED, claim(APPROVED, at=AT - 1), Reason.EXPIRED),
    ("claim too late", APPROVED, claim(APPROVED, at=APPROVED.execute_before), Reason.EXPIRED),
    (
        "claim without room",
        APPROVED,
        claim(APPROVED, plan=replace(PLAN, verdict=CROWDED)),
        Reason.ROOM_GONE,
    ),
    ("claim of another plan", APPROVED, claim(APPROVED, plan=LESS), Reason.PLAN_MOVED),
    ("word without a reason", UNCERTAIN, resolve(text=" "), Reason.REASON_NEEDED),
    (
        "second attempt",
        RUNNING,
        Journal(actor=SYSTEM, at=AT + 31, entry=attempt(Progress.INTENDED)),
        Reason.INTERNAL,
    ),
    (
        "attempt in doubt",
        replace(UNCERTAIN, journal=()),
        Journal(actor=SYSTEM, at=AT + 31, entry=attempt(Progress.INTENDED)),
        Reason.INTERNAL,
    ),
]


@pytest.mark.parametrize(
    ("request_", "event", "why"), [n[1:] for n in NOT_NOW], ids=[n[0] for n in NOT_NOW]
)
def test_guard(request_: ChangeRequest, event: Event, why: Reason) -> None:
    """Each guard refuses with its own reason."""
    assert why is reason(request_, event)


def test_a_second_vote_replaces_the_first() -> None:
    """Somebody who votes twice is one person."""
    once = moved(TWO_NEEDED, approve(TWO_NEEDED))
    twice = moved(once, approve(once, at=AT + 11, vote=vote_of(BOB, at=AT + 11)))
    assert (State.PENDING, (vote_of(BOB, at=AT + 11),)) == (twice.state, twice.votes)


@pytest.mark.parametrize("event", [edit(), replan()])
def test_another_plan_clears_votes_and_offer(event: Event) -> None:
    """What was approved or offered was another plan."""
    request = replace(in_state(State.PENDING), decision=TWO)
    after = moved(request, event)
    assert (after.plan_rev, after.votes, after.offer) == (2, (), None)
    assert after.plan.hash == after.plan_hash


def test_an_accepted_offer_counts_the_offerers_vote_for_the_new_plan() -> None:
    """Whoever offered has thereby approved what they offered."""
    after = moved(OFFERED_TWO, accept(LESS, decision=TWO))
    assert (after.voters(), after.state, after.plan_rev) == ((BOB,), State.PENDING, 2)


@pytest.mark.parametrize(
    "other",
    [
        {"vote": vote_of(CAROL)},
        {"vote": vote_of(ALICE)},
        {"vote": vote_of(BOB, groups=("web",))},
        {"plan": plan_to(5632)},
    ],
    ids=["of somebody else", "of the requester", "of one no longer eligible", "for another plan"],
)
def test_no_other_vote_comes_with_an_accepted_offer(other: dict[str, Any]) -> None:
    """Only the offerer's own vote counts, for the very plan offered, while they are eligible."""
    after = moved(OFFERED, replace(accept(LESS), **other))
    assert (after.votes, after.state) == ((), State.PENDING)


def test_an_approval_counts_the_time_from_when_it_may_begin() -> None:
    """The last moment to begin lies so long after the later of approval and the time asked for."""
    later = replace(WAITING, not_before=AT + 5 * DAY)
    assert moved(later, approve(later)).execute_before == AT + 6 * DAY
    assert moved(WAITING, approve(WAITING)).execute_before == AT + 10 + DAY


def test_deciding_anew_does_not_prolong_an_approval() -> None:
    """An approved request that stays approved on a fresh plan keeps its last moment."""
    after = moved(APPROVED, replan(decision=NOBODY))
    assert (APPROVED.execute_before, 2) == (after.execute_before, after.plan_rev)


@pytest.mark.parametrize("event", [edit(decision=NOBODY), replan(decision=NOBODY)])
def test_no_rule_lets_pass_what_does_not_fit(event: Edit | Replan) -> None:
    """A plan past a hard limit is approved by no rule."""
    crowded = replace(event, plan=plan_to(8192, verdict=CROWDED))
    assert State.PENDING is moved(WAITING, crowded).state


def test_no_rule_takes_another_guest_for_the_one_that_was_meant() -> None:
    """Under the vmid of a guest that was replaced, people are asked, whatever the rules say."""
    target = replace(PLAN.target, identity=Identity(uuid="another"))
    event = replan(plan=plan_to(8192, target=target), decision=NOBODY)
    assert State.PENDING is moved(WAITING, event).state
    assert State.PENDING is moved(APPROVED, event).state


def test_rules_that_came_to_ask_for_nobody_let_a_vote_pass() -> None:
    """A vote on a request whose rules ask for nobody by now approves it."""
    assert State.APPROVED is moved(WAITING, approve(WAITING, decision=NOBODY)).state


@pytest.mark.parametrize("by", [BOB, SYSTEM, OUTSIDER])
def test_a_veto_needs_a_title(by: Person) -> None:
    """Whoever is not the requester ends a request only as somebody entitled."""
    assert Reason.NOT_YOURS is reason(APPROVED, cancel(actor=by))
    assert by == moved(APPROVED, cancel(actor=by, entitled=True)).ended_by
