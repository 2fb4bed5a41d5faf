"""Cores, vcpus and cpulimit: which values are possible, and when they come into force."""

from bot.model.guest import Kind
from bot.model.guest_config import (
    Config,
    coming,
    cpulimit,
    cpulimit_text,
    hotplug,
    sockets,
    total_cores,
    vcpus,
)
from bot.model.refusal import Quantity, Reason, Refusal, refuse
from bot.model.unit import Unit
from bot.model.verdict import Note, NoteKind
from bot.operations.resources.fields import MOST_CENTICORES, MOST_CT_CORES
from bot.operations.resources.piece import Aim, Piece, Wish, absolute, settled

SECONDS_PER_CPU = 10
"""An unplug asks the guest for each CPU and waits for it."""


def cores(wish: Wish) -> Piece | Refusal:
    """Plan cores: a CT's at once, a VM's at its next cold start."""
    after = absolute(wish, wish.before, 1, Unit.CORES)
    if isinstance(after, Refusal):
        return after
    if wish.guest.ref.kind is Kind.CT:
        return _ct_cores(wish, after)
    each = sockets(coming(wish.guest)) or 1
    cpus = wish.facts.node.cpus
    grows = wish.before is None or after > wish.before
    if grows and cpus is not None and after * each > cpus:
        most = Quantity(amount=cpus // each, unit=Unit.CORES.value)
        why = f"with more than the {cpus} CPUs of {wish.guest.node} it would not start"
        return refuse(Reason.ABOVE_MAXIMUM, field="cores", maximum=most, why=why)
    return settled(wish, Aim(after=after, text=str(after), rests_on=("sockets", "vcpus")))


def _ct_cores(wish: Wish, after: int) -> Piece | Refusal:
    """Plan a CT's cores: accepted at once, pinned by pvestatd within about ten seconds."""
    if after > MOST_CT_CORES:
        most = Quantity(amount=MOST_CT_CORES, unit=Unit.CORES.value)
        why = "Proxmox takes no more"
        return refuse(Reason.ABOVE_MAXIMUM, field="cores", maximum=most, why=why)
    notes = (Note(kind=NoteKind.CT_PINNED_SOON),) if wish.guest.running else ()
    return settled(wish, Aim(after=after, text=str(after), soon=True, notes=notes))


def plugged(wish: Wish) -> Piece | Refusal:
    """Plan a VM's vcpus: plugged at once if it was prepared for that, else at a cold start."""
    before = wish.before
    after = absolute(wish, before, 1, Unit.CORES)
    if isinstance(after, Refusal):
        return after
    rests_on = ("sockets", "cores", "hotplug")
    moving = "cores" in wish.besides or "cores" in wish.guest.pending
    unset = moving and "vcpus" not in coming(wish.guest)
    plugs = wish.guest.running and "cpu" in hotplug(wish.guest.config)
    if plugs and before is not None and after < before:
        aim = Aim(
            after=after,
            text=str(after),
            rests_on=rests_on,
            notes=(Note(kind=NoteKind.UNPLUG_MAY_FAIL, details={"field": "vcpus"}),),
            seconds=SECONDS_PER_CPU * (before - after),
        )
        return settled(wish, aim)
    aim = Aim(
        after=after,
        text=str(after),
        live=plugs,
        rises=before is None or after >= before,
        unset=unset,
        rests_on=rests_on,
    )
    return settled(wish, aim)


def limit(wish: Wish) -> Piece | Refusal:
    """Plan the CPU limit: in force at once. 0 is no limit, so it is the most there is."""
    before = wish.before
    after = absolute(wish, before, 0, Unit.CENTICORES)
    if isinstance(after, Refusal):
        return after
    most = MOST_CENTICORES[wish.guest.ref.kind]
    if after > most:
        top = Quantity(amount=most, unit=Unit.CENTICORES.value)
        why = "Proxmox takes no more"
        return refuse(Reason.ABOVE_MAXIMUM, field="cpulimit", maximum=top, why=why)
    rises = after == 0 or (bool(before) and before is not None and after > before)
    return settled(wish, Aim(after=after, text=cpulimit_text(after), live=True, rises=rises))


def vcpus_refusal(
    config: Config, at_next_start: Config, *, plugs_now: int | None
) -> Refusal | None:
    """Refuse more vcpus than sockets × cores, at the next start or (`plugs_now`) right away."""
    wanted = vcpus(at_next_start) if "vcpus" in at_next_start else None
    for count, total in (
        (wanted, total_cores(at_next_start)),
        (plugs_now, total_cores(config)),
    ):
        if count is not None and total is not None and count > total:
            return refuse(Reason.VCPUS_OVER_CORES, vcpus=count, total=total)
    return None


def gentle_notes(config: Config, *, rises: bool, asked: frozenset[str]) -> list[Note]:
    """Return what would help now, while a VM's cores wait for a restart."""
    total = total_cores(config)
    now, cap = vcpus(config), cpulimit(config)
    notes = []
    plugs = rises and "cpu" in hotplug(config) and "vcpus" not in asked
    if plugs and total is not None and now is not None and now < total:
        notes.append(Note(kind=NoteKind.GENTLE_VCPUS, details={"total": total}))
    helps = not rises or (cap is not None and total is not None and 0 < cap < total * 100)
    if helps and "cpulimit" not in asked:
        notes.append(Note(kind=NoteKind.GENTLE_CPULIMIT))
    return notes
