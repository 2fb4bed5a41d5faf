"""One atomic write of everything that belongs together."""

from dataclasses import dataclass, field

from bot.model.audit import AuditEntry
from bot.model.gate import Gate
from bot.model.incident import Incident
from bot.model.intake import OpenEnd
from bot.model.ledger import Ledger
from bot.model.pause import Pause
from bot.model.request import ChangeRequest
from bot.model.review import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """One atomic write. Every part happens or none.

    `request` and each ledger are stored at `version + 1` only if the store still holds the version
    they were read at (`expected` for the request: 0 means it must not exist yet; a `Ledger` carries
    the version it was read at). `before` is the request that it was made from: the audit entry gets
    the fields that differ, all of them without it. `due` maps a due-set member to a time, or to None
    to remove it. The save is refused at or after `deadline` by the store's clock. `intake` marks
    that delivery with the id of the request, or of the incident. `open_end` is stored with it,
    `close_open_end` removes it. `review` and `gate` are stored like a ledger, at the version after
    the one they were read at, and so is each of `pauses`; those in `unpaused` only have to be still
    as they were read, and `gate_at` is the version that the gate must still have. `incident` is
    stored like a review; a new one only while the register of incidents still has the version
    `register_at`.
    """

    request: ChangeRequest | None = None
    before: ChangeRequest | None = None
    expected: int = 0
    ledgers: tuple[Ledger, ...] = ()
    audit: AuditEntry
    due: dict[str, int | None] = field(default_factory=dict)
    deadline: int | None = None
    intake: str = ""
    open_end: OpenEnd | None = None
    close_open_end: str = ""
    review: Review | None = None
    pauses: tuple[Pause, ...] = ()
    unpaused: tuple[Pause, ...] = ()
    gate: Gate | None = None
    gate_at: int | None = None
    incident: Incident | None = None
    register_at: int = 0
