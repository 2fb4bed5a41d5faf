"""What keeps a request from beginning: a person's pause, an incident's hold on its node."""

import pytest

from bot.model.pause import Hold, Pause, against, in_force
from tests.unit.redis_store.samples import AT, BOB


def hold(node: str, incident: str) -> Hold:
    """Return a node that an incident holds."""
    return Hold(node=node, incident=incident, handle=f"I-{incident}", at=AT, why="full")


HELD = Pause(cluster="home", holds=(hold("pve1", "a"), hold("pve2", "b"), hold("pve1", "b")))
PAUSED = Pause(cluster="", stands=True, by=BOB, at=AT, why="no quorum")


@pytest.mark.parametrize(
    ("node", "incident", "by"),
    [
        ("pve1", "", ["a", "b"]),
        ("pve1", "c", ["a", "b"]),
        ("pve1", "a", []),
        ("pve1", "b", []),
        ("pve2", "a", ["b"]),
        ("pve3", "", []),
    ],
)
def test_only_an_incident_that_holds_the_node_goes_first(
    node: str, incident: str, by: list[str]
) -> None:
    """Of two that hold it neither keeps the other back; other nodes are free."""
    found = against((Pause(), HELD), node, incident)
    assert [h.incident for pause in found for h in pause.holds] == by
    assert len(found) == bool(by)


def test_a_persons_pause_keeps_incidents_back_too() -> None:
    """Whoever paused said so for everybody."""
    assert against((PAUSED, HELD), "pve1", "a") == (PAUSED,)
    assert in_force((PAUSED, HELD, Pause())) == (PAUSED, HELD)
