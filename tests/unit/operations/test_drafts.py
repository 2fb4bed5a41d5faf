"""Steps, claims and notes of a request for resources."""

from dataclasses import replace

import pytest

from bot.model.guest import GuestFacts, Kind, Snapshot
from bot.model.intent import Amount, How
from bot.model.plan import Draft, Expect, Where
from bot.model.refusal import Quantity
from bot.operations import OPERATIONS
from bot.operations.resources.disk import size_text
from tests.unit.operations.estate import (
    GIB,
    HOT,
    RESTART,
    a_disk,
    a_guest,
    ask_for,
    drafted,
    facts_of,
    kinds_of,
    minus,
    planned,
    plus,
    to,
)

CT = Kind.CT


def in_order(draft: Draft) -> list[str]:
    """Return the steps' names."""
    return [step.name for step in draft.steps]


def test_one_call_writes_all_config_values() -> None:
    """Config values of a VM go together, as text, in one task with a fresh digest."""
    draft = planned(a_guest(), memory=to(8192), cores=to(4), cpulimit=to(150), balloon=to(1024))
    (step,) = draft.steps
    sent = {"memory": "8192", "balloon": "1024", "cores": "4", "cpulimit": "1.5"}
    assert (step.method, step.path, dict(step.params)) == ("POST", "config", sent)
    assert step.digest
    assert step.leaves_task
    assert tuple(sent) == step.revert


def test_expectations_tell_waiting_from_live() -> None:
    """What waits is expected to be accepted, what is live to be in force."""
    (step,) = planned(a_guest(), memory=to(8192), cpulimit=to(50)).steps
    assert step.expects == (
        Expect(where=Where.ACCEPTED, key="memory", value="8192"),
        Expect(where=Where.IN_FORCE, key="cpulimit", value="0.5"),
    )


def test_config_rests_on_what_decided_it() -> None:
    """The step names the values in force it was planned from, and what decides the effect."""
    (step,) = planned(a_guest(config={"balloon": "1024"}), memory=to(8192)).steps
    assert step.rests_on == {
        "memory": "4096",
        "hotplug": None,
        "numa": None,
        "balloon": "1024",
    }


def test_ct_config_leaves_no_task() -> None:
    """A CT has PUT only; it answers at once and has nothing to revert."""
    (step,) = planned(a_guest(CT), memory=to(8192), swap=to(0)).steps
    assert (step.method, step.leaves_task, step.revert) == ("PUT", False, ())


def test_restart_follows_the_config_and_proves_it() -> None:
    """Write, ask to shut down, start; then the value is in force."""
    draft = planned(a_guest(), RESTART, memory=to(8192), cpulimit=to(100))
    assert in_order(draft) == ["config", "shutdown", "start"]
    _, shutdown, start = draft.steps
    assert shutdown.params == {"timeout": "180"}
    assert shutdown.asks_guest
    assert start.expects == (
        Expect(where=Where.STATUS, key="status", value="running"),
        Expect(where=Where.IN_FORCE, key="memory", value="8192"),
    )


def test_ha_guest_is_rebooted_not_shut_down() -> None:
    """HA's own shutdown would cut the power in the end, so a restart goes by reboot."""
    draft = planned(replace(a_guest(), ha_state="started"), RESTART, memory=to(8192))
    assert in_order(draft) == ["config", "reboot"]


def test_no_restart_where_nothing_waits() -> None:
    """A restart that was allowed is left out when all is live."""
    assert in_order(planned(a_guest(config=HOT), RESTART, memory=to(8192))) == ["config"]
    assert in_order(planned(a_guest(CT), RESTART, cores=to(4))) == ["config"]


def test_disks_come_last() -> None:
    """What cannot be taken back comes after all else."""
    draft = planned(a_guest(), RESTART, scsi0=plus(GIB), memory=to(8192))
    assert in_order(draft) == ["config", "shutdown", "start", "resize scsi0"]


def test_only_a_disk() -> None:
    """A disk alone is one call with an absolute size."""
    (step,) = planned(a_guest(), disk=plus(20 * GIB)).steps
    assert (step.method, step.path) == ("PUT", "resize")
    assert step.params == {"disk": "scsi0", "size": "52G"}
    assert step.expects == (Expect(where=Where.DISK, key="scsi0", value=52 * GIB),)
    assert step.no_undo
    assert not step.revert


def test_disk_by_percent_is_whole_mib() -> None:
    """An odd result is rounded down to what a storage allocates, never above the ask."""
    third = Amount(how=How.PERCENT, amount=33)
    (change,) = planned(a_guest(disks=(a_disk(gib=1),)), disk=third).changes
    assert change.after == 1361 * 1024**2


@pytest.mark.parametrize(
    ("size", "text"),
    [(20 * GIB, "20G"), (4608 * 1024**2, "4608M"), (1536, "1536"), (512 * 1024, "512K")],
)
def test_size_text(size: int, text: str) -> None:
    """A size is said exactly, in the largest unit that divides it."""
    assert text == size_text(size)


def claims_of(draft: Draft) -> list[tuple[str, str, int, int]]:
    """Return the claims as tuples."""
    return [(c.place, c.resource, c.before, c.after) for c in draft.claims]


@pytest.mark.parametrize(
    ("guest", "amounts", "claims"),
    [
        (a_guest(), {"memory": plus(4096)}, [("node/pve1", "memory", 4096, 8192)]),
        (a_guest(CT), {"memory": minus(2048)}, [("node/pve1", "memory", 4096, 2048)]),
        (a_guest(config={"sockets": "2"}), {"cores": to(4)}, [("node/pve1", "cores", 4, 8)]),
        (a_guest(config={"vcpus": "1"}), {"vcpus": to(2)}, [("node/pve1", "cores", 1, 2)]),
        (a_guest(config={"vcpus": "2"}), {"cores": to(8)}, []),
        (a_guest(), {"cpulimit": to(100)}, []),
        (a_guest(CT), {"swap": to(1024)}, []),
        (a_guest(), {"disk": plus(GIB)}, [("node/pve1", "storage:local-lvm", 0, GIB)]),
        (
            a_guest(disks=(a_disk(storage="ceph"), a_disk("scsi1", storage="ceph"))),
            {"scsi0": plus(GIB), "scsi1": plus(2 * GIB)},
            [("storage/ceph", "storage:ceph", 0, 3 * GIB)],
        ),
    ],
)
def test_claims(
    guest: GuestFacts, amounts: dict[str, Amount], claims: list[tuple[str, str, int, int]]
) -> None:
    """A plan claims what the configuration promises more or less, and what disks grow by."""
    assert claims == claims_of(planned(guest, **amounts))


def test_restart_claims_what_else_waits() -> None:
    """A restart brings somebody's waiting memory into force too: claimed, and said."""
    draft = planned(a_guest(pending={"memory": "8192"}), RESTART, cores=to(4))
    assert ("node/pve1", "memory", 4096, 8192) in claims_of(draft)
    assert {"other pending", "restarts"} <= kinds_of(draft)


def test_rounded_to_the_grid() -> None:
    """A target off the grid is rounded down and said so."""
    draft = planned(a_guest(config=HOT), memory=to(4700))
    assert draft.changes[0].after == 4608
    note = next(n for n in draft.notes if n.kind.value == "rounded to grid")
    assert Quantity(amount=4700, unit="MiB") == note.details["asked"]
    assert Quantity(amount=4608, unit="MiB") == note.details["given"]


@pytest.mark.parametrize(
    ("guest", "amounts", "kinds"),
    [
        (a_guest(config={**HOT, "vcpus": "1"}), {"cores": to(4)}, {"gentle vcpus"}),
        (a_guest(config={"cpulimit": "1"}), {"cores": to(4)}, {"gentle cpulimit"}),
        (a_guest(), {"cores": to(1)}, {"gentle cpulimit"}),
        (a_guest(), {"cores": to(4)}, set()),
        (a_guest(), {"memory": to(2048)}, {"gentle balloon"}),
        (a_guest(config={"balloon": "0"}), {"memory": to(2048)}, set()),
        (a_guest(config={"balloon": "1024"}), {"memory": to(8192)}, {"balloon stays"}),
        (
            a_guest(config={"balloon": "1024"}),
            {"memory": to(8192), "balloon": to(2048)},
            {"balloon minimum"},
        ),
        (a_guest(config=HOT), {"memory": to(2048)}, {"unplug may fail", "gentle balloon"}),
        (a_guest(CT), {"memory": to(2048)}, {"lowering reclaims"}),
        (a_guest(CT), {"cores": to(4)}, {"ct pinned soon"}),
        (a_guest(CT, status="stopped"), {"cores": to(4), "memory": to(64)}, set()),
        (a_guest(), {"disk": plus(GIB)}, {"guest must grow", "no backup"}),
        (a_guest(CT), {"disk": plus(GIB)}, {"fs grows", "no backup"}),
        (a_guest(status="stopped", config={"onboot": "1"}), {"cores": to(4)}, {"starts at boot"}),
    ],
)
def test_notes(guest: GuestFacts, amounts: dict[str, Amount], kinds: set[str]) -> None:
    """People are told what else they should know, and nothing that does not apply."""
    assert kinds == kinds_of(planned(guest, **amounts))


def test_notes_of_the_guest() -> None:
    """HA, our own container, the last backup and snapshots are named."""
    guest = replace(
        a_guest(), ha_state="started", snapshots=(Snapshot(name="one"), Snapshot(name="two"))
    )
    facts = facts_of(guest, last_backup=1_700_000_000, own_vmids=frozenset({100}))
    draft = drafted(OPERATIONS["resources"].plan(ask_for(disk=plus(GIB)), facts))
    expected = {"ha managed", "own container", "last backup", "snapshots", "guest must grow"}
    assert expected == kinds_of(draft)


@pytest.mark.parametrize(
    ("kind", "config", "field", "target", "less"),
    [
        (Kind.VM, {}, "memory", 2048, True),
        (Kind.VM, {}, "memory", 8192, False),
        (CT, {}, "cpulimit", 100, True),
        (CT, {"cpulimit": "1"}, "cpulimit", 0, False),
        (CT, {"cpulimit": "1"}, "cpulimit", 50, True),
        (Kind.VM, {"balloon": "1024"}, "balloon", 0, False),
        (Kind.VM, {"balloon": "0"}, "balloon", 1024, True),
    ],
)
def test_less(kind: Kind, config: dict[str, str], field: str, target: int, *, less: bool) -> None:
    """The word `less` says that the guest gets less; no limit and no balloon are the most."""
    amounts: dict[str, Amount] = {field: to(target)}
    (change,) = planned(a_guest(kind, config=config), **amounts).changes
    assert less is ("less" in change.words)


def test_no_limit_has_no_difference_in_numbers() -> None:
    """From one core to no limit is no decrease by a core."""
    (change,) = planned(a_guest(config={"cpulimit": "1"}), cpulimit=to(0)).changes
    assert change.delta is None


def test_our_waiting_value_can_be_restarted_for() -> None:
    """What waits already is planned again when a restart is asked for."""
    draft = planned(a_guest(pending={"memory": "8192"}), RESTART, memory=to(8192))
    assert in_order(draft) == ["config", "shutdown", "start"]


def test_ask_is_made_absolute() -> None:
    """An increase is kept as the value it leads to, the only disk by its slot; what is so is left."""
    draft = planned(a_guest(), memory=plus(4096), disk=plus(GIB), cores=to(2))
    assert draft.ask is not None
    absolute = {name: (a.how, a.amount) for name, a in draft.ask.amounts.items()}
    assert absolute == {"memory": (How.SET, 8192), "scsi0": (How.SET, 33 * GIB)}


def test_vcpus_are_set_beside_new_cores() -> None:
    """As many vcpus as there are cores now is no change, unless the cores change with it."""
    draft = planned(a_guest(), cores=to(4), vcpus=to(2))
    assert draft.steps[0].params == {"cores": "4", "vcpus": "2"}
    assert [c.before for c in draft.changes if c.field == "vcpus"] == [None]
