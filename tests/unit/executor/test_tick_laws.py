"""Any faults, crashes and silences, in any order: nothing twice, nothing in doubt, honest ends."""

import sys
from collections import Counter

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from bot.model.request import ChangeRequest, State
from tests.unit.executor.driving import check_end, drive
from tests.unit.executor.plans import Case, cases
from tests.unit.executor.world import Crash, Fate, World

REBOOT = next(c for c in cases() if c.plan.operation == "reboot")
PLUGS = next(c for c in cases() if c.name == "qemu-resources-running-config(cpulimit)-live")
CASES = st.sampled_from(cases())
AGAIN = [Fate.LOCKED, Fate.TASK_LOCKED, Fate.UNREACHABLE, Fate.LOST, Fate.LOST_LATE]
FATES = st.lists(st.sampled_from([*Fate, *AGAIN, *AGAIN, *[Fate.WORKS] * 5]), max_size=12)
CRASHES = st.lists(st.none() | st.none() | st.sampled_from(Crash), max_size=8)
BLIND = st.lists(st.just(0) | st.just(0) | st.integers(0, 90), max_size=12)
TOLD: Counter[str] = Counter()


@settings(max_examples=300, deadline=None)
@example(case=PLUGS, fates=[Fate.HALF], crashes=[Crash.AFTER_CALL], blind=[0, 0, 36, 0, 41])
@example(case=REBOOT, fates=[], crashes=[], blind=[0, 0, 41, 61])
@given(case=CASES, fates=FATES, crashes=CRASHES, blind=BLIND)
def test_any_history_ends_honestly(
    case: Case, fates: list[Fate], crashes: list[Crash | None], blind: list[int]
) -> None:
    """15, 16: whatever becomes of calls, workers and reads, no call takes effect twice."""
    seconds = iter(blind)

    def silence(world: World, request: ChangeRequest) -> None:
        TOLD["turns"] += 1
        if request.state.executing and world.now >= world.blind_until:
            world.blind_until = world.now + 1000 * next(seconds, 0)

    met = drive(case, fates, crashes)
    met.before_each = silence
    met.run()
    check_end(met)
    TOLD["histories"] += 1
    TOLD["calls"] += len(met.world.calls)
    TOLD[met.request.state.value] += 1
    event(f"ends {met.request.state}")
    if State.UNCERTAIN in met.seen_states:
        TOLD["once uncertain"] += 1
        event("was uncertain")


def test_their_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """The histories above ended in more ways than one; their numbers are told."""
    assert TOLD["once uncertain"] > 0
    with capsys.disabled():
        sys.stdout.write(f"\ntick: {dict(TOLD)}\n")
