"""Start, shutdown, reboot and stop."""

from dataclasses import replace

import pytest

from bot.model.estate import Rights
from bot.model.guest import GuestFacts, Kind
from bot.model.intent import Ask
from bot.model.operation import Facts
from bot.model.plan import Draft, Where
from bot.model.refusal import Reason, Refusal
from bot.operations import OPERATIONS
from tests.unit.operations.estate import HOT, a_guest, drafted, facts_of, kinds_of, why_not

CT = Kind.CT
ALLOWED = {
    "start": {"stopped"},
    "shutdown": {"running"},
    "reboot": {"running"},
    "stop": {"running", "paused"},
}


def power(name: str, facts: Facts) -> Draft | Refusal:
    """Plan a power operation."""
    return OPERATIONS[name].plan(Ask(operation=name, guest="db1"), facts)


def draft_of(name: str, guest: GuestFacts) -> Draft:
    """Return the draft on default facts."""
    return drafted(power(name, facts_of(guest)))


@pytest.mark.parametrize("status", ["running", "paused", "stopped"])
@pytest.mark.parametrize("name", ALLOWED)
def test_states(name: str, status: str) -> None:
    """Each operation fits some states, and refuses the others by name."""
    result = power(name, facts_of(a_guest(status=status)))
    expected = None if status in ALLOWED[name] else Reason.WRONG_POWER_STATE
    assert expected is why_not(result)


@pytest.mark.parametrize("name", ALLOWED)
def test_common_refusals(name: str) -> None:
    """Templates, unseen states, an HA error and a missing right stop every power operation."""
    guest = a_guest(status="stopped" if name == "start" else "running")
    no_rights = Rights(paths={"/vms/100": {"VM.Audit": True}})
    assert why_not(power(name, facts_of(replace(guest, template=True)))) is Reason.TEMPLATE
    unseen = facts_of(replace(guest, status="unknown"))
    assert why_not(power(name, unseen)) is Reason.GUEST_STATE_UNKNOWN
    assert why_not(power(name, facts_of(replace(guest, ha_state="error")))) is Reason.HA_ERROR
    assert why_not(power(name, facts_of(guest, rights=no_rights))) is Reason.MISSING_PRIVILEGE


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    ("name", "after", "types"),
    [
        ("start", "running", {Kind.VM: "qmstart", CT: "vzstart"}),
        ("shutdown", "stopped", {Kind.VM: "qmshutdown", CT: "vzshutdown"}),
        ("reboot", "running", {Kind.VM: "qmreboot", CT: "vzreboot"}),
        ("stop", "stopped", {Kind.VM: "qmstop", CT: "vzstop"}),
    ],
)
def test_one_call(name: str, after: str, types: dict[Kind, str], kind: Kind) -> None:
    """One call each; what the guest then shows decides, not the task."""
    draft = draft_of(name, a_guest(kind, status="stopped" if name == "start" else "running"))
    (step,) = draft.steps
    assert (step.method, step.path) == ("POST", f"status/{name}")
    assert step.expects[0].value == after
    assert step.task_types[0] == types[kind]
    assert draft.changes[0].words == {name}


def test_start_is_admitted_like_an_increase() -> None:
    """A guest that the sums do not hold yet takes all its memory and cores, waiting ones too."""
    guest = a_guest(status="stopped", pending={"memory": "8192"})
    claims = draft_of("start", guest).claims
    assert [(c.resource, c.before, c.after) for c in claims] == [
        ("memory", 0, 8192),
        ("cores", 0, 2),
    ]


def test_start_of_a_counted_guest_takes_nothing_more() -> None:
    """One that starts at boot is in the sums already."""
    facts = facts_of(a_guest(status="stopped"), starts_at_boot=True)
    assert drafted(power("start", facts)).claims == ()


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"cores": "17"}, Reason.ABOVE_MAXIMUM),
        ({**HOT, "memory": "512"}, Reason.BELOW_MINIMUM),
    ],
)
def test_start_that_would_fail(config: dict[str, str], reason: Reason) -> None:
    """A VM that Proxmox would not start is refused before anybody is asked."""
    assert reason is why_not(power("start", facts_of(a_guest(status="stopped", config=config))))


def test_shutdown_asks_and_never_forces() -> None:
    """The guest is asked, with a time limit, and nobody pulls the plug."""
    draft = draft_of("shutdown", a_guest())
    (step,) = draft.steps
    assert step.asks_guest
    assert step.params == {"timeout": "180"}
    assert "cuts power" not in kinds_of(draft)


def test_shutdown_of_a_vm_under_ha_says_that_it_ends_in_a_cut() -> None:
    """HA forces the stop of a VM after its time limit: people are told; a CT's it does not."""
    ct = replace(a_guest(CT), ha_state="started")
    assert {"ha managed"} == kinds_of(draft_of("shutdown", ct))
    draft = draft_of("shutdown", replace(a_guest(), ha_state="started"))
    assert {"cuts power", "ha managed"} == kinds_of(draft)
    assert "hastop" in draft.steps[0].task_types


def test_reboot_brings_what_waits_into_force() -> None:
    """Waiting keys are named, waiting memory is claimed; a fresh start is the proof."""
    draft = draft_of("reboot", a_guest(pending={"memory": "8192", "cpu": "host"}))
    assert [(c.resource, c.before, c.after) for c in draft.claims] == [("memory", 4096, 8192)]
    waiting = next(n for n in draft.notes if n.kind.value == "other pending")
    assert waiting.details["keys"] == ("cpu", "memory")
    assert draft.steps[0].expects[0].where is Where.FRESH_START


def test_stop_cuts_the_power() -> None:
    """A stop is final, says so, and needs a right of its own."""
    draft = draft_of("stop", a_guest())
    assert draft.changes[0].final
    (note,) = draft.notes
    assert (note.kind.value, note.details) == ("cuts power", {"guest": "db1"})
    assert OPERATIONS["stop"].right == "force"
