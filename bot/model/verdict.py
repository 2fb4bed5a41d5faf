"""Admission's answer, and what people should know before they decide. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.refusal import Detail
from bot.model.unit import Unit


class VerdictClass(StrEnum):
    """The four answers of admission, in order of increasing trouble."""

    FITS = "fits"
    WHILE_OTHERS_STAY_BELOW = "while others stay below"
    CANNOT_TELL = "cannot tell"
    DOES_NOT_FIT = "does not fit"


def passes(figure: int | None, limit: int | None) -> bool:
    """Return whether both are known and the figure is over the limit; equal to a limit passes."""
    return figure is not None and limit is not None and figure > limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One of admission's sums, before and after, with its two thresholds (base units).

    `name`: `promised memory`, `in use`, `promised cores`, `storage STORAGE`, `node loss`.
    A None is unknown.
    """

    name: str
    unit: Unit
    before: int | None
    after: int | None
    room: int | None
    warn_at: int | None = None
    hard_at: int | None = None
    worse: bool = True
    notes: Mapping[str, Detail] = field(default_factory=dict)

    @property
    def over_warn(self) -> bool:
        """Return whether the change makes it worse and passes the first threshold."""
        return self.worse and passes(self.after, self.warn_at)

    @property
    def over_hard(self) -> bool:
        """Return whether the change makes it worse and passes the hard threshold."""
        return self.worse and passes(self.after, self.hard_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Admission's answer: the class, the sums behind it, and what is missing to tell.

    `largest` is the largest target (base unit of `largest_field`) that would still be admitted,
    when the plan does not fit. `missing` names unknown figures with what would make them known
    (a privilege and path, an agent).
    """

    verdict: VerdictClass
    sums: tuple[Sum, ...] = ()
    missing: tuple[str, ...] = ()
    largest: int | None = None
    largest_field: str = ""
    facts: Mapping[str, Detail] = field(default_factory=dict)


class NoteKind(StrEnum):
    """What a note on a plan says; the renderer holds the sentences."""

    ROUNDED_TO_GRID = "rounded to grid"  # field, asked, given
    GENTLE_VCPUS = "gentle vcpus"  # total
    GENTLE_CPULIMIT = "gentle cpulimit"
    GENTLE_BALLOON = "gentle balloon"
    BALLOON_MINIMUM = "balloon minimum"  # minimum, maximum
    BALLOON_STAYS = "balloon stays"  # minimum
    HA_MANAGED = "ha managed"  # state
    SNAPSHOTS = "snapshots"  # count, newest
    NO_BACKUP = "no backup"
    LAST_BACKUP = "last backup"  # at
    LOCKED = "locked"  # lock
    OTHER_PENDING = "other pending"  # keys: a restart would apply them too
    STARTS_AT_BOOT = "starts at boot"
    CUTS_POWER = "cuts power"  # guest; after_seconds: HA gives it so long; absent: at once
    RESTARTS = "restarts"
    PROTECTED = "protected"
    ROLLBACK_LOSES = "rollback loses"  # at
    ROLLBACK_STOPS = "rollback stops"
    ROLLBACK_MEMORY = "rollback memory"  # before, after
    OWN_CONTAINER = "own container"
    CT_PINNED_SOON = "ct pinned soon"
    LOWERING_RECLAIMS = "lowering reclaims"
    UNPLUG_MAY_FAIL = "unplug may fail"  # field
    GUEST_MUST_GROW = "guest must grow"  # disk
    FS_GROWS = "fs grows"
    NO_RESTART_NEEDED = "no restart needed"  # fields
    REST_WAITS = "rest waits"  # fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something people should know before they decide."""

    kind: NoteKind
    details: Mapping[str, Detail] = field(default_factory=dict)
