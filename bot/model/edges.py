"""Every edge there is between the states of a change request, as data."""

from bot.model.events import (
    AcceptOffer,
    Approve,
    BreakGlass,
    Cancel,
    Claim,
    Deny,
    Edit,
    Expire,
    Find,
    Finish,
    Journal,
    Lose,
    MakeOffer,
    Replan,
    Resolve,
    WithdrawVote,
)
from bot.model.request import State

EDGES: dict[type, frozenset[tuple[State, State]]] = {
    Approve: frozenset({(State.PENDING, State.PENDING), (State.PENDING, State.APPROVED)}),
    BreakGlass: frozenset({(State.PENDING, State.APPROVED)}),
    Deny: frozenset({(State.PENDING, State.DENIED)}),
    WithdrawVote: frozenset({(State.PENDING, State.PENDING)}),
    MakeOffer: frozenset({(State.PENDING, State.PENDING)}),
    AcceptOffer: frozenset({(State.PENDING, State.PENDING), (State.PENDING, State.APPROVED)}),
    Edit: frozenset({(State.PENDING, State.PENDING), (State.PENDING, State.APPROVED)}),
    Replan: frozenset(
        {
            (State.PENDING, State.PENDING),
            (State.PENDING, State.APPROVED),
            (State.APPROVED, State.PENDING),
            (State.APPROVED, State.APPROVED),
        }
    ),
    Cancel: frozenset({(State.PENDING, State.CANCELLED), (State.APPROVED, State.CANCELLED)}),
    Expire: frozenset({(State.PENDING, State.EXPIRED), (State.APPROVED, State.EXPIRED)}),
    Claim: frozenset({(State.APPROVED, State.RUNNING)}),
    Journal: frozenset({(State.RUNNING, State.RUNNING), (State.UNCERTAIN, State.UNCERTAIN)}),
    Lose: frozenset({(State.RUNNING, State.UNCERTAIN)}),
    Find: frozenset({(State.UNCERTAIN, State.RUNNING)}),
    Finish: frozenset(
        {
            (source, target)
            for source in (State.RUNNING, State.UNCERTAIN)
            for target in (State.SUCCEEDED, State.PARTIAL, State.FAILED)
        }
    ),
    Resolve: frozenset({(State.UNCERTAIN, State.SUCCEEDED), (State.UNCERTAIN, State.FAILED)}),
}
"""Every edge there is, by event. The diagram in the docs is made from it."""
