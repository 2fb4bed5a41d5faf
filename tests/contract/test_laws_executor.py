"""The executor with the real store and a simulated Proxmox: each fault of a call, and its journal."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.model.errors import StoreUnavailable
from bot.model.intent import Amount, How
from bot.model.refusal import Reason
from bot.model.request import ChangeRequest, Progress, State
from bot.redis_store.store import RedisStore
from bot.simulation.proxmox import faults
from bot.simulation.proxmox.passing import Action, Passing
from bot.workflow.pausing import begin, lift
from tests.contract.acting import Act, acting
from tests.contract.hypervisors import CLUSTER
from tests.unit.model.acts import vote_of
from tests.unit.redis_store.samples import ALICE, BOB

pytest_plugins = ["tests.stores"]

CT, VM = 104, 106
PUT_CT = "PUT /nodes/*/lxc/104/config"
MORE: dict[str, Any] = {"amounts": {"memory": Amount(how=How.SET, amount=5120)}}
DONE = [Progress.INTENDED, Progress.SUBMITTED, Progress.DONE]
UNDONE = [Progress.INTENDED, Progress.UNDONE]
FAILED = [Progress.INTENDED, Progress.FAILED]
LOST = [Progress.INTENDED, Progress.UNKNOWN]


@pytest.fixture
async def act(store: RedisStore) -> AsyncIterator[Act]:
    """Return an executor that is ready to act."""
    async with acting(store) as act:
        yield act


def memory(act: Act, vmid: int = CT) -> int:
    """Return the memory in force, as Proxmox keeps it."""
    return int(act.pve.world.guest(vmid).config.values["memory"])


async def test_all_goes_well(act: Act) -> None:
    """One call, written down before and after, and read back; the guest is free again."""
    ended = await act.ended(await act.ask(CT, "resources", **MORE))
    assert (ended.state, memory(act)) == (State.SUCCEEDED, 5120)
    assert await act.journals(ended) == DONE
    assert len(act.writes()) == 1
    assert (await act.store.ledger("ilinux", "guest/104")).reservations == ()


ANSWERS: list[tuple[str, Action, list[Progress], State]] = [
    ("unreachable", faults.refuse(595, "No route to host"), UNDONE + DONE, State.SUCCEEDED),
    ("locked", faults.refuse(500, "CT is locked (backup)"), UNDONE + DONE, State.SUCCEEDED),
    (
        "stale digest",
        faults.refuse(
            500, "detected modified configuration - file changed by other user? Try again."
        ),
        UNDONE + DONE,
        State.SUCCEEDED,
    ),
    (
        "missing privilege",
        faults.refuse(403, "Permission check failed (/vms/104, VM.Config.Memory)"),
        FAILED,
        State.FAILED,
    ),
    ("refused", faults.refuse(400, "Parameter verification failed."), FAILED, State.FAILED),
    ("lost, and done", faults.lose_answer(596), [*LOST, Progress.DONE], State.SUCCEEDED),
    ("cut, and done", faults.lose_answer(), [*LOST, Progress.DONE], State.SUCCEEDED),
    (
        "cut, nothing happened",
        faults.cut_before(),
        [*LOST, Progress.UNDONE, *DONE],
        State.SUCCEEDED,
    ),
]


@pytest.mark.parametrize(
    ("action", "journal", "state"), [a[1:] for a in ANSWERS], ids=[a[0] for a in ANSWERS]
)
async def test_what_becomes_of_one_call(
    act: Act, action: Action, journal: list[Progress], state: State
) -> None:
    """Each answer of Proxmox has its own way through the journal, and one honest end."""
    request = await act.ask(CT, "resources", **MORE)
    act.pve.on_call(PUT_CT, action, times=1)
    ended = await act.ended(request)
    assert (ended.state, await act.journals(ended)) == (state, journal)
    assert memory(act) == (5120 if state is State.SUCCEEDED else 4096)
    effects = [c for c in act.pve.calls if c.method == "PUT" and c.status == 200]
    assert len(effects) <= 1


@pytest.mark.parametrize(
    ("text", "why"),
    [("CT is locked (backup)", Reason.LOCKED_TOO_LONG), ("checksum missing", Reason.STEP_REFUSED)],
)
async def test_what_stays_ends_it_with_nothing_done(act: Act, text: str, why: Reason) -> None:
    """A lock that no read shows is waited for until policy's bound; a refusal ends it at once."""
    request = await act.ask(CT, "resources", **MORE)
    act.pve.on_call(PUT_CT, faults.refuse(500, text))
    ended = await act.ended(request)
    assert ended.outcome is not None
    assert ended.outcome.why is not None
    assert (ended.state, ended.outcome.why.reason) == (State.FAILED, why)
    assert memory(act) == 4096


async def test_a_shutdown_that_the_guest_ignores(act: Act) -> None:
    """The task runs into its time-out: nobody pulls the plug, and the request says so."""
    request = await act.ask(CT, "shutdown")
    act.pve.world.guest(CT).ignores_shutdown = True
    ended = await act.ended(request)
    assert ended.outcome is not None
    assert ended.outcome.why is not None
    assert (ended.state, ended.outcome.why.reason) == (State.FAILED, Reason.NO_SHUTDOWN)
    assert await act.journals(ended) == [Progress.INTENDED, Progress.SUBMITTED, Progress.FAILED]
    assert act.pve.world.guest(CT).running


async def test_a_lost_task_is_found(act: Act) -> None:
    """The answer to a call that leaves a task gets lost: the task is found, not made again."""
    request = await act.ask(CT, "snapshot", arguments={"name": "before"})
    act.pve.on_call("POST /nodes/*/lxc/104/snapshot", faults.lose_answer(596), times=1)
    ended = await act.ended(request)
    assert (ended.state, len(act.writes())) == (State.SUCCEEDED, 1)
    assert ended.journal[0].upid


async def test_a_rollback_of_a_guest_that_is_down_is_carried_out(act: Act) -> None:
    """Though the guest looks as it will afterwards, the call is made, once."""
    await act.ended(await act.ask(CT, "snapshot", arguments={"name": "before"}))
    await act.ended(await act.ask(CT, "shutdown"))
    ended = await act.ended(await act.ask(CT, "rollback", arguments={"name": "before"}))
    assert ended.state is State.SUCCEEDED
    assert act.writes()[-1].endswith("/snapshot/before/rollback")


async def test_nothing_leaves_after_the_intents_deadline(act: Act) -> None:
    """18: a worker that slept between its intent and its call sends nothing any more."""
    request = await act.ask(CT, "resources", **MORE)
    act.wake.ms, act.wake.pause_after = 60_000, 2
    sent: list[str] = []

    async def note(passing: Passing) -> None:
        sent.append(passing.path)

    act.pve.on_call(PUT_CT, note)
    ended = await act.ended(request)
    assert (await act.journals(ended))[:2] == UNDONE
    assert (ended.state, len(sent)) == (State.SUCCEEDED, 1)


async def test_two_workers_at_once_make_one_call(act: Act) -> None:
    """Both run the same request at the same moment, as if no lease held: one call is made."""
    request = await act.ask(CT, "resources", **MORE)
    member = f"request:{request.id}"
    both = [act.executor._run(member, request.id) for _ in range(2)]
    await asyncio.gather(*both)
    ended = await act.ended(request)
    assert (ended.state, len(act.writes())) == (State.SUCCEEDED, 1)


async def test_a_pause_in_the_middle_of_a_claim_stops_it(act: Act) -> None:
    """Somebody pauses after the claim saw no pause: it is not saved, nothing is sent until the end."""
    request = await act.ask(CT, "resources", **MORE)

    async def pause(passing: Passing) -> None:
        await begin(act.store, act.wake, SystemClock(), "not now", (CLUSTER,), ALICE)
        await passing.proceed()

    act.pve.on_call("GET /nodes/*/lxc/104/pending", pause, times=1)
    await act.executor.run(request.id)
    assert await act.store.request(request.id) == request
    (stands,) = await act.store.pauses("")
    assert (stands.stands, act.writes()) == (True, [])
    await lift(act.store, act.wake, SystemClock(), "", (CLUSTER,), ALICE, stands.at)
    ended = await act.ended(request)
    assert (ended.state, len(act.writes())) == (State.SUCCEEDED, 1)


async def test_an_answer_that_could_not_be_written_down_has_a_successor(
    act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call took effect while the store went away: it is not made again."""
    request = await act.ask(CT, "resources", **MORE)

    async def away(_: object) -> None:
        raise StoreUnavailable("saving", "it is away")

    with monkeypatch.context() as meanwhile:

        async def go_away(passing: Passing) -> None:
            await passing.proceed()
            meanwhile.setattr(act.store, "save", away)

        act.pve.on_call(PUT_CT, go_away, times=1)
        with pytest.raises(StoreUnavailable):
            await act.executor.run(request.id)
    stored = await act.store.request(request.id)
    assert stored is not None
    assert [e.progress for e in stored.journal] == [Progress.INTENDED]
    ended = await act.ended(request)
    assert (ended.state, len(act.writes())) == (State.SUCCEEDED, 1)


async def test_a_worker_that_is_stopped_in_the_call_writes_its_answer_down(act: Act) -> None:
    """A cancellation takes effect once the answer is in the journal; the successor asks nothing."""
    request = await act.ask(CT, "resources", **MORE)
    worker = asyncio.create_task(act.executor.run(request.id))

    async def stop(passing: Passing) -> None:
        await passing.proceed()
        worker.cancel()

    act.pve.on_call(PUT_CT, stop, times=1)
    with pytest.raises(asyncio.CancelledError):
        await worker
    stored = await act.store.request(request.id)
    assert stored is not None
    assert [e.progress for e in stored.journal] == [Progress.SUBMITTED]
    ended = await act.ended(request)
    assert (ended.state, len(act.writes())) == (State.SUCCEEDED, 1)


async def test_the_former_request_s_task_is_not_taken_for_ones_own(act: Act) -> None:
    """15: a lost call of the same second as another request's task: that task proves nothing."""
    cores = {"cores": Amount(how=How.SET, amount=3)}
    await act.ended(await act.ask(VM, "resources", amounts=cores))
    request = await act.ask(VM, "resources", **MORE)
    act.pve.on_call("GET /nodes/*/time", faults.refuse(500, "no time"))
    act.pve.on_call("POST /nodes/*/qemu/106/config", faults.cut_before(), times=1)
    ended = await act.ended(request)
    assert await act.journals(ended) == [*LOST, Progress.UNDONE, *DONE]
    assert ended.state is State.SUCCEEDED
    assert act.pve.world.guest(VM).config.pending == {"cores": "3", "memory": "5120"}


async def test_another_guest_under_the_vmid_is_left_alone(act: Act) -> None:
    """The guest was replaced since it was planned: nothing is sent."""
    request = await act.ask(CT, "resources", **MORE)
    guest = act.pve.world.guest(CT)
    guest.text = guest.text.replace("hwaddr=", "hwaddr=AA")
    ended = await act.ended(request)
    assert ended.moved is not None
    assert (ended.state, ended.moved.why.reason) == (State.CANCELLED, Reason.IDENTITY_CHANGED)
    assert act.writes() == []


async def claimed_with(act: Act, *, voted_ago: int) -> ChangeRequest:
    """Let the executor try a claim with Slack silent and one vote of that age (ms)."""
    now = await act.store.now()
    vote = vote_of(BOB, at=now - voted_ago)
    request = await act.ask(CT, "resources", votes=(vote,), **MORE)
    act.people.silent = True
    await act.executor._claimer().claim(request, now + 1_000)
    stored = await act.store.request(request.id)
    assert stored is not None
    return stored


async def test_silent_slack_lets_a_vote_of_today_count(act: Act) -> None:
    """8: the last known answer serves for a day."""
    stored = await claimed_with(act, voted_ago=60_000)
    assert stored.state is State.RUNNING
    await act.ended(stored)


async def test_silent_slack_lets_no_older_vote_count(act: Act) -> None:
    """8: after a day somebody has to confirm the account; until then nothing is claimed."""
    stored = await claimed_with(act, voted_ago=25 * 3_600_000)
    assert (stored.state, act.writes()) == (State.APPROVED, [])
    act.people.silent = False
    await act.ended(stored)
