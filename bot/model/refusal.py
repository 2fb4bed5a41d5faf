"""Refusals: values that say no, with the reason and the figures its sentence needs.

The sentences stand in one table (`handlers/blocks/problem.py`); a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.guest import GuestRef
from bot.model.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment, ms since the epoch; shown in the reader's time zone."""

    epoch_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """An amount in a field's base unit (see `Unit`); shown with its unit."""

    amount: int
    unit: str


Detail = str | int | Person | Moment | Quantity | GuestRef | tuple[str, ...] | tuple[Person, ...]


class Reason(StrEnum):
    """Why something was refused; the comment lists the details its sentence uses."""

    # asking
    UNKNOWN_GUEST = "unknown guest"  # name, suggestions
    AMBIGUOUS_GUEST = "ambiguous guest"  # name, candidates
    NOT_A_MEMBER = "not a member"  # why
    MAY_NOT = "may not"  # verb, guest
    BAD_TEXT = "bad text"  # problem, example
    BAD_AMOUNT = "bad amount"  # field, text, problem, allowed
    UNKNOWN_FIELD = "unknown field"  # field, allowed
    FIELD_NOT_FOR_KIND = "field not for kind"  # field, kind, allowed
    NOT_YET = "not yet"  # feature, instead
    SWITCHED_OFF = "switched off"  # what
    BAD_TIME = "bad time"  # text, problem
    NOTHING_ASKED = "nothing asked"  # example
    NOTHING_TO_DRAW = "nothing to draw"  # name, suggestions
    NO_SAMPLES = "no samples"  # what
    # planning
    TEMPLATE = "template"  # guest
    GUEST_STATE_UNKNOWN = "guest state unknown"  # guest, node
    ALREADY_SO = "already so"  # guest, field, value; in_force: it waits; asked, step: off the grid
    BELOW_MINIMUM = "below minimum"  # field, minimum, unit
    ABOVE_MAXIMUM = "above maximum"  # field, maximum, why
    SHRINK_DISK = "shrink disk"  # disk, size, asked
    NO_SUCH_DISK = "no such disk"  # disk, disks
    WHICH_DISK = "which disk"  # disks
    DISK_CANNOT_GROW = "disk cannot grow"  # disk, why
    BALLOON_OVER_MEMORY = "balloon over memory"  # balloon, memory
    VCPUS_OVER_CORES = "vcpus over cores"  # vcpus, total
    PENDING_BY_OTHERS = "pending by others"  # field, waiting, in_force
    WRONG_POWER_STATE = "wrong power state"  # guest, state, verb
    HA_ERROR = "ha error"  # guest
    SNAPSHOT_NAME = "snapshot name"  # name, problem
    NO_SUCH_SNAPSHOT = "no such snapshot"  # name, snapshots
    SNAPSHOT_EXISTS = "snapshot exists"  # name
    SNAPSHOT_NOT_SUPPORTED = "snapshot not supported"  # storage
    NOT_NEWEST_SNAPSHOT = "not newest snapshot"  # name, newest
    MISSING_PRIVILEGE = "missing privilege"  # privilege, path
    RESTART_NEEDS_RUNNING = "restart needs running"  # guest
    OWN_GUEST = "own guest"  # guest, verb
    MEMORY_BELOW_USE = "memory below use"  # asked, used, floor
    # admission and policy
    DOES_NOT_FIT = "does not fit"  # guest, node, asked, of, largest; sum, sum_after, sum_limit
    POLICY_REFUSES = "policy refuses"  # rule, why
    NO_RULE = "no rule"  # what
    NOBODY_REACHABLE = "nobody reachable"  # groups
    ONLY_YOURSELF = "only yourself"  # groups
    SAME_ALREADY_OPEN = "same already open"  # handle
    TOO_MANY_OPEN = "too many open"  # most
    # requests
    UNKNOWN_REQUEST = "unknown request"  # handle; ends, noticed or emptied: the store went back
    OWN_REQUEST = "own request"  # handle
    NOT_ELIGIBLE = "not eligible"  # groups, people, until
    ELIGIBILITY_UNKNOWN = "eligibility unknown"  # groups
    ALREADY_DECIDED = "already decided"  # state, by, at, handle
    OLD_CARD = "old card"  # handle, shown, current
    EXPIRED = "expired"  # handle, at
    NOT_YOURS = "not yours"  # handle, requester
    ALREADY_RUNNING = "already running"  # handle
    GUEST_CHANGED = "guest changed"  # guest, what
    ROOM_GONE = "room gone"  # guest, node, asked, largest; sum, sum_after, sum_limit
    ALREADY_VOTED = "already voted"  # handle
    NO_VOTE = "no vote"  # handle
    NO_OFFER = "no offer"  # handle, at
    OFFER_NOT_SMALLER = "offer not smaller"  # field, asked, offered, other
    NOT_LET_IN = "not let in"  # doing, uncounted
    HYPERVISOR_SILENT = "hypervisor silent"  # cluster, doing, uncounted
    NOT_UNCERTAIN = "not uncertain"  # handle, state
    MAY_NOT_RESOLVE = "may not resolve"  # handle
    MAY_NOT_OPERATE = "may not operate"  # verb
    UNKNOWN_CLUSTER = "unknown cluster"  # cluster, known
    NOT_PAUSED = "not paused"  # cluster, paused
    PAUSED_SINCE = "paused since"  # by, since, text
    REASON_NEEDED = "reason needed"  # verb
    NOTHING_OPEN = "nothing open"  # guest
    NO_REVIEW = "no review"  # handle
    ALREADY_REVIEWED = "already reviewed"  # handle, by, at
    MAY_NOT_BREAK = "may not break"  # handle, groups
    BROKEN_TOO_OFTEN = "broken too often"  # most
    GLASS_LAPSED = "glass lapsed"
    OWN_GLASS = "own glass"  # handle
    # execution
    IDENTITY_CHANGED = "identity changed"  # guest
    LOCKED_TOO_LONG = "locked too long"  # guest, lock
    GUEST_GONE = "guest gone"  # guest
    STEP_REFUSED = "step refused"  # step, text
    HOTPLUG_STOPPED = "hotplug stopped"  # field, text
    NO_SHUTDOWN = "no shutdown"  # guest, seconds
    PLAN_MOVED = "plan moved"  # what; handle
    RULES_OVER = "rules over"  # incident; handle
    VOTE_VOID = "vote void"  # person, why; handle
    OBSOLETE = "obsolete"  # guest
    ONLY_OBSERVED = "only observed"  # guest, handle
    # incidents
    NO_INCIDENT = "no incident"  # channels: of those that are open
    UNKNOWN_INCIDENT = "unknown incident"  # handle
    INCIDENT_OPEN = "incident open"  # handle, channel, what
    INCIDENT_CLOSED = "incident closed"  # handle, at
    INCIDENT_NOT_CLOSED = "incident not closed"  # handle
    INCIDENT_FULL = "incident full"  # handle, most
    NOT_ATTACHED = "not attached"  # guest, handle
    MAY_NOT_INCIDENT = "may not incident"
    NO_CHANNEL = "no channel"  # why
    ALREADY_LED = "already led"  # handle, by
    TOO_MANY_GUESTS = "too many guests"  # most
    NOT_A_CHANNEL = "not a channel"
    CANNOT_LEAD = "cannot lead"  # person, why
    NO_PICTURE = "no picture"  # why
    MESSAGE_GONE = "message gone"
    NOBODY_NAMED = "nobody named"  # groups
    # the place itself
    TOO_MANY_ASKS = "too many asks"  # asks, within, until
    STILL_TOO_MANY = "still too many"  # until
    STORE_DOWN = "store down"
    CONTENDED = "contended"  # seconds
    SLOW = "slow"
    UNKNOWN_BUTTON = "unknown button"  # ends, noticed or emptied: the store went back
    UNKNOWN_COMMAND = "unknown command"  # text, suggestion
    INTERNAL = "internal"  # doing
    STORE_UNSAFE = "store unsafe"  # problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A no, with what its sentence needs. `buttons` names presses that would work instead."""

    reason: Reason
    details: Mapping[str, Detail] = field(default_factory=dict)


def refuse(reason: Reason, **details: Detail) -> Refusal:
    """Return the refusal with these details."""
    return Refusal(reason=reason, details=details)
