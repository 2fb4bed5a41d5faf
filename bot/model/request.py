"""The change request: the record that everything else is a view of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.intent import Ask
from bot.model.people import Person
from bot.model.plan import Change, Plan
from bot.model.policy import Decision, Vote
from bot.model.refusal import Refusal
from bot.model.unit import Unit, Value


class State(StrEnum):
    """Where a request stands. The edges between them are data: `bot/model/transition.py`."""

    PENDING = "pending"
    APPROVED = "approved"
    RUNNING = "running"
    UNCERTAIN = "uncertain"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def final(self) -> bool:
        """Return whether nothing can follow."""
        return self in FINAL

    @property
    def executing(self) -> bool:
        """Return whether the guest belongs to this request now."""
        return self in {State.RUNNING, State.UNCERTAIN}


FINAL = frozenset(
    {
        State.SUCCEEDED,
        State.PARTIAL,
        State.FAILED,
        State.DENIED,
        State.CANCELLED,
        State.EXPIRED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request came from; empty strings where there is none."""

    channel: str = ""
    incident: str = ""


class Progress(StrEnum):
    """How far one attempt at a step has come."""

    INTENDED = "intended"  # about to be sent, not after its deadline
    SUBMITTED = "submitted"  # Proxmox took it; `upid` if it left a task
    DONE = "done"  # read back
    FAILED = "failed"  # refused, or its task failed
    UNDONE = "undone"  # proven to have had no effect: may be tried again
    UNKNOWN = "unknown"  # sent, and it cannot be proved yet whether it took effect


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One attempt at one step (`step` is its name; `undo` marks the revert of that step).

    `at` and `deadline` in ms since the epoch: nothing is sent after the deadline. `node_clock` is the
    node's own time right before (s since the epoch; 0: not read), for its list of tasks. `read_back` holds
    what the guest showed once the step was judged.
    """

    step: str
    progress: Progress
    at: int
    deadline: int
    undo: bool = False
    upid: str = ""
    node: str = ""
    node_clock: int = 0
    text: str = ""
    read_back: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What a field really is, read back: `value` in force, `waiting` what waits on it, if anything.

    `is_waiting`: what was asked for is what waits.
    """

    field: str
    unit: Unit
    before: Value
    asked: Value
    value: Value
    waiting: Value = None
    is_waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it ended: what was read back, when (ms), and why it is not all that was asked."""

    at: int
    in_force: tuple[InForce, ...] = ()
    why: Refusal | None = None
    resolved_by: Person | None = None
    log: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A pending counter-offer by an approver: an ask with its plan, for the requester to accept."""

    by: Person
    groups: tuple[str, ...]
    ask: Ask
    plan: Plan
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What moved when a plan was made anew: fields with their old and new effect or value."""

    at: int
    why: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenGlass:
    """One person's approval alone, in an emergency: who, when, why; `told` are those who were skipped."""

    by: Person
    at: int
    why: str
    told: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """One change request, whole. Times in ms since the epoch, by the store's clock.

    `ask` holds absolute amounts, so that planning again can never add twice. `plan_rev` counts the
    plans people have been shown. `asked_at`: since when the present plan waits (0: since it was asked for);
    `decided_at`: when it was approved. `waiting_since`: when execution began to wait for a guest's lock,
    `waiting_for`: the lock's name. `glass`: who approved the present plan alone; then no vote counts.
    """

    id: str
    handle: str
    requester: Person
    requester_name: str
    origin: Origin
    ask: Ask
    plan: Plan
    plan_hash: str
    plan_rev: int
    decision: Decision
    state: State
    version: int
    created_at: int
    expires_at: int
    not_before: int
    execute_before: int
    votes: tuple[Vote, ...] = ()
    offer: Offer | None = None
    moved: Moved | None = None
    journal: tuple[JournalEntry, ...] = ()
    waiting_since: int | None = None
    waiting_for: str = ""
    started_at: int | None = None
    ended_at: int | None = None
    ended_by: Person | None = None
    end_text: str = ""
    outcome: Outcome | None = None
    asked_at: int = 0
    decided_at: int = 0
    glass: BrokenGlass | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the plan's changes."""
        return self.plan.changes

    @property
    def waits_since(self) -> int:
        """Return since when the present plan waits for approval."""
        return self.asked_at or self.created_at

    @property
    def open(self) -> bool:
        """Return whether the request may still do something."""
        return not self.state.final

    def voters(self) -> tuple[Person, ...]:
        """Return who approved the current plan, in order."""
        return tuple(
            Person(team_id=v.team_id, user_id=v.user_id)
            for v in self.votes
            if v.plan_rev == self.plan_rev
        )

    def next_due(self, poll_ms: int) -> int | None:
        """Return when the request wants to be looked at next; None when it is over.

        PENDING: its expiry. APPROVED: when it may run, and its last moment. RUNNING and UNCERTAIN:
        `poll_ms`, which the executor chooses.
        """
        if self.state is State.PENDING:
            return self.expires_at
        if self.state is State.APPROVED:
            return min(max(self.not_before, poll_ms), self.execute_before)
        return poll_ms if self.state.executing else None
