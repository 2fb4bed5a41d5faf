"""Faults: exceptions that answer "did it happen?".

    Fault
    ├── HypervisorFault
    │   ├── Unreachable          no: nothing was sent, or the node said it cannot be reached
    │   ├── Refused              no, but a failed hotplug leaves a pending value: read back
    │   │   ├── TokenRefused     no: our token is not accepted; waits until it is
    │   │   ├── GuestMissing     no: no such guest on that node (resolve the node again once)
    │   │   ├── GuestLocked      no: a backup, snapshot or migration holds the guest
    │   │   ├── StaleDigest      no: somebody changed the guest since it was read
    │   │   └── MissingPrivilege no: names privilege and path
    │   └── OutcomeUnknown       unknown: sent, and no answer
    ├── StoreFault
    │   ├── StoreUnavailable     unknown for a write, nothing for a read
    │   ├── VersionConflict      no: somebody else saved first
    │   └── TooLate              no: the deadline of the save had passed by the store's clock
    └── SlackFault               unknown for a post; look before posting again

Texts say what was being done, with names, lower case: `reading guest 104 on paris: connection refused`.
Refusals are not here: they are values (`bot/model/refusal.py`).
"""


class Fault(Exception):
    """Something outside failed; the text says what was being done."""

    def __init__(self, doing: str, detail: str = "") -> None:
        super().__init__(f"{doing}: {detail}" if detail else doing)
        self.doing = doing
        self.detail = detail


class HypervisorFault(Fault):
    """A call to Proxmox VE went wrong."""


class Unreachable(HypervisorFault):
    """Nothing answered, or the node in question cannot be reached (595); nothing happened."""


class Refused(HypervisorFault):
    """Proxmox answered with an error.

    `status` is the HTTP status, `detail` its message, `errors` its texts per parameter.
    """

    def __init__(
        self, doing: str, detail: str, status: int, errors: dict[str, str] | None = None
    ) -> None:
        super().__init__(doing, detail)
        self.status = status
        self.errors = errors or {}


class TokenRefused(Refused):
    """Proxmox does not accept our token (401): unknown, expired or disabled; nothing happened."""


class GuestMissing(Refused):
    """The guest is not on that node (migrated or destroyed)."""


class GuestLocked(Refused):
    """A lock (backup, snapshot, migrate, ...) or another worker's config lock stands in the way."""


class StaleDigest(Refused):
    """The guest's config changed since the digest was read."""


class MissingPrivilege(Refused):
    """Our token lacks a privilege; `path` and `privilege` as Proxmox names them."""

    def __init__(self, doing: str, detail: str, status: int, path: str, privilege: str) -> None:
        super().__init__(doing, detail, status)
        self.path = path
        self.privilege = privilege


class OutcomeUnknown(HypervisorFault):
    """The call was sent and no answer came (time-out, 596, connection cut)."""


class StoreFault(Fault):
    """The store failed or refused a write."""


class StoreUnavailable(StoreFault):
    """The store cannot be reached, is read-only or is full."""


class VersionConflict(StoreFault):
    """A record had another version than the one the save was made from; nothing was written.

    `over` is what the others saved first, as people call it.
    """

    def __init__(self, doing: str, detail: str, over: str = "") -> None:
        super().__init__(doing, detail)
        self.over = over


class TooLate(StoreFault):
    """The save's deadline had passed by the store's clock; nothing was written."""


TOKEN_REFUSED = frozenset(
    {"invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"}
)
"""Slack's words for a token that it does not accept."""


class SlackFault(Fault):
    """A call to Slack went wrong; `code` is Slack's error word, or empty for transport faults."""

    def __init__(self, doing: str, code: str = "", detail: str = "") -> None:
        super().__init__(doing, detail or code)
        self.code = code

    @property
    def token_refused(self) -> bool:
        """Return whether Slack does not accept our token; nothing happened."""
        return self.code in TOKEN_REFUSED
