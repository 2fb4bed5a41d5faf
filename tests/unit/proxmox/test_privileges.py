"""The table of privileges against what plans ask for, and the commands that grant them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts, StorageKind
from bot.model.guest import GuestFacts, GuestRef, GuestSummary, Kind, Snapshot
from bot.model.intent import Ask
from bot.model.refusal import Reason, Refusal
from bot.operations import OPERATIONS
from bot.proxmox.privileges import (
    PRIVILEGES,
    gaps,
    grant_commands,
    mending_commands,
    names,
    role_commands,
    token_commands,
)
from tests.official import paths
from tests.unit.operations.estate import (
    GIB,
    RESTART,
    THIN,
    a_disk,
    a_guest,
    ask_for,
    drafted,
    facts_of,
    plus,
    to,
)

READS = {"VM.Audit"}
"""What every plan needs before anything else."""

NAMES = names()
TABLE = {(p.name, p.path) for p in PRIVILEGES}
ROOT = Rights(paths={"/": dict.fromkeys(NAMES, True)})


def asks() -> Iterator[tuple[Ask, GuestFacts]]:
    """Yield an ask of every operation and field, with a guest it fits."""
    vm = a_guest(config={"balloon": "1024", "cpulimit": "1"})
    ct = a_guest(Kind.CT)
    for amounts in ({"memory": to(8192)}, {"balloon": to(2048)}, {"cores": to(4)}):
        yield ask_for(RESTART, **amounts), vm
    yield ask_for(vcpus=to(1)), vm
    yield ask_for(cpulimit=to(200)), vm
    yield ask_for(disk=plus(GIB)), vm
    for amounts in ({"memory": to(8192)}, {"swap": to(1024)}, {"cores": to(4)}):
        yield ask_for(**amounts), ct
    yield ask_for(disk=plus(GIB)), ct
    waiting = a_guest(pending={"memory": "8192", "cores": "4"})
    yield Ask(operation="revert", guest="db1", arguments={"keys": "memory,cores"}), waiting
    snapshot = Snapshot(name="old", taken_at=1)
    kept = replace(a_guest(disks=(a_disk(),)), snapshots=(snapshot,))
    for name in ("rollback", "delsnapshot"):
        yield Ask(operation=name, guest="db1", arguments={"name": "old"}), kept
    yield Ask(operation="snapshot", guest="db1", arguments={"name": "new"}), a_guest()
    yield Ask(operation="start", guest="db1"), a_guest(status="stopped")
    for name in ("shutdown", "reboot", "stop"):
        yield Ask(operation=name, guest="db1"), a_guest()


def asked_for(ask: Ask, guest: GuestFacts) -> set[tuple[str, str]]:
    """Return the privileges a plan asks for, one after the other, starting with no rights at all."""
    granted: dict[str, dict[str, bool]] = {}
    plan = OPERATIONS[ask.operation].plan
    while isinstance(result := plan(ask, facts_of(guest, rights=Rights(paths=granted))), Refusal):
        assert result.reason is Reason.MISSING_PRIVILEGE, result
        path, name = str(result.details["path"]), str(result.details["privilege"])
        if name == "VM.Snapshot.Rollback":
            name = "VM.Snapshot"  # either allows a rollback; the table asks for the wider one
        granted.setdefault(path, {})[name] = True
    drafted(result)
    return {(name, f"/{path.split('/')[1]}") for path, held in granted.items() for name in held}


def test_the_table_says_what_each_operation_asks_for() -> None:
    """Not one privilege less, and none that no plan asks for."""
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in OPERATIONS}
    for ask, guest in asks():
        found[ask.operation] |= asked_for(ask, guest)
    for name, needed in found.items():
        listed = {(p.name, p.path) for p in PRIVILEGES if name in p.operations}
        assert listed | {("VM.Audit", "/vms")} == needed, name


def test_what_no_operation_asks_for_is_read_with() -> None:
    """These are the audit privileges; a growing disk needs space, which is a plan's."""
    assert all(p.name.endswith(".Audit") for p in PRIVILEGES if not p.operations)


def test_the_names_are_the_same_in_8_and_9() -> None:
    """Neither VM.Monitor (8 alone) nor VM.GuestAgent.* (9 alone) is asked for: one role serves both."""
    assert [n for n in NAMES if n == "VM.Monitor" or n.startswith("VM.GuestAgent")] == []


def picture(*vmids: int) -> ClusterPicture:
    """Return a cluster of one node and one storage with these guests."""
    guests = tuple(
        GuestSummary(
            ref=GuestRef(cluster="home", kind=Kind.CT, vmid=vmid),
            name=f"ct{vmid}",
            node="pve1",
            status="running",
        )
        for vmid in vmids
    )
    return ClusterPicture(
        cluster="home",
        read_at=0,
        quorate=True,
        nodes=(NodeFacts(name="pve1", online=True),),
        guests=guests,
        storages=(THIN,),
    )


def test_everything_on_the_root_leaves_no_gap() -> None:
    """Rights are inherited downwards."""
    assert gaps(ROOT, picture(100, 101)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_privilege_is_a_gap_wherever_it_is_needed(name: str) -> None:
    """Sys.Audit is needed on the nodes and on the root: two gaps."""
    held = dict.fromkeys((n for n in NAMES if n != name), True)
    found = gaps(Rights(paths={"/": held}), picture(100))
    assert {(p.name, p.path) for p in PRIVILEGES if p.name == name} == {
        (g.privilege.name, g.privilege.path) for g in found
    }
    assert all(gap.everywhere for gap in found)


def test_a_token_for_one_pool_lacks_the_others_guests() -> None:
    """What is granted on some guests only is not missing everywhere."""
    rest = dict.fromkeys((n for n in NAMES if n != "VM.Snapshot"), True)
    rights = Rights(paths={"/": rest, "/vms/100": {**rest, "VM.Snapshot": True}})
    (gap,) = gaps(rights, picture(100, 101))
    assert (
        gap.privilege.name,
        gap.everywhere,
        gap.places,
        gap.of,
    ) == ("VM.Snapshot", False, ("/vms/101",), 2)


def test_guests_that_cannot_be_seen_leave_a_gap_too() -> None:
    """VM.Audit on all guests in sight proves nothing about the others."""
    rest: Mapping[str, bool] = dict.fromkeys((n for n in NAMES if n != "VM.Audit"), True)
    rights = Rights(paths={"/": rest, "/vms/100": {**rest, "VM.Audit": True}})
    (gap,) = gaps(rights, picture(100))
    assert (gap.privilege.name, gap.everywhere, gap.places, gap.of) == ("VM.Audit", False, (), 1)


def test_a_storage_below_counts() -> None:
    """Space on the one storage that holds disks is enough for it, and the other is named."""
    rest = dict.fromkeys((n for n in NAMES if n != "Datastore.AllocateSpace"), True)
    space = {**rest, "Datastore.AllocateSpace": True}
    other = StorageFacts(name="nas", node="pve1", kind=StorageKind.FILES, shared=True, active=True)
    rights = Rights(paths={"/": rest, "/storage/local-lvm": space})
    (gap,) = gaps(rights, replace(picture(100), storages=(THIN, other)))
    assert gap.places == ("/storage/nas",)


def test_the_commands_grant_the_table_to_user_and_token() -> None:
    """Both, for a token with privilege separation has what both have; the shell sees no `!`."""
    (role,) = role_commands()
    assert f'pveum role add Headroom --privs "{" ".join(NAMES)}"' == role
    assert "pveum acl modify / --users a@pve --roles Headroom" in grant_commands("a@pve", "b")
    assert "pveum acl modify / --tokens 'a@pve!b' --roles Headroom" in grant_commands("a@pve", "b")
    assert mending_commands("a@pve", "b")[0].startswith("pveum role modify Headroom --privs")


def test_the_commands_use_parameters_there_are() -> None:
    """`pveum` takes the API's parameters as options."""
    api = {
        "role add": paths()["/access/roles"]["POST"],
        "acl modify": paths()["/access/acl"]["PUT"],
        "user add": paths()["/access/users"]["POST"],
        "user token add": paths()["/access/users/{userid}/token/{tokenid}"]["POST"],
    }
    lines = (*role_commands(), *token_commands("a@pve", "b"), *grant_commands("a@pve", "b"))
    for line in lines:
        (known,) = (p for verb, p in api.items() if line.startswith(f"pveum {verb} "))
        options = {word[2:] for word in line.split() if word.startswith("--")}
        assert options <= known["parameters"]["properties"].keys(), line
