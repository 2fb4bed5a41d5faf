"""What holds of every plan of resources, for any ask on any guest."""

from hypothesis import given

from bot.model.guest import GuestFacts, Kind
from bot.model.guest_config import (
    balloon_mib,
    coming,
    memory_grid,
    memory_mib,
    total_cores,
    value_of,
    vcpus,
)
from bot.model.intent import Ask, How
from bot.model.plan import Draft
from bot.model.refusal import Reason, Refusal
from bot.operations import OPERATIONS
from tests.unit.operations.estate import facts_of, why_not
from tests.unit.operations.random_guests import CASES, QUICK, applied

FLOORS = {"memory": 16, "swap": 0, "balloon": 0, "cores": 1, "vcpus": 1, "cpulimit": 0}


def plan(ask: Ask, guest: GuestFacts) -> Draft | Refusal:
    """Plan resources on default facts."""
    return OPERATIONS["resources"].plan(ask, facts_of(guest))


@QUICK
@given(CASES)
def test_every_ask_is_answered(case: tuple[Ask, GuestFacts]) -> None:
    """Planning never raises: it gives a draft with changes and steps, or a refusal."""
    ask, guest = case
    result = plan(ask, guest)
    assert isinstance(result, Refusal) or (result.changes and result.steps)


@QUICK
@given(CASES)
def test_targets_are_absolute_and_above_the_floor(case: tuple[Ask, GuestFacts]) -> None:
    """Each value sent is a plain absolute one, at least the floor, and another than before."""
    ask, guest = case
    result = plan(ask, guest)
    if isinstance(result, Draft):
        for change in result.changes:
            assert isinstance(change.after, int)
            assert change.after >= FLOORS.get(change.field, 1)
            assert change.after != change.before
        assert not any(v[:1] in "+-" for s in result.steps for v in s.params.values())


@QUICK
@given(CASES)
def test_memory_is_on_the_grid_and_never_above_the_ask(case: tuple[Ask, GuestFacts]) -> None:
    """Pluggable memory lands on the grid; no more is planned than was asked for."""
    ask, guest = case
    result = plan(ask, guest)
    asked = ask.amounts.get("memory")
    change = next(
        (c for c in getattr(result, "changes", ()) if c.field == "memory" and asked), None
    )
    if change and asked and asked.how is How.SET:
        assert change.after <= asked.amount
    grid = memory_grid(guest.config) if guest.running else None
    if change and grid and guest.ref.kind is Kind.VM:
        assert change.after == grid.floor(change.after)


@QUICK
@given(CASES)
def test_next_start_would_work(case: tuple[Ask, GuestFacts]) -> None:
    """What a plan leaves behind never has more vcpus than cores, nor a balloon above the memory."""
    ask, guest = case
    result = plan(ask, guest)
    if isinstance(result, Refusal) or guest.ref.kind is Kind.CT:
        return
    after = coming(applied(guest, result))
    fields = {c.field for c in result.changes}
    if fields & {"memory", "balloon"}:
        assert (balloon_mib(after) or 0) <= (memory_mib(after) or 0)
    if fields & {"cores", "vcpus"} and "vcpus" in after:
        assert (vcpus(after) or 0) <= (total_cores(after) or 0)


@QUICK
@given(CASES)
def test_planned_again_once_applied_there_is_nothing_left(case: tuple[Ask, GuestFacts]) -> None:
    """Plan, apply, plan: the absolute ask is so already."""
    ask, guest = case
    result = plan(ask, guest)
    if isinstance(result, Draft):
        assert result.ask
        assert why_not(plan(result.ask, applied(guest, result))) is Reason.ALREADY_SO


@QUICK
@given(CASES)
def test_absolute_ask_gives_the_same_plan(case: tuple[Ask, GuestFacts]) -> None:
    """The ask made absolute plans the same changes and calls as long as nothing moved."""
    ask, guest = case
    result = plan(ask, guest)
    if isinstance(result, Draft):
        assert result.ask
        again = plan(result.ask, guest)
        assert isinstance(again, Draft)
        assert (result.changes, result.steps) == (again.changes, again.steps)


@QUICK
@given(CASES)
def test_others_waiting_values_survive(case: tuple[Ask, GuestFacts]) -> None:
    """A key on which a value waits is written only with that very value."""
    ask, guest = case
    result = plan(ask, guest)
    for step in result.steps if isinstance(result, Draft) else ():
        for key in step.params.keys() & guest.pending.keys():
            assert value_of(key, coming(guest), guest.ref.kind, 16) == value_of(
                key, step.params, guest.ref.kind, 16
            )


@QUICK
@given(CASES)
def test_every_call_can_be_taken_back_or_says_why_not(case: tuple[Ask, GuestFacts]) -> None:
    """Each step names what to revert, or why there is no way back; names are unique."""
    ask, guest = case
    result = plan(ask, guest)
    if isinstance(result, Draft):
        assert all(step.revert or step.no_undo for step in result.steps)
        names = [step.name for step in result.steps]
        assert len(names) == len(set(names))
        finals = [not step.revert and step.path == "resize" for step in result.steps]
        assert finals == sorted(finals)
