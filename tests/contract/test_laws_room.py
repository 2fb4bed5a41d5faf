"""Approvals at the same moment never reserve more of a node than its hard limit (35)."""

import asyncio
import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.capacity import Limits, judge
from bot.commit import Committer
from bot.model.errors import VersionConflict
from bot.model.guest import GuestSummary
from bot.model.plan import Plan
from bot.model.request import ChangeRequest, State
from bot.model.verdict import VerdictClass
from bot.redis_store.store import RedisStore
from bot.reservations import given_up, guest_held, guest_place, taken
from tests.contract.test_laws_store import Wakes
from tests.unit.capacity.world import HOST, facts_of, guest, memory
from tests.unit.model.acts import approve, cancel, claim
from tests.unit.redis_store.samples import ALICE, AT, BOB, pending

pytest_plugins = ["tests.stores"]

NUMBERS = itertools.count(50_000)
LIMITS = Limits(memory_promised_max=1.0, memory_in_use_max=9.0, survive_node_loss=False)
GUESTS = tuple(guest(vmid, 2048) for vmid in range(101, 106))
WHOLE = (HOST.memory_mib or 0) * 9 // 10
"""All but the tenth that is kept for the host."""


def fresh_plan(
    one: GuestSummary, mib: int, ledgers: tuple[object, ...], but: str, place: str
) -> Plan:
    """Return the plan as it stands against these ledgers, on a node of this test's own."""
    here = replace(HOST, name=place)
    mine = replace(one, node=place)
    others = [replace(g, node=place) for g in GUESTS if g.ref != one.ref]
    facts = facts_of(mine, *others, node=here)
    plan = memory(mine, mib)
    return Plan.judged(plan, judge(plan, facts, ledgers, LIMITS, but=but), AT)  # type: ignore[arg-type] # ledgers


async def approved(
    store: RedisStore, committer: Committer, one: GuestSummary, mib: int, place: str
) -> ChangeRequest:
    """Ask for memory and let it be approved if there is room, tried again after each conflict."""
    number = next(NUMBERS)
    plan = fresh_plan(one, mib, (), "", place)
    request = pending(number, plan=plan, plan_hash=plan.hash)
    await committer.create(request, (), "", ALICE)
    while True:
        ledger = await store.ledger("ilinux", f"node/{place}")
        plan = fresh_plan(one, mib, (ledger,), request.id, place)
        if plan.verdict.verdict is VerdictClass.DOES_NOT_FIT:
            return request
        event = replace(approve(request), plan=replace(plan, verdict=request.plan.verdict))
        held = await taken(store, replace(request, plan=plan), (ledger,))
        try:
            after = await committer.apply(request, event, if_approved=held)
        except VersionConflict:
            continue
        assert isinstance(after, ChangeRequest)
        return after


async def promised(store: RedisStore, place: str) -> int:
    """Return what is promised at a place: each guest its highest value, configured or reserved."""
    ledger = await store.ledger("ilinux", f"node/{place}")
    targets = [ledger.target_of(g.ref, "memory") or 0 for g in GUESTS]
    return sum(max(t, g.memory_mib or 0) for t, g in zip(targets, GUESTS, strict=True))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asks=st.lists(st.tuples(st.sampled_from(GUESTS), st.integers(2049, 9000)), max_size=8))
@pytest.mark.timeout(300)
async def test_approvals_at_once_never_pass_the_hard_limit(
    store: RedisStore, asks: list[tuple[GuestSummary, int]]
) -> None:
    """However many people approve at the same moment, what is promised stays within the node."""
    place = f"pve{next(NUMBERS)}"
    committer = Committer(store=store, wake=Wakes())
    requests = await asyncio.gather(
        *(approved(store, committer, one, mib, place) for one, mib in asks)
    )
    assert await promised(store, place) <= WHOLE
    for request in requests:
        room = await given_up(store, request, room_too=True)
        await committer.apply(request, cancel(), ledgers=room)
    assert (await store.ledger("ilinux", f"node/{place}")).reservations == ()


async def test_the_last_gibibytes_are_spent_once(store: RedisStore) -> None:
    """Of two approvals that fit alone and not together, one is saved; the other finds no room."""
    committer = Committer(store=store, wake=Wakes())
    first, second = await asyncio.gather(
        *(approved(store, committer, one, 5000, "pve7") for one in GUESTS[:2])
    )
    assert {first.state, second.state} == {State.APPROVED, State.PENDING}
    for request in (first, second):
        room = await given_up(store, request, room_too=True)
        await committer.apply(request, cancel(), ledgers=room)


async def test_a_guest_that_moved_is_reserved_where_it_is_now(store: RedisStore) -> None:
    """A vote on a plan made on another node reserves there, guards that ledger, frees the old one."""
    committer = Committer(store=store, wake=Wakes())
    request = await approved(store, committer, GUESTS[0], 3000, "pve8")
    plan = fresh_plan(GUESTS[0], 3000, (), request.id, "pve9")
    judged = (await store.ledger("ilinux", "node/pve9"),)
    held = await taken(store, replace(request, plan=plan), judged)
    assert [(led.place, len(led.reservations)) for led in held] == [
        ("node/pve9", 1),
        ("node/pve8", 0),
    ]
    room = await given_up(store, request, room_too=True)
    await committer.apply(request, cancel(), ledgers=room)


async def test_one_request_runs_on_a_guest_at_a_time(store: RedisStore) -> None:
    """17: of many claims on one guest at the same moment one is saved; the next waits for its end."""
    committer = Committer(store=store, wake=Wakes())
    requests = [pending(next(NUMBERS), state=State.APPROVED, requester=BOB) for _ in range(6)]
    for request in requests:
        await committer.create(request, (), "", BOB)

    async def claimed(request: ChangeRequest) -> object:
        held = await guest_held(store, request)
        if isinstance(held, str):
            return held
        return await committer.apply(request, claim(request), ledgers=(held,))

    results = await asyncio.gather(*(claimed(r) for r in requests), return_exceptions=True)
    running = [r for r in results if isinstance(r, ChangeRequest)]
    assert len(running) == 1
    (other, *_) = [r for r in requests if r.id != running[0].id]
    assert running[0].handle == await claimed(other)
    (freed,) = await given_up(store, running[0], room_too=False)
    assert (freed.place, freed.reservations) == (guest_place(other), ())
    await store_end(store, committer, [*(r for r in requests if r.id != running[0].id)])


async def store_end(store: RedisStore, committer: Committer, requests: list[ChangeRequest]) -> None:
    """End what is still open."""
    for request in requests:
        room = await given_up(store, request, room_too=True)
        await committer.apply(request, cancel(actor=BOB), ledgers=room)
