"""What a request for resources is refused for, and with which figures."""

from dataclasses import replace

import pytest

from bot.model.estate import Rights
from bot.model.guest import GuestFacts, Kind
from bot.model.intent import Amount, How
from bot.model.refusal import Quantity, Reason
from bot.operations import OPERATIONS
from tests.unit.operations.estate import (
    ALL_RIGHTS,
    GIB,
    HOT,
    NODE,
    RESTART,
    a_disk,
    a_guest,
    ask_for,
    drafted,
    facts_of,
    minus,
    planned,
    plus,
    refused,
    to,
    why_not,
    with_used,
)

CT = Kind.CT
TWO_DISKS = (a_disk("scsi0"), a_disk("scsi1"), a_disk("ide2", why="cdrom"))
PERCENT = Amount(how=How.PERCENT, amount=-100)

REFUSED: list[tuple[GuestFacts, dict[str, Amount], Reason]] = [
    (replace(a_guest(), template=True), {"memory": to(8192)}, Reason.TEMPLATE),
    (a_guest(status="unknown"), {"memory": to(8192)}, Reason.GUEST_STATE_UNKNOWN),
    (a_guest(config={"memory": "lots"}), {"memory": to(8192)}, Reason.GUEST_STATE_UNKNOWN),
    (a_guest(), {}, Reason.NOTHING_ASKED),
    (a_guest(), {"memory": to(4096)}, Reason.ALREADY_SO),
    (a_guest(), {"cores": plus(0)}, Reason.ALREADY_SO),
    (a_guest(), {"vcpus": to(2)}, Reason.ALREADY_SO),
    (a_guest(), {"scsi0": to(32 * GIB)}, Reason.ALREADY_SO),
    (a_guest(pending={"memory": "8192"}), {"memory": to(8192)}, Reason.ALREADY_SO),
    (a_guest(), {"memory": to(15)}, Reason.BELOW_MINIMUM),
    (a_guest(), {"memory": minus(5000)}, Reason.BELOW_MINIMUM),
    (a_guest(config=HOT), {"memory": to(1023)}, Reason.BELOW_MINIMUM),
    (a_guest(CT), {"memory": to(0)}, Reason.BELOW_MINIMUM),
    (a_guest(), {"cores": to(0)}, Reason.BELOW_MINIMUM),
    (a_guest(config={"cpulimit": "2"}), {"cpulimit": minus(200)}, Reason.BELOW_MINIMUM),
    (a_guest(config={"balloon": "1024"}), {"balloon": PERCENT}, Reason.BELOW_MINIMUM),
    (a_guest(config=HOT), {"memory": to(10**9)}, Reason.ABOVE_MAXIMUM),
    (a_guest(), {"cpulimit": to(12_801)}, Reason.ABOVE_MAXIMUM),
    (a_guest(CT), {"cpulimit": to(819_201)}, Reason.ABOVE_MAXIMUM),
    (a_guest(CT), {"cores": to(8193)}, Reason.ABOVE_MAXIMUM),
    (a_guest(), {"cores": to(17)}, Reason.ABOVE_MAXIMUM),
    (a_guest(config={"sockets": "2"}), {"cores": to(9)}, Reason.ABOVE_MAXIMUM),
    (a_guest(pending={"sockets": "4"}), {"cores": to(5)}, Reason.ABOVE_MAXIMUM),
    (a_guest(), {"scsi0": to(31 * GIB)}, Reason.SHRINK_DISK),
    (a_guest(), {"disk": minus(GIB)}, Reason.SHRINK_DISK),
    (a_guest(), {"scsi5": plus(GIB)}, Reason.NO_SUCH_DISK),
    (a_guest(disks=()), {"disk": plus(GIB)}, Reason.NO_SUCH_DISK),
    (a_guest(disks=TWO_DISKS), {"disk": plus(GIB)}, Reason.WHICH_DISK),
    (a_guest(disks=TWO_DISKS), {"ide2": plus(GIB)}, Reason.DISK_CANNOT_GROW),
    (a_guest(), {"disk": plus(GIB), "scsi0": plus(GIB)}, Reason.BAD_AMOUNT),
    (a_guest(), {"balloon": to(4097)}, Reason.BALLOON_OVER_MEMORY),
    (a_guest(config={"balloon": "2048"}), {"memory": to(2047)}, Reason.BALLOON_OVER_MEMORY),
    (a_guest(pending={"memory": "2048"}), {"balloon": to(3000)}, Reason.BALLOON_OVER_MEMORY),
    (a_guest(), {"vcpus": to(3)}, Reason.VCPUS_OVER_CORES),
    (a_guest(config={"vcpus": "2"}), {"cores": to(1)}, Reason.VCPUS_OVER_CORES),
    (a_guest(config=HOT), {"cores": to(8), "vcpus": to(6)}, Reason.VCPUS_OVER_CORES),
    (a_guest(pending={"memory": "8192"}), {"memory": to(6144)}, Reason.PENDING_BY_OTHERS),
    (a_guest(pending={"memory": "8192"}), {"memory": to(4096)}, Reason.PENDING_BY_OTHERS),
    (a_guest(pending={"cores": None}), {"cores": to(4)}, Reason.PENDING_BY_OTHERS),
    (a_guest(pending={"scsi0": "x:y"}), {"scsi0": plus(GIB)}, Reason.PENDING_BY_OTHERS),
    (a_guest(), {"swap": to(512)}, Reason.FIELD_NOT_FOR_KIND),
    (a_guest(CT), {"vcpus": to(2)}, Reason.FIELD_NOT_FOR_KIND),
    (a_guest(CT), {"scsi0": plus(GIB)}, Reason.FIELD_NOT_FOR_KIND),
    (a_guest(), {"rootfs": plus(GIB)}, Reason.FIELD_NOT_FOR_KIND),
    (a_guest(), {"sockets": to(2)}, Reason.UNKNOWN_FIELD),
    (a_guest(), {"unused0": plus(GIB)}, Reason.UNKNOWN_FIELD),
    (a_guest(), {"balloon": plus(512)}, Reason.BAD_AMOUNT),
    (a_guest(), {"cpulimit": plus(100)}, Reason.BAD_AMOUNT),
    (with_used(a_guest(CT), 2000), {"memory": to(2199)}, Reason.MEMORY_BELOW_USE),
]


@pytest.mark.parametrize(("guest", "amounts", "reason"), REFUSED)
def test_refusal(guest: GuestFacts, amounts: dict[str, Amount], reason: Reason) -> None:
    """Each ask that cannot be, or must not be, has its own reason."""
    assert reason is refused(guest, **amounts).reason


def test_guest_of_a_silent_node_is_not_planned() -> None:
    """With the node offline the guest's state is not known, whatever was read before."""
    facts = facts_of(a_guest(), node=replace(NODE, online=False))
    result = OPERATIONS["resources"].plan(ask_for(memory=to(8192)), facts)
    assert why_not(result) is Reason.GUEST_STATE_UNKNOWN


def test_waiting_value_is_shown() -> None:
    """Somebody's waiting value is named with the one in force, in base units."""
    details = refused(a_guest(pending={"memory": "8192"}), memory=to(6144)).details
    assert Quantity(amount=8192, unit="MiB") == details["waiting"]
    assert Quantity(amount=4096, unit="MiB") == details["in_force"]


def test_below_use_names_the_floor() -> None:
    """A CT keeps ten percent above what it uses; exactly that much passes."""
    guest = with_used(a_guest(CT), 2000)
    floor = refused(guest, memory=to(2199)).details["floor"]
    assert Quantity(amount=2200, unit="MiB") == floor
    assert planned(guest, memory=to(2200)).changes[0].after == 2200


def test_use_does_not_bind_a_stopped_ct() -> None:
    """A CT that is down kills nothing inside."""
    guest = with_used(a_guest(CT, status="stopped"), 2000)
    assert planned(guest, memory=to(1024)).changes[0].after == 1024


def test_so_already_is_left_out_beside_a_change() -> None:
    """Of two fields, one already so, the other is planned."""
    draft = planned(a_guest(), memory=to(4096), cores=to(4))
    assert [c.field for c in draft.changes] == ["cores"]


def test_more_cores_than_the_node_may_go_down() -> None:
    """A hard limit refuses only what makes things worse."""
    assert planned(a_guest(config={"cores": "64"}), cores=to(32)).changes[0].after == 32


def test_rounding_to_what_is_so_says_the_step() -> None:
    """An ask below the next module changes nothing, and the next step is named."""
    details = refused(a_guest(config=HOT), memory=to(4300)).details
    assert Quantity(amount=4096, unit="MiB") == details["value"]
    assert Quantity(amount=512, unit="MiB") == details["step"]


@pytest.mark.parametrize(
    ("amounts", "privilege", "path"),
    [
        ({"memory": to(8192)}, "VM.Config.Memory", "/vms/100"),
        ({"balloon": to(1024)}, "VM.Config.Memory", "/vms/100"),
        ({"cores": to(4)}, "VM.Config.CPU", "/vms/100"),
        ({"cpulimit": to(100)}, "VM.Config.CPU", "/vms/100"),
        ({"disk": plus(GIB)}, "VM.Config.Disk", "/vms/100"),
        ({"disk": plus(GIB)}, "Datastore.AllocateSpace", "/storage/local-lvm"),
        ({"memory": to(8192)}, "VM.PowerMgmt", "/vms/100"),
        ({"memory": to(8192)}, "VM.Audit", "/vms/100"),
    ],
)
def test_missing_privilege(amounts: dict[str, Amount], privilege: str, path: str) -> None:
    """A privilege that our token lacks is named with its path, before anybody is asked."""
    held = {k: v for k, v in ALL_RIGHTS.paths["/"].items() if k != privilege}
    facts = facts_of(a_guest(), rights=Rights(paths={"/": held}))
    result = OPERATIONS["resources"].plan(ask_for(RESTART, **amounts), facts)
    assert why_not(result) is Reason.MISSING_PRIVILEGE
    assert {"privilege": privilege, "path": path} == getattr(result, "details", None)


def test_no_more_rights_than_needed() -> None:
    """Memory that waits needs no right to restart."""
    held = dict.fromkeys(("VM.Audit", "VM.Config.Memory"), True)
    facts = facts_of(a_guest(), rights=Rights(paths={"/vms/100": held}))
    draft = drafted(OPERATIONS["resources"].plan(ask_for(memory=to(8192)), facts))
    assert draft.changes[0].after == 8192


def test_lock_and_protection_do_not_refuse() -> None:
    """A lock is waited for; protection does not forbid a change of the config."""
    guest = replace(a_guest(), lock="backup", protection=True)
    kinds = {n.kind.value for n in planned(guest, memory=to(8192)).notes}
    assert {"locked", "protected"} <= kinds


@pytest.mark.parametrize(
    ("guest", "reason"),
    [
        (a_guest(status="paused"), Reason.RESTART_NEEDS_RUNNING),
        (replace(a_guest(), ha_state="error"), Reason.HA_ERROR),
    ],
)
def test_restart_that_cannot_be(guest: GuestFacts, reason: Reason) -> None:
    """A paused guest, or one that HA gave up, cannot be asked to shut down."""
    assert reason is refused(guest, RESTART, memory=to(8192)).reason


def test_so_already_tells_waiting_from_in_force() -> None:
    """A value that only waits is said with the one still in force."""
    waits = refused(a_guest(pending={"memory": "8192"}), memory=to(8192)).details
    assert Quantity(amount=4096, unit="MiB") == waits["in_force"]
    assert "in_force" not in refused(a_guest(), memory=to(4096)).details
