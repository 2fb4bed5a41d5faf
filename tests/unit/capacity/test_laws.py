"""Laws of admission, over estates that nobody would think of."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.capacity import Limits, Reserve, judge
from bot.capacity.largest import step_below, step_value
from bot.model.estate import NodeFacts
from bot.model.guest import GuestSummary, Kind
from bot.model.ledger import Ledger
from bot.model.unit import Unit
from bot.model.verdict import VerdictClass
from tests.unit.capacity.world import claim, draft, facts_of, guest, ledger, memory, sum_of

AMOUNTS = st.integers(min_value=64, max_value=40_000)
MAYBE = st.none() | AMOUNTS


@st.composite
def neighbours(draw: st.DrawFn, *, known: bool = False) -> tuple[GuestSummary, ...]:
    """Draw guests beside guest 100: running or not, of known and unknown size."""
    several = draw(
        st.lists(
            st.tuples(
                AMOUNTS if known else MAYBE,
                st.sampled_from(["running", "stopped", "unknown"]),
                st.sampled_from([True, False] if known else [True, False, None]),
                st.sampled_from(["", "started"]),
            ),
            max_size=5,
        )
    )
    return tuple(
        guest(200 + i, size, status=status, boots=boots, ha=ha)
        for i, (size, status, boots, ha) in enumerate(several)
    )


@st.composite
def hosts(draw: st.DrawFn, *, known: bool = False) -> NodeFacts:
    """Draw a node, perhaps without figures."""
    figures = AMOUNTS if known else MAYBE
    return NodeFacts(
        name="pve1", online=True, memory_mib=draw(figures), used_mib=draw(figures), cpus=4
    )


@st.composite
def ledgers(draw: st.DrawFn, guests: tuple[GuestSummary, ...]) -> tuple[Ledger, ...]:
    """Draw reservations for some of the guests, several for the same one at times."""
    if not guests:
        return ()
    held = draw(st.lists(st.tuples(st.sampled_from(guests), AMOUNTS), max_size=4))
    return (ledger(*((f"R-{i}", claim(g, "memory", 64, to)) for i, (g, to) in enumerate(held))),)


RATIOS = st.floats(min_value=0.1, max_value=4.0)


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    """Draw limits whose warnings do not pass their maxima."""
    promised, in_use = sorted((draw(RATIOS), draw(RATIOS))), sorted((draw(RATIOS), draw(RATIOS)))
    return Limits(
        memory_reserve=Reserve(percent=draw(st.integers(min_value=0, max_value=90))),
        memory_promised_warn=promised[0],
        memory_promised_max=promised[1],
        memory_in_use_warn=in_use[0],
        memory_in_use_max=in_use[1],
    )


@given(st.data(), neighbours(), hosts(), limits(), AMOUNTS, AMOUNTS)
def test_a_reduction_always_passes(
    data: st.DataObject,
    company: tuple[GuestSummary, ...],
    host: NodeFacts,
    drawn: Limits,
    one: int,
    other: int,
) -> None:
    """Whatever the node looks like, giving back is never refused."""
    assume(one != other)
    me = guest(100, max(one, other))
    held = data.draw(ledgers((me, *company)))
    verdict = judge(memory(me, min(one, other)), facts_of(me, *company, node=host), held, drawn)
    assert verdict.verdict is VerdictClass.FITS


@given(neighbours(), hosts(), limits(), AMOUNTS, AMOUNTS, MAYBE)
def test_what_is_unknown_never_fits(
    company: tuple[GuestSummary, ...],
    host: NodeFacts,
    drawn: Limits,
    before: int,
    growth: int,
    used: int | None,
) -> None:
    """A growth whose sums hold an unknown figure is for people; what is told is told fully."""
    me = guest(100, before, used=used)
    facts = facts_of(me, *company, node=host)
    verdict = judge(memory(me, before + growth), facts, (), drawn)
    unknown = any(None in (s.before, s.after, s.room) for s in verdict.sums if s.worse)
    if unknown:
        assert verdict.verdict in {VerdictClass.CANNOT_TELL, VerdictClass.DOES_NOT_FIT}
    if verdict.verdict is VerdictClass.CANNOT_TELL:
        assert verdict.missing
    if verdict.verdict in {VerdictClass.FITS, VerdictClass.WHILE_OTHERS_STAY_BELOW}:
        assert verdict.missing == ()


@given(neighbours(), hosts(), limits(), AMOUNTS, AMOUNTS)
def test_the_largest_is_admitted_and_a_step_more_is_not(
    company: tuple[GuestSummary, ...], host: NodeFacts, drawn: Limits, before: int, growth: int
) -> None:
    """What is offered instead is really the most that admission takes."""
    me = guest(100, before, kind=Kind.VM)
    facts = facts_of(me, *company, node=host)
    verdict = judge(memory(me, before + growth), facts, (), drawn)
    assume(verdict.verdict is VerdictClass.DOES_NOT_FIT)

    def refused(target: int) -> bool:
        return judge(memory(me, target), facts, (), drawn).verdict is VerdictClass.DOES_NOT_FIT

    floor = before if verdict.largest is None else verdict.largest
    if verdict.largest is not None:
        assert before < verdict.largest < before + growth
        assert not refused(verdict.largest)
    more = step_value(step_below(floor + 1, Unit.MIB) + 1, Unit.MIB)
    assert refused(min(more, before + growth))


@given(st.data(), neighbours(known=True), hosts(known=True), AMOUNTS)
def test_a_reservation_is_counted_exactly_once(
    data: st.DataObject, company: tuple[GuestSummary, ...], host: NodeFacts, before: int
) -> None:
    """The sum is each guest's highest of configured and reserved, whatever the ledgers repeat."""
    me = guest(100, before)
    held = data.draw(ledgers(company))
    elsewhere = tuple(replace(x, place="node/pve9") for x in held)
    verdict = judge(
        memory(me, before + 1), facts_of(me, *company, node=host), held + elsewhere, Limits()
    )
    targets: dict[int, int] = {}
    for reservation in (r for x in held for r in x.reservations):
        vmid = reservation.claim.guest.vmid
        targets[vmid] = max(targets.get(vmid, 0), reservation.claim.after)
    expected = sum(
        max(g.memory_mib or 0, targets.get(g.ref.vmid, 0))
        for g in company
        if g.status != "stopped" or g.starts_at_boot or g.ref.vmid in targets
    )
    assert sum_of(verdict, "promised memory").before == before + expected


@given(AMOUNTS, AMOUNTS)
def test_cores_and_memory_of_one_request_are_judged_apart(before: int, growth: int) -> None:
    """A request that fits by memory and not by cores does not fit, and memory is not lowered."""
    me = guest(100, before, used=0)
    host = NodeFacts(name="pve1", online=True, memory_mib=10**6, used_mib=0, cpus=1)
    asked = draft(me, ("memory", Unit.MIB, before, before + growth), ("cores", Unit.CORES, 1, 9))
    verdict = judge(asked, facts_of(me, node=host), (), Limits())
    assert (verdict.largest, verdict.largest_field) == (4, "cores")
