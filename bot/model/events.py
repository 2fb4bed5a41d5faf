"""What can happen to a change request; each event names who caused it and when."""

from dataclasses import dataclass

from bot.model.intent import Ask
from bot.model.people import Person
from bot.model.plan import Plan
from bot.model.policy import Decision, Vote
from bot.model.refusal import Refusal
from bot.model.request import JournalEntry, Offer, Outcome, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """A vote for `vote.plan_rev`, with the plan and decision made anew at that moment."""

    actor: Person
    at: int
    vote: Vote
    plan: Plan
    decision: Decision
    execute_within_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass:
    """One person approves alone, with the plan and decision made anew at that moment.

    `groups` are the person's as of now, `role` those that may; `left` is how often this person still
    may within a day of `quota`. `told` are those whose approval is skipped.
    """

    actor: Person
    at: int
    groups: tuple[str, ...]
    role: tuple[str, ...]
    left: int
    quota: int
    plan_rev: int
    text: str
    plan: Plan
    decision: Decision
    told: tuple[Person, ...]
    execute_within_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deny:
    """A no, with its reason, by somebody eligible (`groups` as of now)."""

    actor: Person
    at: int
    groups: tuple[str, ...]
    plan_rev: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawVote:
    """Somebody takes their own vote back."""

    actor: Person
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOffer:
    """An approver offers less, or another timing."""

    actor: Person
    at: int
    plan_rev: int
    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer:
    """The requester accepts; `vote` is the offerer's, if it still counts."""

    actor: Person
    at: int
    plan: Plan
    decision: Decision
    vote: Vote | None
    expires_at: int
    not_before: int
    execute_within_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The requester changes what they ask for."""

    actor: Person
    at: int
    ask: Ask
    plan: Plan
    decision: Decision
    expires_at: int
    not_before: int
    execute_within_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """A fresh plan has another hash: everybody is asked again (`why` says what moved)."""

    actor: Person
    at: int
    plan: Plan
    decision: Decision
    why: Refusal
    expires_at: int
    execute_within_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The requester, an eligible person (veto), an operator, or policy ends it early."""

    actor: Person
    at: int
    why: Refusal | None = None
    text: str = ""
    entitled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire:
    """A deadline has passed."""

    actor: Person
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A worker takes it; `plan` was made at that moment."""

    actor: Person
    at: int
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The executor records what it is about to do or what it saw.

    `entry` replaces the last attempt at its step, or starts a new one after an UNDONE.
    """

    actor: Person
    at: int
    entry: JournalEntry | None = None
    waiting_since: int | None = None
    waiting_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lose:
    """It cannot be proved whether a call took effect."""

    actor: Person
    at: int
    entry: JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """The unknown call was found: execution goes on."""

    actor: Person
    at: int
    entry: JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The executor is done: `state` is SUCCEEDED, PARTIAL or FAILED, with what was read back."""

    actor: Person
    at: int
    state: State
    outcome: Outcome
    entry: JournalEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """A person says what happened to an UNCERTAIN request."""

    actor: Person
    at: int
    state: State
    text: str
    outcome: Outcome


Event = (
    Approve
    | BreakGlass
    | Deny
    | WithdrawVote
    | MakeOffer
    | AcceptOffer
    | Edit
    | Replan
    | Cancel
    | Expire
    | Claim
    | Journal
    | Lose
    | Find
    | Finish
    | Resolve
)
