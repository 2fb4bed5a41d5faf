"""Every call that a plan can make is one that Proxmox's official API schema knows."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from bot.model.guest import GuestFacts, Kind, Snapshot
from bot.model.intent import Ask
from bot.model.plan import Draft, Step
from bot.operations import OPERATIONS
from tests.official import misfits
from tests.unit.operations.estate import a_guest, drafted, facts_of
from tests.unit.operations.random_guests import CASES, QUICK


def wrong(step: Step, kind: Kind) -> list[str]:
    """Return what the official API would not take of a step."""
    path = re.sub(r"^snapshot/[^/]+", "snapshot/{snapname}", step.path)
    sent = {**step.params, **({"digest": "0" * 40} if step.digest else {})}
    return misfits(step.method, f"/nodes/{{node}}/{kind.value}/{{vmid}}/{path}", sent)


@QUICK
@given(case=CASES)
def test_resources(case: tuple[Ask, GuestFacts]) -> None:
    """Whatever is asked of whatever guest, each call is one that the API takes."""
    ask, guest = case
    result = OPERATIONS["resources"].plan(ask, facts_of(guest))
    for step in result.steps if isinstance(result, Draft) else ():
        assert wrong(step, guest.ref.kind) == []


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "resources"])
def test_others(name: str, kind: Kind) -> None:
    """Power, snapshots and taking back use calls that the API has, for VMs and CTs alike."""
    words = {"name": "new" if name == "snapshot" else "old", "keys": "memory", "description": "x"}
    guest = replace(
        a_guest(kind, status="stopped" if name == "start" else "running"),
        pending={"memory": "8192"},
        snapshots=(Snapshot(name="old"),),
    )
    ask = Ask(operation=name, guest="db1", arguments=words)
    for step in drafted(OPERATIONS[name].plan(ask, facts_of(guest))).steps:
        assert wrong(step, kind) == []
