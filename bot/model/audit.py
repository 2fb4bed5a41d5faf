"""The audit: one entry for every accepted transition and every refused one, in one chain."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what, when and why. `accepted` is False for a refusal, then `why` says the reason.

    `fields` holds the record's fields that changed, as stored, so that folding a request's entries
    gives its record. The store adds the position and the hash that chains it to the one before.
    """

    at: int
    actor: Person
    what: str
    request_id: str
    handle: str
    accepted: bool
    why: str = ""
    plan_hash: str = ""
    version_before: int = 0
    version_after: int = 0
    state_after: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedEntry:
    """An audit entry as read from the store: its stream id, the hash before and its own."""

    position: str
    previous: str
    hash: str
    entry: AuditEntry
