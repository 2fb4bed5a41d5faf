"""What tells that a store went back in time, and what does not."""

from dataclasses import replace

import pytest

from bot.model.gate import ForgottenTask, Gate, Mark, Trail, WentBack, forgotten, knows, newest
from bot.model.request import ChangeRequest, JournalEntry, Progress, State
from tests.unit.redis_store.samples import pending

SEEN = Mark(position="2000-0", hash="b")
FIRST = Mark(position="1000-0", hash="a", previous="")
LAST = Mark(position="3000-0", hash="c", previous="b")
WHOLE = Trail(gate=Gate(), first=FIRST, last=LAST, head="c", found="b")
ANEW = Mark(position="4000-0", hash="d", previous="")
TRIMMED = Mark(position="2500-0", hash="x", previous="b")
GONE = Trail(gate=Gate())

KNOWN = {
    "it is still there": WHOLE,
    "it was trimmed": replace(WHOLE, found="", first=TRIMMED),
    "all was trimmed": Trail(gate=Gate(), head="b"),
    "an operator released what came before": replace(GONE, gate=Gate(released_at=2000)),
}
UNKNOWN = {
    "the store is empty": GONE,
    "the store is empty but for what came since": Trail(
        gate=Gate(), first=ANEW, last=ANEW, head="d"
    ),
    "the store ends before it": Trail(gate=Gate(), first=FIRST, last=FIRST, head="a"),
    "another entry stands in its place": replace(WHOLE, found="z"),
    "it fell out of the middle": replace(WHOLE, found=""),
    "the release was for earlier ones": replace(GONE, gate=Gate(released_at=1999)),
}


@pytest.mark.parametrize("trail", KNOWN.values(), ids=list(KNOWN))
def test_a_seen_entry_is_known(trail: Trail) -> None:
    """There, trimmed or released: no alarm."""
    assert knows(trail, SEEN)


@pytest.mark.parametrize("trail", UNKNOWN.values(), ids=list(UNKNOWN))
def test_a_seen_entry_is_missing(trail: Trail) -> None:
    """Each of these is a store that went back in time."""
    assert not knows(trail, SEEN)


def test_the_newest_entry_counts_by_time_then_number() -> None:
    """Also where the text would be ordered otherwise."""
    tenth, ninth = Mark(position="2000-10", hash="j"), Mark(position="2000-9", hash="i")
    assert newest(ninth, None, tenth) == tenth
    assert newest(None) is None


def test_the_gate_is_closed_from_the_evidence_to_the_release() -> None:
    """Evidence that was released stays on record and closes nothing."""
    went = WentBack(id="w", since=1, ends_at=0)
    assert not Gate().closed
    assert Gate(went_back=went).closed
    assert not Gate(went_back=replace(went, released_at=2)).closed


REQUEST = pending()
REF = REQUEST.plan.target.ref
TASK = ForgottenTask(
    cluster=REF.cluster, upid="UPID:1", type="vzreboot", vmid=str(REF.vmid), started_at=5_000
)


def ended(*journal: JournalEntry, state: State = State.SUCCEEDED) -> ChangeRequest:
    """Return a request with that journal, ended at 5 010 s."""
    return replace(REQUEST, journal=journal, state=state, ended_at=5_010_000)


def attempt(at: int = 4_995, upid: str = "") -> JournalEntry:
    """Return an attempt at that time (s)."""
    return JournalEntry(
        step="s", progress=Progress.DONE, at=at * 1000, deadline=at * 1000, upid=upid
    )


ACCOUNTED = {
    "its UPID is in a journal": ended(attempt(at=1, upid="UPID:1")),
    "a request is under way on the guest": ended(state=State.RUNNING),
    "an outcome on the guest is not known": ended(state=State.UNCERTAIN),
    "a call then and there brought no UPID": ended(attempt()),
}
UNACCOUNTED = {
    "no request has any journal": ended(),
    "the journal has other tasks": ended(attempt(upid="UPID:2")),
    "the call without a UPID was long after": ended(attempt(at=9_000)),
    "it only waits": replace(REQUEST, state=State.APPROVED),
}


@pytest.mark.parametrize("request_", ACCOUNTED.values(), ids=list(ACCOUNTED))
def test_a_task_is_accounted_for(request_: ChangeRequest) -> None:
    """An ordinary crash between the call and the journal is no alarm."""
    assert forgotten((TASK,), (request_,)) == ()


@pytest.mark.parametrize("request_", UNACCOUNTED.values(), ids=list(UNACCOUNTED))
def test_a_task_is_forgotten(request_: ChangeRequest) -> None:
    """Nothing in the store says that it was ours to make."""
    assert forgotten((TASK,), (request_,)) == (TASK,)


def test_a_request_on_another_guest_accounts_for_nothing() -> None:
    """Under way or not."""
    elsewhere = replace(TASK, vmid="9999")
    assert forgotten((elsewhere,), (ended(attempt(), state=State.RUNNING),)) == (elsewhere,)
