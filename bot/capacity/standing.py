"""What a judgement starts from: the cluster's promises without the guest in question."""

from dataclasses import dataclass

from bot.capacity.limits import Limits
from bot.capacity.promises import Held, Promise, promise_of, promises
from bot.model.guest import GuestFacts, GuestSummary
from bot.model.guest_config import memory_mib, whole
from bot.model.ledger import Ledger
from bot.model.operation import Facts
from bot.model.plan import Claim


def configured_mib(guest: GuestFacts) -> int | None:
    """Return the memory in force; None if the config could not be read."""
    return memory_mib(guest.config) if guest.config else None


def waiting_mib(guest: GuestFacts) -> int | None:
    """Return the memory value that waits for a restart, if one does."""
    return whole(guest.pending.get("memory") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Facts, ledgers and limits of one judgement; `others` leaves the guest itself out."""

    facts: Facts
    ledgers: tuple[Ledger, ...]
    limits: Limits
    but: str
    held: Held
    own: Promise | None
    others: dict[str, list[Promise]]

    @property
    def cluster(self) -> str:
        """Return the cluster's name."""
        return self.facts.guest.ref.cluster

    @property
    def neighbours(self) -> list[Promise]:
        """Return the promises of the other guests on the guest's node."""
        return self.others.get(self.facts.node.name, [])

    def before(self, resource: str) -> float | None:
        """Return what the guest itself is promised now; 0 if it does not count."""
        if self.own is None:
            return 0
        return self.own.memory if resource == "memory" else self.own.cores

    def after(self, claim: Claim) -> float | None:
        """Return what the guest itself is promised with the claim.

        A growth never lowers it: what is in force, waiting or reserved by other requests stays
        counted. A reduction never raises it.
        """
        before = self.before(claim.resource)
        if before is None:
            return None
        if claim.growth > 0:
            return max(before, claim.after)
        reserved = self.held.target(claim.guest, claim.resource) or 0
        return min(before, max(claim.after, reserved))


def _fresh(facts: Facts) -> GuestSummary:
    """Return the guest as freshly read, in the form of the inventory."""
    guest = facts.guest
    shown = facts.picture.guest(guest.ref)
    return GuestSummary(
        ref=guest.ref,
        name=guest.name,
        node=facts.node.name,
        status=guest.status,
        template=guest.template,
        memory_mib=configured_mib(guest) or (shown.memory_mib if shown else None),
        waiting_mib=waiting_mib(guest),
        cores=shown.cores if shown else None,
        ha_state=guest.ha_state,
        starts_at_boot=guest.config.get("onboot") == "1" if guest.config else None,
    )


def standing(facts: Facts, ledgers: tuple[Ledger, ...], limits: Limits, but: str) -> Standing:
    """Return the standing; reservations of request `but` are not counted."""
    ref = facts.guest.ref
    held = Held(ledgers, ref.cluster, but)
    everybody = promises(facts.picture, held)
    others = {n: [p for p in several if p.guest != ref] for n, several in everybody.items()}
    return Standing(
        facts=facts,
        ledgers=ledgers,
        limits=limits,
        but=but,
        held=held,
        own=promise_of(_fresh(facts), held),
        others=others,
    )
