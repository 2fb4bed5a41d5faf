"""From an ask on fresh facts to a draft: fields, what they do to each other, calls, claims, notes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.model.footing import (
    Need,
    called,
    missing_privilege,
    not_plannable,
    on_guest,
    target_of,
    would_stop_me,
    wrong_state,
)
from bot.model.guest import GuestFacts, Kind
from bot.model.guest_config import PRIVILEGES, balloon_mib, coming, memory_mib
from bot.model.intent import Amount, Ask, How
from bot.model.operation import Facts
from bot.model.plan import Draft, Effect
from bot.model.refusal import Reason, Refusal, refuse
from bot.operations.resources.calls import claims, steps
from bot.operations.resources.cpu import cores, limit, plugged, vcpus_refusal
from bot.operations.resources.disk import grow
from bot.operations.resources.fields import ANY_DISK, asked
from bot.operations.resources.memory import balloon, balloon_refusal, memory, swap
from bot.operations.resources.notes import notes
from bot.operations.resources.piece import Piece, Wish

PLANNERS: Mapping[str, Callable[[Wish], Piece | Refusal]] = {
    "memory": memory,
    "swap": swap,
    "balloon": balloon,
    "cores": cores,
    "vcpus": plugged,
    "cpulimit": limit,
}


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a change of a guest's resources."""
    no = not_plannable(facts)
    if no:
        return no
    pieces = _pieces(ask, facts)
    if isinstance(pieces, Refusal):
        return pieces
    restart = any(p.change.effect is Effect.WITH_RESTART for p in pieces)
    no = (
        _at_odds(pieces, facts.guest)
        or (_cannot_restart(facts) if restart else None)
        or missing_privilege(facts, _needs(pieces, facts.guest, restart=restart))
    )
    if no:
        return no
    return Draft(
        target=target_of(facts.guest),
        operation=ask.operation,
        timing=ask.timing,
        ask=replace(ask, amounts={p.change.field: _absolute(ask, p) for p in pieces}),
        changes=tuple(p.change for p in pieces),
        steps=steps(pieces, facts.guest, ask.timing, restart=restart),
        claims=claims(pieces, facts, restart=restart),
        notes=notes(pieces, facts, ask.timing, restart=restart),
    )


def _absolute(ask: Ask, piece: Piece) -> Amount:
    """Return the amount that gives this piece again, whatever is in force by then."""
    field, after = piece.change.field, piece.change.after
    typed = ask.amounts.get(field) or ask.amounts.get(ANY_DISK)
    amount = after if isinstance(after, int) else 0
    return Amount(how=How.SET, amount=amount, text=typed.text if typed else "")


def _pieces(ask: Ask, facts: Facts) -> tuple[Piece, ...] | Refusal:
    """Plan each field on its own; what is so already is left out while something remains."""
    amounts = asked(ask, facts.guest)
    if isinstance(amounts, Refusal):
        return amounts
    pieces: list[Piece] = []
    nothing_to_do: Refusal | None = None
    for field, amount in amounts.items():
        besides = frozenset(p.change.field for p in pieces)
        wish = Wish(field=field, amount=amount, facts=facts, timing=ask.timing, besides=besides)
        disk = facts.guest.disk(field)
        planned = grow(wish, disk) if disk else PLANNERS[field](wish)
        if isinstance(planned, Piece):
            pieces.append(planned)
        elif planned.reason is Reason.ALREADY_SO:
            nothing_to_do = nothing_to_do or planned
        else:
            return planned
    return tuple(pieces) or nothing_to_do or refuse(Reason.NOTHING_ASKED, example="memory +2G")


def _at_odds(pieces: tuple[Piece, ...], guest: GuestFacts) -> Refusal | None:
    """Refuse values that Proxmox does not take together, or that would break the next start."""
    if guest.ref.kind is not Kind.VM:
        return None
    changes = {p.change.field: p.change for p in pieces}
    sent = {k: v for p in pieces if p.change.field in PLANNERS for k, v in p.sent.items()}
    after = {**coming(guest), **sent}
    if changes.keys() & {"memory", "balloon"}:
        no = balloon_refusal(balloon_mib(after), memory_mib(after))
        if no:
            return no
    if changes.keys() & {"cores", "vcpus"}:
        now = changes.get("vcpus")
        live = now.after if now and now.effect is Effect.LIVE else None
        plugs_now = live if isinstance(live, int) else None
        return vcpus_refusal(guest.config, after, plugs_now=plugs_now)
    return None


def _cannot_restart(facts: Facts) -> Refusal | None:
    """Refuse a restart of a guest that cannot be asked to shut down."""
    guest = facts.guest
    if no := would_stop_me(facts, "restart it"):
        return no
    if guest.status != "running":
        return refuse(Reason.RESTART_NEEDS_RUNNING, guest=called(guest))
    return wrong_state(guest, "restart", "running")


def _needs(pieces: Iterable[Piece], guest: GuestFacts, *, restart: bool) -> list[Need]:
    """Return every privilege the plan's calls need, with its path."""
    needs: list[Need] = []
    for piece in pieces:
        disk = guest.disk(piece.change.field)
        if disk:
            needs += on_guest(guest, "VM.Config.Disk")
            if guest.ref.kind is Kind.CT:
                needs += on_guest(guest, "VM.Config.Options")  # `size` is checked as an option, too
            needs.append(("Datastore.AllocateSpace", f"/storage/{disk.storage}"))
        else:
            needs += on_guest(guest, PRIVILEGES[piece.change.field])
    return needs + (on_guest(guest, "VM.PowerMgmt") if restart else [])
