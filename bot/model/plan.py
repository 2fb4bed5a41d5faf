"""The plan: what a change does to a guest, exactly, and what it costs. Pure values.

An approval is bound to the plan's hash: over identity, before → after, effect, timing and verdict,
and not over node, usage figures or text (REQUESTS.md).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.guest import GuestRef, Identity
from bot.model.intent import Ask, Timing
from bot.model.unit import Unit, Value
from bot.model.verdict import Note, Verdict


class Effect(StrEnum):
    """What happens to a change once Proxmox has accepted it."""

    LIVE = "live"  # in force at once
    SOON = "soon"  # accepted, enacted within seconds by Proxmox itself
    AT_RESTART = "at restart"  # waits for a cold start (shutdown and start)
    WITH_RESTART = "with restart"  # in force after the restart that belongs to the plan
    ON_START = "on start"  # the guest is stopped: the next start uses it


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field, before → after (absolute values in `unit`).

    `words` are the rule words that policy matches (`memory`, `less`, `disk`, `start`, ...).
    `final` says that it cannot be taken back. `guest_work` names what remains to do inside the
    guest, as a key that the renderer turns into a sentence.
    """

    field: str
    unit: Unit
    before: Value
    after: Value
    effect: Effect
    words: frozenset[str]
    final: bool = False
    guest_work: str = ""

    @property
    def delta(self) -> int | None:
        """Return after − before in the unit, or None for text, unset values and a limit of 0 (none)."""
        if self.unit is Unit.CENTICORES and 0 in {self.before, self.after}:
            return None
        if isinstance(self.before, int) and isinstance(self.after, int):
            return self.after - self.before
        return None


class Where(StrEnum):
    """Where a step's outcome is looked for on a freshly read guest."""

    IN_FORCE = "in force"  # config value in force
    ACCEPTED = "accepted"  # in force or pending
    STATUS = "status"  # running or stopped
    DISK = "disk"  # size of a disk, at least
    SNAPSHOT = "snapshot"  # present or absent
    FRESH_START = "fresh start"  # running, and up for less time than since the call
    NOT_PENDING = "not pending"  # nothing waits on that key


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What "done" looks like on a read guest: `value` of `key` at a place.

    Config values are compared as numbers where both are numbers, as text otherwise; None: unset.
    """

    where: Where
    key: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One changing call, as data; only the executor interprets it.

    `path` is below the guest's own path (`config`, `status/start`). `expects` all hold when it is
    done. `revert` names config keys to revert when the step failed with a pending value left;
    `no_undo` says why there is no way back, where there is none. `leaves_task` is False for calls
    that never leave a task behind (an LXC PUT). `patience_seconds` bounds the wait for its outcome.
    `asks_guest` marks a step that the guest itself may ignore (a shutdown). `digest` asks for a
    fresh digest to be sent. `rests_on` holds config values (in force) that the step was planned
    from: another value there means that somebody changed the guest. `task_decides` marks a step whose
    `expects` may hold without it (a rollback): only its own task says that it ran.
    """

    name: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    expects: tuple[Expect, ...]
    revert: tuple[str, ...] = ()
    no_undo: str = ""
    leaves_task: bool = True
    task_types: tuple[str, ...] = ()
    patience_seconds: int = 120
    asks_guest: bool = False
    digest: bool = False
    task_decides: bool = False
    rests_on: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a plan takes at a place: `before` → `after` of one resource for one guest.

    `place` is `node/NAME` or `storage/NAME` (shared). `resource`: `memory` (MiB), `cores`, or
    `storage:NAME` (bytes of growth: before is 0).
    """

    place: str
    resource: str
    guest: GuestRef
    before: int
    after: int

    @property
    def growth(self) -> int:
        """Return how much more is taken; negative if something is given back."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The guest a plan is for, as it was when planned."""

    ref: GuestRef
    name: str
    node: str
    identity: Identity
    tags: tuple[str, ...] = ()
    pool: str = ""

    def may_be(self, other: "Target") -> bool:
        """Return whether nothing tells it from the other guest: no mark of either is another one."""
        return self.identity == other.identity or self.identity.same_guest(other.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan before admission has judged it: what an operation's `plan()` returns.

    `ask` is the ask made absolute: planning it again later can never add twice, and where nothing moved
    it gives the same changes.
    """

    target: Target
    operation: str
    timing: Timing
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    claims: tuple[Claim, ...] = ()
    notes: tuple[Note, ...] = ()
    ask: Ask | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A judged plan: what people approve, and what the executor carries out."""

    target: Target
    operation: str
    timing: Timing
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    claims: tuple[Claim, ...]
    notes: tuple[Note, ...]
    verdict: Verdict
    planned_at: int

    @classmethod
    def judged(cls, draft: Draft, verdict: Verdict, at: int) -> "Plan":
        """Return the draft as a plan, with admission's verdict."""
        return cls(
            target=draft.target,
            operation=draft.operation,
            timing=draft.timing,
            changes=draft.changes,
            steps=draft.steps,
            claims=draft.claims,
            notes=draft.notes,
            verdict=verdict,
            planned_at=at,
        )

    @property
    def hash(self) -> str:
        """Return the plan's hash: what an approval is bound to."""
        identity = self.target.identity
        bound = [
            self.target.ref.key,
            [identity.uuid, identity.created, list(identity.macs), identity.root],
            self.operation,
            [[c.field, c.before, c.after, c.effect.value] for c in self.changes],
            [self.timing.when.value, self.timing.at_ms, self.timing.with_restart],
            self.verdict.verdict.value,
        ]
        return hashlib.sha256(json.dumps(bound).encode()).hexdigest()[:32]

    @property
    def waits_for_restart(self) -> tuple[Change, ...]:
        """Return the changes that are accepted now and come into force at a later cold start."""
        return tuple(c for c in self.changes if c.effect is Effect.AT_RESTART)
