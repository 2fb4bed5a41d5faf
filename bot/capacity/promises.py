"""What guests are promised: configured memory and cores of whatever runs, boots or is reserved."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.model.estate import ClusterPicture
from bot.model.guest import GuestRef, GuestSummary
from bot.model.ledger import Ledger

NAMED = 3
"""So many unknown guests are named one by one; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What one guest may claim on its node.

    Memory in MiB, cores as a number; None is unknown. `sure` is False where it is not known whether
    the guest starts at boot. `held_mib` is the part that only a reservation promises.
    """

    guest: GuestRef
    node: str
    memory: int | None
    cores: float | None
    sure: bool = True
    ha: bool = False
    held_mib: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A sum that is at least `low` and at most `high`; `high` is None if a part is unknown."""

    low: float
    high: float | None

    def plus(self, amount: float | None) -> "Range":
        """Return the range with one more part, which may be unknown."""
        known = amount is not None and self.high is not None
        return Range(
            low=self.low + (amount or 0), high=(self.high or 0) + (amount or 0) if known else None
        )


class Held:
    """Reserved targets of every guest in a cluster, each counted once (its highest)."""

    def __init__(self, ledgers: Iterable[Ledger], cluster: str, but: str = "") -> None:
        self._targets: dict[tuple[GuestRef, str], int] = {}
        self._node: dict[GuestRef, str] = {}
        for ledger in ledgers:
            kind, _, node = ledger.place.partition("/")
            if ledger.cluster != cluster or kind != "node":
                continue
            for reservation in ledger.reservations:
                claim = reservation.claim
                if reservation.request_id == but or claim.resource not in {"memory", "cores"}:
                    continue
                key = (claim.guest, claim.resource)
                self._targets[key] = max(claim.after, self._targets.get(key, 0))
                self._node[claim.guest] = node

    def target(self, guest: GuestRef, resource: str) -> int | None:
        """Return the highest value reserved for the guest's memory (MiB) or cores."""
        return self._targets.get((guest, resource))

    def holds(self, guest: GuestRef) -> bool:
        """Return whether anything is reserved for the guest."""
        return bool(self._node) and guest in self._node

    def elsewhere(self, picture: ClusterPicture) -> list[tuple[GuestRef, str]]:
        """Return guests that hold something and that the picture does not show, with the node."""
        shown = {g.ref for g in picture.guests} if self._node else set()
        return [(guest, node) for guest, node in self._node.items() if guest not in shown]


def counts(guest: GuestSummary) -> bool:
    """Return whether a guest's configured memory may be claimed; a silent node's guests may run."""
    return guest.running or guest.status == "unknown" or guest.starts_at_boot is not False


def highest(configured: float | None, *more: float | None) -> float | None:
    """Return the largest of what is known; None if what is configured is unknown."""
    if configured is None:
        return None
    return max(configured, *(v for v in more if v is not None)) if any(more) else configured


def as_mib(value: float | None) -> int | None:
    """Return a memory figure as whole MiB."""
    return None if value is None else int(value)


def promise_of(guest: GuestSummary, held: Held) -> Promise | None:
    """Return what a guest is promised; None for templates and for what does not count."""
    counted, holds = counts(guest), held.holds(guest.ref)
    if guest.template or not (counted or holds):
        return None
    own = as_mib(highest(guest.memory_mib, guest.waiting_mib))
    plain = Promise(
        guest=guest.ref,
        node=guest.node,
        memory=own,
        cores=guest.cores,
        sure=guest.running or guest.status == "unknown" or guest.starts_at_boot is True,
        ha=guest.ha_state not in {"", "ignored"},
    )
    return _holding(plain, held, own if counted else 0) if holds else plain


def _holding(plain: Promise, held: Held, own: int | None) -> Promise:
    """Return a promise with what is reserved beside it; `own` is what counts without that (MiB)."""
    memory = as_mib(highest(plain.memory, held.target(plain.guest, "memory")))
    return replace(
        plain,
        memory=memory,
        cores=highest(plain.cores, held.target(plain.guest, "cores")),
        sure=True,
        held_mib=0 if memory is None or own is None else memory - own,
    )


def promises(picture: ClusterPicture, held: Held) -> dict[str, list[Promise]]:
    """Return node → promises; a reservation of a guest that is not shown stays on its node."""
    found: dict[str, list[Promise]] = {}
    for guest in picture.guests:
        promise = promise_of(guest, held)
        if promise:
            found.setdefault(guest.node, []).append(promise)
    for ref, node in held.elsewhere(picture):
        memory, cores = held.target(ref, "memory") or 0, held.target(ref, "cores") or 0
        lone = Promise(guest=ref, node=node, memory=memory, cores=cores, held_mib=memory)
        found.setdefault(node, []).append(lone)
    return found


def memory_of(several: Iterable[Promise]) -> Range:
    """Return the sum of promised memory in MiB."""
    return _total([(p.memory, p.sure) for p in several])


def cores_of(several: Iterable[Promise]) -> Range:
    """Return the sum of promised cores."""
    return _total([(p.cores, p.sure) for p in several])


def _total(parts: list[tuple[float | None, bool]]) -> Range:
    low = sum(amount for amount, sure in parts if amount is not None and sure)
    amounts = [amount for amount, _ in parts]
    known = [a for a in amounts if a is not None]
    return Range(low=low, high=sum(known) if len(known) == len(amounts) else None)


def unknown(several: Iterable[Promise], resource: str) -> tuple[str, ...]:
    """Name what would make the unknown parts known: by vmid, for names are not for everybody."""
    vmids = sorted(
        p.guest.vmid
        for p in several
        if not p.sure or (p.memory if resource == "memory" else p.cores) is None
    )
    if len(vmids) > NAMED:
        return (f"VM.Audit on /vms ({len(vmids)} guests)",)
    return tuple(f"VM.Audit on /vms/{vmid}" for vmid in vmids)
