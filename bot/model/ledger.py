"""Reservations: what approved requests will take, kept per place so that nothing is spent twice."""

from dataclasses import dataclass, field, replace

from bot.model.guest import GuestRef
from bot.model.plan import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """One request's claim at one place."""

    request_id: str
    handle: str
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All reservations at one place of one cluster (`node/pve1`, `storage/ceph`); versioned."""

    cluster: str
    place: str
    version: int = 0
    reservations: tuple[Reservation, ...] = field(default=())

    @property
    def key(self) -> str:
        """Return the ledger's stable name."""
        return f"{self.cluster}/{self.place}"

    def without(self, request_id: str) -> "Ledger":
        """Return the ledger with that request's reservations gone."""
        kept = tuple(r for r in self.reservations if r.request_id != request_id)
        return replace(self, reservations=kept)

    def holding(self, request_id: str, handle: str, claims: tuple[Claim, ...]) -> "Ledger":
        """Return the ledger with exactly these claims (of this place) for the request."""
        mine = tuple(
            Reservation(request_id=request_id, handle=handle, claim=c)
            for c in claims
            if c.place == self.place
        )
        return replace(self, reservations=self.without(request_id).reservations + mine)

    def target_of(self, guest: GuestRef, resource: str, but: str = "") -> int | None:
        """Return the highest value reserved for a guest's resource, not counting request `but`."""
        targets = [
            r.claim.after
            for r in self.reservations
            if r.claim.guest == guest and r.claim.resource == resource and r.request_id != but
        ]
        return max(targets, default=None)
