"""What gets in the way between two calls: locks, other people, another guest, silence."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.executor.ending import End, open_end_of
from bot.executor.tick import Seen, Send, Wait, tick
from bot.model.guest import GuestFacts
from bot.model.refusal import Reason
from bot.model.request import ChangeRequest, Progress, State
from tests.unit.executor.driving import Drive, check_end, drive, running
from tests.unit.executor.plans import Case, cases
from tests.unit.executor.world import TERMS, Crash, Fate, World
from tests.unit.operations.estate import READ_AT

CASES = cases()
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
RESTARTS = [c for c in CASES if {"config"} < {s.path for s in c.plan.steps if s.path != "resize"}]
RESTING = [(c, n) for c in CASES for n, s in enumerate(c.plan.steps) if s.rests_on]
EVERY_RESTING = pytest.mark.parametrize(
    ("case", "nth"), RESTING, ids=[f"{c.name}-{n}" for c, n in RESTING]
)
HOUR = 3_600_000


def driven(case: Case, before: Callable[[World, ChangeRequest], None], *fates: Fate) -> Drive:
    """Return the case after its end, with this happening before each turn."""
    met = drive(case, fates)
    met.before_each = before
    met.run()
    return met


def why(met: Drive) -> Reason | None:
    """Return the reason of the end."""
    outcome = met.request.outcome
    return outcome.why.reason if outcome and outcome.why else None


@EVERY_CASE
def test_a_lock_is_waited_for(case: Case) -> None:
    """While a backup holds the guest nothing is sent; afterwards all goes on."""

    def backup(world: World, _request: ChangeRequest) -> None:
        held = world.now < READ_AT + 60_000
        world.guest = replace(world.guest, lock="backup" if held else "")
        assert not (held and world.calls)

    met = driven(case, backup)
    assert met.request.state is State.SUCCEEDED


@EVERY_CASE
def test_a_lock_that_stays_ends_it_with_nothing_done(case: Case) -> None:
    """The wait is bounded by policy; then the request failed, and nothing was sent."""

    def backup(world: World, _request: ChangeRequest) -> None:
        world.guest = replace(world.guest, lock="backup")

    met = driven(case, backup)
    assert (met.request.state, why(met), met.world.calls) == (
        State.FAILED,
        Reason.LOCKED_TOO_LONG,
        [],
    )
    assert met.world.now <= READ_AT + TERMS.wait_for_lock + 2 * TERMS.poll_task


@EVERY_CASE
@pytest.mark.parametrize("fate", [Fate.LOCKED, Fate.TASK_LOCKED])
def test_a_lock_that_no_read_shows_is_waited_for_no_longer(case: Case, fate: Fate) -> None:
    """Calls that meet a lock again and again end by the same bound, and honestly."""
    met = driven(case, lambda _world, _request: None, *[fate] * 200)
    check_end(met)
    assert met.request.state is State.FAILED
    assert met.world.now <= READ_AT + TERMS.wait_for_lock + 60_000


@EVERY_RESTING
def test_somebody_changed_what_the_plan_rests_on(case: Case, nth: int) -> None:
    """A step whose ground moved is not sent; without a call before it, nothing was ours."""
    step = case.plan.steps[nth]
    key = next(iter(step.rests_on))

    def meddle(world: World, request: ChangeRequest) -> None:
        done = [e for e in request.journal if e.progress is Progress.DONE]
        if len(done) == nth and len(world.calls) == nth:
            world.guest = replace(world.guest, config={**world.guest.config, key: "5000"})

    met = driven(case, meddle)
    assert (why(met), nth) == (Reason.GUEST_CHANGED, len(met.world.calls))
    assert met.request.state is (State.PARTIAL if nth else State.FAILED)


def test_what_others_left_waiting_leaves_no_open_end() -> None:
    """A request that failed owes nobody a restart, even if the very value waits by others' hand."""
    case = next(c for c in CASES if c.name == "qemu-resources-running-config(memory)-live")
    guest = replace(case.guest, pending={"memory": "6144"}, lock="backup")
    request = replace(running(case), waiting_since=READ_AT - HOUR)
    ended = tick(request, Seen(now=READ_AT, guest=guest), TERMS)
    assert isinstance(ended, End)
    assert ended.state is State.FAILED
    assert open_end_of(request, ended, TERMS) is None


@EVERY_CASE
@pytest.mark.parametrize("after", [0, 1])
def test_another_guest_under_the_vmid_is_left_alone(case: Case, after: int) -> None:
    """Once the identity is another, nothing is sent, and its values are not taken for ours."""

    def swapped(world: World, request: ChangeRequest) -> None:
        if len(world.calls) == after and request.state is State.RUNNING:
            done = any(e.progress is Progress.DONE for e in request.journal)
            if done or not after:
                world.becomes_another()

    met = driven(case, swapped)
    alone = after and len(case.plan.steps) == 1
    if alone and why(met) is None:
        return
    assert why(met) is Reason.IDENTITY_CHANGED
    assert after == len(met.world.calls)
    assert met.request.state is (State.PARTIAL if after else State.FAILED)
    assert met.request.outcome is not None
    assert met.request.outcome.in_force == ()


@EVERY_CASE
def test_a_guest_that_is_gone_is_given_up(case: Case) -> None:
    """A guest on no node is looked for a while; then the request failed, and says so."""

    def gone(world: World, _request: ChangeRequest) -> None:
        world.gone = True

    met = driven(case, gone)
    assert (met.request.state, why(met)) == (State.FAILED, Reason.GUEST_GONE)


@EVERY_CASE
def test_silence_before_the_first_call_ends_it_with_nothing_done(case: Case) -> None:
    """With Proxmox silent from the start it is given up in the end, and nothing was sent."""

    def silent(world: World, _request: ChangeRequest) -> None:
        world.blind_until = world.now + 1

    met = driven(case, silent)
    assert (met.request.state, why(met)) == (State.FAILED, Reason.HYPERVISOR_SILENT)
    assert met.world.calls == []


@pytest.mark.parametrize("case", RESTARTS, ids=[c.name for c in RESTARTS])
def test_silence_after_a_step_that_is_done_hides_nothing(case: Case) -> None:
    """A step that was read back as done stays said, also when nothing can be read any more."""

    def silent(world: World, request: ChangeRequest) -> None:
        if any(e.progress is Progress.DONE for e in request.journal):
            world.blind_until = world.now + 1

    met = driven(case, silent)
    assert (met.request.state, why(met)) == (State.PARTIAL, Reason.HYPERVISOR_SILENT)


@EVERY_CASE
def test_silence_after_the_last_step_takes_nothing_away(case: Case) -> None:
    """Every step was read back as done: it succeeded, though the last look never came."""

    def silent(world: World, request: ChangeRequest) -> None:
        done = {e.step for e in request.journal if e.progress is Progress.DONE}
        if len(done) == len(case.plan.steps):
            world.blind_until = world.now + 1

    met = driven(case, silent)
    assert (met.request.state, why(met)) == (State.SUCCEEDED, None)


@EVERY_CASE
@pytest.mark.parametrize("fate", [Fate.LOST, Fate.LOST_DONE, Fate.LOST_LATE])
def test_in_doubt_and_blind_nothing_is_sent(case: Case, fate: Fate) -> None:
    """A lost call with nothing to be read stays UNCERTAIN, hour after hour; then it goes on."""

    def blind(world: World, request: ChangeRequest) -> None:
        if request.journal and world.now < READ_AT + 2 * HOUR:
            world.blind_until = READ_AT + 2 * HOUR
            assert len(world.calls) <= 1

    met = driven(case, blind, fate)
    check_end(met)
    assert met.request.state is State.SUCCEEDED
    assert State.UNCERTAIN in met.seen_states


@EVERY_CASE
def test_a_task_that_cannot_be_read_makes_it_uncertain(case: Case) -> None:
    """A call that was taken, and whose task nobody can read, is in doubt; then it is found."""

    def blind(world: World, request: ChangeRequest) -> None:
        if request.journal and request.journal[-1].progress is Progress.SUBMITTED:
            world.blind_until = max(world.blind_until, READ_AT + 5 * 60_000)

    met = driven(case, blind)
    check_end(met)
    assert met.request.state is State.SUCCEEDED


@pytest.mark.parametrize("case", RESTARTS, ids=[c.name for c in RESTARTS])
def test_a_restart_that_the_guest_ignores_leaves_an_open_end(case: Case) -> None:
    """The guest does not shut down: nobody pulls the plug, and the value waits."""
    met = drive(case, [Fate.WORKS, Fate.TASK_FAILS])
    request = met.run()
    assert (request.state, why(met)) == (State.PARTIAL, Reason.NO_SHUTDOWN)
    assert [s.name for s, _ in met.world.calls][2:] == []
    assert request.outcome is not None
    left = open_end_of(request, End(state=request.state, outcome=request.outcome), TERMS)
    assert left is not None
    assert {c.field for c in left.changes} == set(met.world.guest.pending)


def test_a_reboot_that_stopped_half_the_way_is_partly_done() -> None:
    """The guest went down and did not come up again: that is not nothing."""
    for case in CASES:
        if case.plan.operation == "reboot":
            met = drive(case, [Fate.HALF_TASK])
            assert met.run().state is State.PARTIAL
            assert met.world.guest.status == "stopped"


def test_the_disk_grows_once_whatever_happens() -> None:
    """A resize is absolute; even lost and met by a crash it takes effect once."""
    for case in CASES:
        if len(case.plan.steps) == 1 and case.plan.steps[0].path == "resize":
            step = case.plan.steps[0]
            assert "+" not in step.params["size"]
            for fate in Fate:
                met = drive(case, [fate], [Crash.AFTER_CALL])
                met.run()
                assert met.world.effects[step.name, False] <= 1


def changed(guest: GuestFacts, **config: str) -> GuestFacts:
    """Return the guest with other values in force."""
    return replace(guest, config={**guest.config, **config})


def test_a_step_that_is_so_already_is_not_sent() -> None:
    """What somebody else did in the meantime, exactly as planned, is noted as done."""
    case = next(c for c in CASES if c.name == "lxc-resources-running-config(memory)-live")
    met = drive(case)
    met.world.guest = changed(case.guest, memory="6144")
    met.run()
    assert (met.request.state, met.world.calls) == (State.SUCCEEDED, [])
    assert dict(met.request.journal[0].read_back) == {"memory": "6144"}


def test_a_rollback_is_never_so_already() -> None:
    """The snapshot stands and the guest is down before a rollback, too: it is sent all the same."""
    for case in CASES:
        if case.plan.operation == "rollback":
            action = tick(running(case), Seen(now=READ_AT, guest=case.guest), TERMS)
            assert isinstance(action, Send)


def test_the_wait_for_a_lock_is_not_cut_short_by_one_silent_look() -> None:
    """Long into a wait for a lock, one read that fails is waited out."""
    terms = replace(TERMS, wait_for_lock=4 * HOUR)
    case = CASES[0]
    request = replace(running(case), waiting_since=READ_AT)
    later = Seen(now=READ_AT + 3 * HOUR, trouble="no answer")
    assert isinstance(tick(request, later, terms), Wait)
