"""The same guest, or another one under the same vmid; and which rights hold where."""

import pytest

from bot.model.estate import Rights
from bot.model.guest import Identity

UUID, OTHER_UUID = Identity(uuid="a"), Identity(uuid="b")
CT = Identity(macs=("m1",), root="local:vm-1")
SAME = [
    (UUID, UUID),
    (Identity(uuid="a", created="1"), Identity(uuid="a", created="2")),
    (Identity(created="1"), Identity(created="1")),
    (CT, CT),
]
ANOTHER = [
    (UUID, OTHER_UUID),
    (UUID, Identity()),
    (Identity(), UUID),
    (UUID, Identity(created="1")),
    (Identity(created="1"), Identity(created="2")),
    (CT, Identity(macs=("m2",), root="local:vm-1")),
    (CT, Identity(macs=("m1",), root="local:vm-2")),
    (CT, Identity()),
    (Identity(), Identity()),
    (Identity(macs=("m1",)), Identity(macs=("m1",))),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_guest(one: Identity, other: Identity) -> None:
    """The strongest mark that either has decides."""
    assert one.same_guest(other)
    assert other.same_guest(one)


@pytest.mark.parametrize(("one", "other"), ANOTHER)
def test_not_provably_the_same(one: Identity, other: Identity) -> None:
    """Another mark, or nothing to compare: not the same, as far as anybody can prove."""
    assert not one.same_guest(other)
    assert not other.same_guest(one)


RIGHTS = Rights(
    paths={
        "/": {"VM.Audit": True, "Sys.Audit": False},
        "/vms/104": {"VM.Config.Memory": True},
        "/storage": {"Datastore.Audit": True},
    }
)


@pytest.mark.parametrize(
    ("path", "privilege", "holds"),
    [
        ("/vms/105", "VM.Audit", True),
        ("/vms", "VM.Audit", True),
        ("/", "VM.Audit", True),
        ("/", "Sys.Audit", True),
        ("/nodes/pve1", "Sys.Audit", False),
        ("/vms/104", "VM.Config.Memory", True),
        ("/vms/105", "VM.Config.Memory", False),
        ("/vms/104", "VM.Audit", False),
        ("/storage/local", "Datastore.Audit", True),
        ("/storage/local", "Datastore.AllocateSpace", False),
    ],
)
def test_a_privilege_holds(path: str, privilege: str, holds: bool) -> None:  # noqa: FBT001 - a table's column
    """The nearest path with an entry decides; what does not propagate holds only there."""
    assert holds is RIGHTS.holds(path, privilege)


def test_without_any_entry_nothing_holds() -> None:
    """A fresh token can do nothing."""
    assert not Rights(paths={}).holds("/vms/104", "VM.Audit")
