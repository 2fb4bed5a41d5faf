"""Random writers on one request, with the real store: one order, nothing half, all of it audited.

The numbers are those of REQUESTS.md, "Invariants".
"""

import asyncio
import itertools
import sys
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commit import Committer
from bot.model.audit import ChainedEntry
from bot.model.errors import TooLate, VersionConflict
from bot.model.events import Claim, Event, Expire, WithdrawVote
from bot.model.people import SYSTEM, Person
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest, State
from bot.redis_store.folding import folded
from bot.redis_store.store import RedisStore
from tests.unit.model.acts import (
    CAROL,
    DAY,
    NOBODY,
    OUTSIDER,
    TWO,
    accept,
    approve,
    cancel,
    deny,
    edit,
    make_offer,
    replan,
    vote_of,
)
from tests.unit.redis_store.samples import ALICE, AT, BOB, DECISION, GUEST, PLACE, pending

pytest_plugins = ["tests.stores"]

NUMBERS = itertools.count(1)
TOLD: Counter[str] = Counter()
KINDS = (
    "approve",
    "approve",
    "approve on the older plan",
    "approve",
    "withdraw",
    "offer",
    "offer",
    "accept",
    "edit",
    "replan",
    "cancel",
    "claim",
    "again",
    "late",
    "an end",
)
ACTS = st.tuples(
    st.integers(0, 2),
    st.sampled_from(KINDS),
    st.sampled_from([BOB, CAROL, BOB, CAROL, BOB, CAROL, ALICE, OUTSIDER]),
    st.booleans(),
)
"""Who acts (one of three writers), what they do, for whom, and whether they read first."""


@dataclass
class Wakes:
    """Notes what was woken."""

    members: list[str] = field(default_factory=list)

    async def wake(self, member: str) -> None:
        """Note it."""
        self.members.append(member)


@dataclass
class Writer:
    """One process: the record as it last read it, and what it did last."""

    seen: ChangeRequest
    last: Event | None = None


@dataclass
class Scene:
    """One request and its writers."""

    store: RedisStore
    committer: Committer
    writers: list[Writer]
    refusals: int = 0

    async def act(self, number: int, kind: str, person: Person, *, fresh: bool) -> None:
        """Let a writer act on what it has read; a stale record changes nothing at all."""
        writer = self.writers[number]
        if fresh:
            writer.seen = await self.now()
        event = event_of(kind, writer, person)
        before = await self.everything()
        stale = writer.seen.version != (await self.now()).version
        deadline = AT if kind == "late" else None
        held = (await self.store.ledger("paris", PLACE)).holding(
            writer.seen.id, writer.seen.handle, writer.seen.plan.claims
        )
        TOLD["acts"] += 1
        try:
            after = await self.committer.apply(
                writer.seen, event, if_approved=(held,), deadline=deadline
            )
        except VersionConflict:
            assert stale, "a conflict without a newer version"
            assert before == await self.everything(), "19: a stale save changes nothing"
            TOLD["conflicts"] += 1
            return
        except TooLate:
            assert before == await self.everything(), "14: late is not at all"
            TOLD["too late"] += 1
            return
        writer.last = event
        if isinstance(after, Refusal):
            self.refusals += 1
            TOLD["refused"] += 1
            return
        assert not stale, "a save from an older version went through"
        assert after == await self.now()
        TOLD["saved"] += 1
        writer.seen = after

    async def now(self) -> ChangeRequest:
        """Return the record as stored."""
        request = await self.store.request(self.writers[0].seen.id)
        assert request is not None
        return request

    async def everything(self) -> object:
        """Return all that a save can touch: record, ledger, audit, due times."""
        request = await self.now()
        return (
            request,
            await self.store.ledger("paris", PLACE),
            await self.store.audit_of(request.id),
            await self.store.due_at(f"request:{request.id}"),
            await self.store.requests_on(GUEST),
        )


def event_of(kind: str, writer: Writer, person: Person) -> Event:
    """Return the event of that kind on what the writer has read."""
    request = writer.seen
    asker = OUTSIDER if person is OUTSIDER else ALICE
    groups = () if person is OUTSIDER else ("ops",)
    rev = request.plan_rev - (kind == "approve on the older plan")
    expiry = request.expires_at if request.state is State.PENDING else request.execute_before
    plan = request.offer.plan if request.offer else request.plan
    events: dict[str, Event] = {
        "an end": Expire(actor=SYSTEM, at=expiry) if groups else deny(),
        "withdraw": WithdrawVote(actor=person, at=AT + 10),
        "offer": make_offer(person, plan_rev=rev),
        "accept": accept(plan, actor=asker, vote=vote_of(BOB)),
        "edit": edit(5000 + 8 * rev, actor=asker),
        "replan": replan(6000 + 8 * rev, decision=DECISION if groups else NOBODY),
        "cancel": cancel(actor=person),
        "claim": Claim(actor=SYSTEM, at=request.not_before, plan=request.plan),
    }
    vote = approve(request, person, vote=vote_of(person, rev, groups=groups))
    if kind == "again":
        return writer.last or vote
    return events.get(kind, vote)


def check_audit(request: ChangeRequest, kept: tuple[ChainedEntry, ...], refusals: int) -> None:
    """Check that the audit is complete, and that its entries add up to the record."""
    entries = [k.entry for k in kept]
    accepted = [e for e in entries if e.accepted]
    assert request == folded(entries), "20: the entries fold to the record"
    assert [e.version_after for e in accepted] == list(range(1, request.version + 1))
    assert refusals == len(entries) - len(accepted), "20: refusals stand there, too"
    left: set[int] = set()
    records = [folded(accepted[: n + 1]) for n in range(len(accepted))]
    for before, after in itertools.pairwise(records):
        assert before is not None
        assert after is not None
        assert not before.state.final, "1: final states absorb"
        if before.state is State.PENDING and after.state is not State.PENDING:
            assert after.plan_rev not in left, "3: a plan is decided once"
            left.add(after.plan_rev)


async def scene(store: RedisStore, **changes: object) -> Scene:
    """Return a new request that two people have to approve, read by three writers."""
    request = replace(pending(next(NUMBERS), decision=TWO), expires_at=AT + DAY)
    request = replace(request, **changes)  # type: ignore[arg-type] # any field of a request
    committer = Committer(store=store, wake=Wakes())
    await committer.create(request, (), "", ALICE)
    return Scene(store, committer, [Writer(request) for _ in range(3)])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, min_size=6, max_size=20))
@pytest.mark.timeout(300)
async def test_any_writers_in_any_order(
    store: RedisStore, acts: list[tuple[int, str, Person, bool]]
) -> None:
    """1, 3, 11, 14, 19, 20: whoever writes what from whichever version, the laws hold."""
    TOLD["histories"] += 1
    played = await scene(store)
    for number, kind, person, fresh in acts:
        await played.act(number, kind, person, fresh=fresh)
    request = await played.now()
    check_audit(request, await store.audit_of(request.id), played.refusals)
    TOLD[f"ends {request.state}"] += 1
    if request.open:
        await played.committer.apply(request, cancel())
    assert await store.broken_link() is None


def test_their_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """The histories above met conflicts, refusals and saves; their numbers are told."""
    assert min(TOLD["conflicts"], TOLD["refused"], TOLD["saved"], TOLD["too late"]) > 0
    with capsys.disabled():
        sys.stdout.write(f"\nstore: {dict(TOLD)}\n")


async def test_of_many_at_once_one_wins(store: RedisStore) -> None:
    """13, 19: approvals and denials from the same version at the same moment: one is first."""
    played = await scene(store, decision=DECISION)
    request = played.writers[0].seen
    people = [Person(team_id="T1", user_id=f"U{n}") for n in range(10)]
    events: list[Event] = [approve(request, p) for p in people]
    events += [deny(actor=p) for p in people]
    results = await asyncio.gather(
        *(played.committer.apply(request, e) for e in events), return_exceptions=True
    )
    won = [r for r in results if isinstance(r, ChangeRequest)]
    assert len(won) == 1
    assert all(isinstance(r, VersionConflict) for r in results if r not in won)
    assert won[0] == await played.now()
    check_audit(won[0], await store.audit_of(request.id), 0)
    await end(played)


async def test_two_people_at_once_are_two_votes(store: RedisStore) -> None:
    """12: two votes at the same moment, each tried again after a conflict, approve it."""
    played = await scene(store)

    async def vote(person: Person) -> None:
        while True:
            request = await played.now()
            try:
                await played.committer.apply(request, approve(request, person))
            except VersionConflict:
                continue
            return

    await asyncio.gather(vote(BOB), vote(CAROL))
    request = await played.now()
    assert (request.state, set(request.voters())) == (State.APPROVED, {BOB, CAROL})
    await end(played)


async def test_the_same_event_again_is_no_second_one(store: RedisStore) -> None:
    """11: a delivery applied ten times from the record it was made for counts once."""
    played = await scene(store)
    request = played.writers[0].seen
    results = [
        await asyncio.gather(
            played.committer.apply(request, approve(request)), return_exceptions=True
        )
        for _ in range(10)
    ]
    assert sum(isinstance(r, ChangeRequest) for (r,) in results) == 1
    assert ((await played.now()).version, (await played.now()).voters()) == (2, (BOB,))
    await end(played)


async def test_a_record_that_somebody_edited_does_not_fold(store: RedisStore) -> None:
    """20: a record changed behind the audit's back is found out."""
    played = await scene(store)
    request = await played.now()
    forged = replace(request, requester=OUTSIDER)
    assert forged != folded(k.entry for k in await store.audit_of(request.id))
    assert request == folded(k.entry for k in await store.audit_of(request.id))
    assert folded([]) is None
    await end(played)


async def end(played: Scene) -> None:
    """End what is still open."""
    request = await played.now()
    if request.open:
        await played.committer.apply(request, cancel())
