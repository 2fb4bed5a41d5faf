"""The picture of the state machine shows the whole table."""

from bot.model.diagram import mermaid, words
from bot.model.edges import EDGES
from bot.model.events import WithdrawVote
from bot.model.request import State


def test_every_edge_is_drawn_with_its_event() -> None:
    """Each edge is one line that names every event that takes it."""
    lines = mermaid().splitlines()
    for event, edges in EDGES.items():
        for source, target in edges:
            head = f"    {source.value} --> {target.value}: "
            (line,) = [text for text in lines if text.startswith(head)]
            assert words(event) in line.removeprefix(head).split(", ")


def test_nothing_else_is_drawn() -> None:
    """There are as many arrows as pairs of states, beginnings and ends."""
    pairs = {edge for edges in EDGES.values() for edge in edges}
    ends = [state for state in State if state.final]
    assert len(pairs) + 2 + len(ends) == mermaid().count("-->")


def test_every_state_is_reached_and_ends_are_marked() -> None:
    """Each state has an arrow into it; only final ones lead out of the picture."""
    text = mermaid()
    assert all(f"--> {state.value}: " in text for state in State)
    assert {f"{s.value} --> [*]" for s in State if s.final} == {
        line.strip() for line in text.splitlines() if line.endswith("[*]")
    }


def test_events_are_named_in_words() -> None:
    """A name of two words reads as two."""
    assert words(WithdrawVote) == "withdraw vote"
