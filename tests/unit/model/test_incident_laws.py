"""Whatever becomes of an incident, in any order: what its transitions keep."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.model.guest import GuestRef, Kind
from bot.model.incident import (
    MOST_GUESTS,
    Attached,
    Incident,
    Severity,
    Status,
    Step,
    attach,
    close,
    detach,
    moved_to,
    reopen,
    with_news,
    with_step,
    without_step,
)
from bot.model.people import Person
from bot.model.refusal import Reason, Refusal
from bot.workflow.incidents.changing import not_now

ANA = Person(team_id="T", user_id="UANA")
AT = 1_790_000_000_000

Act = Callable[[Incident, int], Incident | Refusal]


def guest(number: int) -> Attached:
    """Return one of a few guests more than an incident may be about."""
    ref = GuestRef(cluster="home", kind=Kind.CT, vmid=100 + number)
    return Attached(ref=ref, name=f"ct{number}")


def news(status: Status) -> Act:
    """Return what somebody does who says how far it has come."""
    return lambda incident, at: replace(with_news(incident, at), status=status)


def after_all(history: list[tuple[Act, int]]) -> Incident:
    """Return an incident after that history."""
    incident = begun()
    for act, later in history:
        after = played(incident, act, AT + later)
        incident = incident if isinstance(after, Refusal) else after
    return incident


REFUSALS = frozenset(
    {
        Reason.INCIDENT_FULL,
        Reason.NOT_ATTACHED,
        Reason.INCIDENT_CLOSED,
        Reason.INCIDENT_NOT_CLOSED,
    }
)
"""Why something may not be done, whatever came before."""

numbers = st.integers(0, MOST_GUESTS + 2)
acts: st.SearchStrategy[Act] = st.one_of(
    numbers.map(lambda n: lambda incident, at: attach(incident, guest(n), at)),
    numbers.map(lambda n: lambda incident, at: detach(incident, guest(n).ref, at)),
    st.sampled_from([Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING]).map(news),
    st.tuples(st.sampled_from(Step), st.sampled_from(["", "missing_scope"])).map(
        lambda done: lambda incident, _at: with_step(incident, *done)
    ),
    st.sampled_from(Step).map(lambda step: lambda incident, _at: without_step(incident, step)),
    st.sampled_from(["C1", "C2"]).map(lambda c: lambda incident, at: moved_to(incident, c, at)),
    st.just(lambda incident, at: close(incident, ANA, "over", at)),
    st.just(reopen),
)
histories = st.lists(st.tuples(acts, st.integers(-10_000, 10_000)), max_size=60)


def begun() -> Incident:
    """Return an incident at its beginning."""
    return Incident(
        id="f" * 32,
        handle="I-7K2M",
        title="slow",
        severity=Severity.SEV2,
        opened_by=ANA,
        created_at=AT,
        news_at=AT,
    )


def played(incident: Incident, act: Act, at: int) -> Incident | Refusal:
    """Do it as the workflow does: to one that is open, or (opening it again) to one that is closed."""
    return not_now(incident, closed=act is reopen) or act(incident, at)


def keeps(before: Incident, after: Incident) -> None:
    """Look at what every transition keeps."""
    refs = [each.ref for each in after.guests]
    assert len(refs) == len(set(refs)) <= MOST_GUESTS
    assert set(after.done) | set(after.missing) == set(Step)
    assert not set(after.done) & set(after.missing)
    assert [*after.done] == sorted(set(after.done), key=list(Step).index)
    failed = [each.step for each in after.failed]
    assert len(failed) == len(set(failed))
    assert after.open is (after.closed_at is None) is (after.closed_by is None)
    assert after.open or after.remind_at is None
    assert after.news_at >= before.news_at
    assert (after.id, after.handle, after.title, after.created_at) == (
        before.id,
        before.handle,
        before.title,
        before.created_at,
    )


@given(histories)
def test_any_history_keeps_the_laws(history: list[tuple[Act, int]]) -> None:
    """Guests are there once, steps done or missing in order, closed only by a close; clocks may leap."""
    incident, now = begun(), AT
    for act, later in history:
        now += later
        after = played(incident, act, now)
        if isinstance(after, Refusal):
            assert after.reason in REFUSALS
            assert incident.open or act is reopen or after.reason is Reason.INCIDENT_CLOSED
            continue
        keeps(incident, after)
        incident = after


@given(histories, numbers)
def test_a_guest_is_attached_until_it_is_detached(
    history: list[tuple[Act, int]], number: int
) -> None:
    """Twice is once; what was not attached is not detached."""
    incident = after_all(history)
    one = attach(incident, guest(number), AT)
    if isinstance(one, Refusal):
        assert len(incident.guests) == MOST_GUESTS
        return
    assert attach(one, guest(number), AT + 1) == one
    none = detach(one, guest(number).ref, AT)
    assert isinstance(none, Incident)
    refused = detach(none, guest(number).ref, AT)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.NOT_ATTACHED


@given(histories, st.sampled_from(["C1", "C2"]))
def test_in_another_channel_everything_is_to_be_done(
    history: list[tuple[Act, int]], channel: str
) -> None:
    """But making it; nothing counts as failed, or lost, any more; guests stay."""
    incident = after_all(history)
    moved = moved_to(replace(incident, lost="is_archived"), channel, AT)
    assert moved.missing == tuple(step for step in Step if step is not Step.CHANNEL)
    assert (moved.channel, moved.lost, moved.failed) == (channel, "", ())
    assert moved.guests == incident.guests
