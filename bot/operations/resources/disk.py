"""Disks: they grow, at once and for good."""

from bot.model.footing import called
from bot.model.guest import Disk, GuestFacts, Kind
from bot.model.plan import Change, Effect, Expect, Step, Where
from bot.model.refusal import Quantity, Reason, Refusal, refuse
from bot.model.size import resolve
from bot.model.unit import Unit
from bot.model.verdict import Note, NoteKind
from bot.operations.resources.piece import Piece, Wish

MIB = 1024**2
SECONDS = 300
"""A resize on a busy storage takes its time."""


def size_text(size: int) -> str:
    """Return an absolute size as Proxmox takes it, exactly: `20G`, `4608M`, `512K`, else bytes."""
    for letter, factor in (("G", 1024**3), ("M", MIB), ("K", 1024)):
        if size % factor == 0:
            return f"{size // factor}{letter}"
    return str(size)


def _bytes(amount: int) -> Quantity:
    """Return a size as a detail."""
    return Quantity(amount=amount, unit=Unit.BYTES.value)


def _size(wish: Wish, disk: Disk) -> int | Refusal:
    """Return the new size in whole MiB (storages allocate no less), larger than the old one."""
    asked = resolve(wish.amount, disk.size_bytes, Unit.BYTES)
    if isinstance(asked, Refusal):
        return asked
    if asked < disk.size_bytes:
        size = _bytes(disk.size_bytes)
        return refuse(Reason.SHRINK_DISK, disk=disk.slot, size=size, asked=_bytes(max(asked, 0)))
    after = asked // MIB * MIB
    if after <= disk.size_bytes:
        size, guest = _bytes(disk.size_bytes), called(wish.guest)
        return refuse(Reason.ALREADY_SO, guest=guest, field=disk.slot, value=size)
    return after


def grow(wish: Wish, disk: Disk) -> Piece | Refusal:
    """Plan a disk's growth."""
    if disk.why_not:
        return refuse(Reason.DISK_CANNOT_GROW, disk=disk.slot, why=disk.why_not)
    if disk.slot in wish.guest.pending:
        waiting = wish.guest.pending[disk.slot] or "unset"
        in_force = wish.guest.config.get(disk.slot, "unset")
        return refuse(Reason.PENDING_BY_OTHERS, field=disk.slot, waiting=waiting, in_force=in_force)
    after = _size(wish, disk)
    if isinstance(after, Refusal):
        return after
    is_vm = wish.guest.ref.kind is Kind.VM
    change = Change(
        field=disk.slot,
        unit=Unit.BYTES,
        before=disk.size_bytes,
        after=after,
        effect=Effect.LIVE if wish.guest.running else Effect.ON_START,
        words=frozenset({"disk"}),
        final=True,
        guest_work="grow partition" if is_vm else "",
    )
    kind = NoteKind.GUEST_MUST_GROW if is_vm else NoteKind.FS_GROWS
    return Piece(
        change=change,
        sent={"disk": disk.slot, "size": size_text(after)},
        rests_on=(disk.slot,),
        notes=(Note(kind=kind, details={"disk": disk.slot}),),
    )


def resize_step(piece: Piece, guest: GuestFacts) -> Step:
    """Return the call that grows the disk to its absolute size: repeating it adds nothing."""
    change = piece.change
    return Step(
        name=f"resize {change.field}",
        method="PUT",
        path="resize",
        params=piece.sent,
        expects=(Expect(where=Where.DISK, key=change.field, value=change.after),),
        no_undo="a disk cannot shrink",
        task_types=("resize",),
        patience_seconds=SECONDS,
        digest=True,
        rests_on={key: guest.config.get(key) for key in piece.rests_on},
    )
