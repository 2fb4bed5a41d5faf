"""The state machine as a picture: Mermaid text from the table of edges."""

import re

from bot.model.edges import EDGES
from bot.model.request import State

BORN = (State.PENDING, State.APPROVED)
"""A request begins here; APPROVED where the rules ask for nobody."""


def words(event: type) -> str:
    """Return an event's name in words: `WithdrawVote` → `withdraw vote`."""
    return " ".join(re.findall("[A-Z][a-z]+", event.__name__)).lower()


def mermaid() -> str:
    """Return the states and every edge between them, each pair with its events, as Mermaid."""
    labels: dict[tuple[State, State], list[str]] = {}
    for event, edges in EDGES.items():
        for edge in edges:
            labels.setdefault(edge, []).append(words(event))
    order = list(State)
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {state.value}: submit" for state in BORN]
    for source, target in sorted(labels, key=lambda e: (order.index(e[0]), order.index(e[1]))):
        lines.append(f"    {source.value} --> {target.value}: {', '.join(labels[source, target])}")
    lines += [f"    {state.value} --> [*]" for state in State if state.final]
    return "\n".join(lines) + "\n"
