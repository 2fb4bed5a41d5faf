"""Every step of every operation: repeated, failed, lost, locked; and the worker dies at every point."""

import itertools

import pytest

from bot.executor.ending import End, open_end_of
from bot.model.guest import Kind
from bot.model.request import State
from bot.operations import OPERATIONS
from tests.unit.executor.driving import Drive, check_end, drive
from tests.unit.executor.plans import Case, cases
from tests.unit.executor.world import TERMS, Crash, Fate, plugs

CASES = cases()
STEPS = [(case, n) for case in CASES for n in range(len(case.plan.steps))]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
EVERY_STEP = pytest.mark.parametrize(
    ("case", "nth"), STEPS, ids=[f"{case.name}-{n}" for case, n in STEPS]
)
REVERTS = [(case, n) for case, n in STEPS if plugs(case.plan.steps[n], case.guest)]
EVERY_REVERT = pytest.mark.parametrize(
    ("case", "nth"), REVERTS, ids=[f"{case.name}-{n}" for case, n in REVERTS]
)
HALVES = (Fate.HALF, Fate.HALF_TASK)


def ended(case: Case, nth: int, *fates: Fate, crash: Crash | None = None) -> Drive:
    """Return the case after its end: the nth call and those after it meet these fates."""
    met = drive(case, [*[Fate.WORKS] * nth, *fates], [*[None] * nth, crash])
    met.run()
    return met


def test_every_operation_is_here_for_both_kinds() -> None:
    """No operation escapes: each has plans for a VM and for a CT."""
    here = {(case.plan.operation, case.plan.target.ref.kind) for case in CASES}
    assert set(itertools.product(OPERATIONS, Kind)) == here


@EVERY_CASE
def test_all_goes_well(case: Case) -> None:
    """Without faults each step is called once, in order, and all of it is in force or waits."""
    met = ended(case, 0)
    check_end(met)
    assert met.request.state is State.SUCCEEDED
    assert [s.name for s in case.plan.steps] == [s.name for s, _ in met.world.calls]
    assert met.seen_states == {State.RUNNING, State.SUCCEEDED}


@EVERY_STEP
def test_whatever_becomes_of_one_call(case: Case, nth: int) -> None:
    """One call meets its fate, all others work: the end is honest, and nothing happens twice."""
    for fate in Fate:
        check_end(ended(case, nth, fate))


@EVERY_STEP
def test_wherever_the_worker_dies(case: Case, nth: int) -> None:
    """A successor goes on from the journal, and all of it succeeds, each step once."""
    for crash in Crash:
        met = ended(case, nth, crash=crash)
        check_end(met)
        assert met.request.state is State.SUCCEEDED, crash


@EVERY_STEP
def test_what_was_lost_is_proved_before_anything_follows(case: Case, nth: int) -> None:
    """A lost call is found, or proven to have had no effect; then the request goes on."""
    for fate in (Fate.LOST, Fate.LOST_DONE, Fate.LOST_LATE, Fate.UNREACHABLE):
        met = ended(case, nth, fate)
        assert met.request.state is State.SUCCEEDED, fate
        again = fate in {Fate.LOST, Fate.UNREACHABLE}
        assert len(case.plan.steps) + again == len(met.world.calls), fate
        assert (State.UNCERTAIN in met.seen_states) is (fate is not Fate.UNREACHABLE), fate


@EVERY_STEP
def test_a_second_attempt_is_judged_by_its_own_traces(case: Case, nth: int) -> None:
    """Whatever the first attempt left behind, a task say, is not taken for the second's."""
    firsts = (Fate.LOCKED, Fate.TASK_LOCKED, Fate.UNREACHABLE, Fate.LOST)
    for first, second in itertools.product(firsts, Fate):
        check_end(ended(case, nth, first, second))


@EVERY_STEP
def test_the_worker_dies_with_a_call_under_way(case: Case, nth: int) -> None:
    """Nobody knows the answer of the call, whatever it was: the end is honest all the same."""
    for fate, crash in itertools.product(Fate, (Crash.AFTER_INTENT, Crash.AFTER_CALL)):
        check_end(ended(case, nth, fate, crash=crash))


@EVERY_REVERT
def test_what_a_failed_hotplug_left_is_taken_back(case: Case, nth: int) -> None:
    """Values that a refused call left waiting are reverted; no open end stays behind."""
    for half in HALVES:
        met = ended(case, nth, half)
        step, outcome = case.plan.steps[nth], met.request.outcome
        assert not {k for k in step.revert if k in met.world.guest.pending}
        (undo,) = [s for s, undo in met.world.calls if undo]
        assert set(undo.params["revert"].split(",")) <= set(step.revert)
        assert outcome is not None
        the_end = End(state=met.request.state, outcome=outcome)
        assert open_end_of(met.request, the_end, TERMS) is None


@EVERY_REVERT
def test_whatever_becomes_of_the_taking_back(case: Case, nth: int) -> None:
    """The revert may fail, get lost or meet a lock like any call: what still waits is said."""
    for half, fate in itertools.product(HALVES, Fate):
        met = ended(case, nth, half, fate)
        check_end(met)
        waits = {k for k in case.plan.steps[nth].revert if k in met.world.guest.pending}
        assert met.request.outcome is not None
        shown = {v.field for v in met.request.outcome.in_force if v.is_waiting}
        assert waits <= shown
