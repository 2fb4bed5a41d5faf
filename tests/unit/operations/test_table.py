"""The table itself: what every operation declares, and that it declares what it uses."""

import pytest

from bot.model.guest import Kind
from bot.model.operation import Operation
from bot.operations import OPERATIONS

RIGHTS = {"request", "power", "force", "snapshot", "rollback"}


def test_order_and_names() -> None:
    """Operations stand by name, in the order that help shows them."""
    expected = "resources start shutdown reboot stop snapshot rollback delsnapshot revert"
    assert expected.split() == list(OPERATIONS)
    assert all(name == operation.name for name, operation in OPERATIONS.items())


def test_verbs() -> None:
    """Verbs are unique; only what is internal has none."""
    verbs = [o.verb for o in OPERATIONS.values() if o.verb]
    assert len(verbs) == len(set(verbs))
    assert [o.name for o in OPERATIONS.values() if not o.verb] == ["revert"]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_declared(operation: Operation) -> None:
    """Each has a known right, words and a sentence of help."""
    assert operation.right in RIGHTS
    assert operation.words
    assert operation.help


def test_fields_are_named_once() -> None:
    """Each field stands once, and both kinds of guest have memory, cores, cpulimit and disk."""
    names = [f.name for f in OPERATIONS["resources"].fields]
    assert len(names) == len(set(names))
    for kind in Kind:
        own = {f.name for f in OPERATIONS["resources"].fields if kind in f.kinds}
        assert {"memory", "cores", "cpulimit", "disk"} <= own


def test_final_fields_are_the_disks() -> None:
    """Backups and snapshots are read only for what cannot be taken back: disks."""
    for field in OPERATIONS["resources"].fields:
        assert (field.unit.value == "bytes") is field.final
