"""Reservations end only when the inventory itself shows the value."""

from collections.abc import Mapping

from bot.model.estate import ClusterPicture
from bot.model.ledger import Ledger
from bot.model.plan import Claim

STORAGE_SHOWS_AFTER_MS = 30_000
"""`pvestatd` refreshes a storage's figures every ten seconds; three rounds are enough."""


def _shown(claim: Claim, picture: ClusterPicture) -> bool:
    """Return whether the inventory shows a guest's value; a start counts once the guest runs."""
    guest = picture.guest(claim.guest)
    if guest is None:
        return False
    figure = guest.memory_mib if claim.resource == "memory" else guest.cores
    if figure is None:
        return False
    if claim.growth < 0:
        return figure <= claim.after or (claim.after == 0 and guest.status == "stopped")
    starts = claim.before == 0
    return figure >= claim.after and (guest.running or not starts)


def _in_force(
    claim: Claim, request_id: str, picture: ClusterPicture, read_back: Mapping[str, int]
) -> bool:
    if claim.resource in {"memory", "cores"}:
        return _shown(claim, picture)
    ended = read_back.get(request_id)
    return ended is not None and picture.read_at >= ended + STORAGE_SHOWS_AFTER_MS


def settled(
    ledger: Ledger, picture: ClusterPicture, read_back: Mapping[str, int] | None = None
) -> tuple[str, ...]:
    """Return the requests whose reservations at this place the inventory shows in force.

    The inventory names no disk sizes: a claim on a storage is shown by a picture taken well after
    the request's own read-back (`read_back`: request id → ms since the epoch), not otherwise.
    """
    if ledger.cluster != picture.cluster:
        return ()
    waiting = {
        r.request_id
        for r in ledger.reservations
        if not _in_force(r.claim, r.request_id, picture, read_back or {})
    }
    ids = dict.fromkeys(r.request_id for r in ledger.reservations)
    return tuple(i for i in ids if i not in waiting)
