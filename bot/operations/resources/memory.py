"""Memory, swap and balloon: which values are possible, and when they come into force."""

from bot.model.dimm import Grid
from bot.model.footing import called
from bot.model.guest import Kind
from bot.model.guest_config import coming, memory_grid, memory_mib
from bot.model.refusal import Detail, Quantity, Reason, Refusal, refuse
from bot.model.unit import Unit
from bot.model.verdict import Note, NoteKind
from bot.operations.resources.fields import LEAST_MIB
from bot.operations.resources.piece import Aim, Piece, Wish, absolute, settled

SECONDS_PER_MODULE = 20
"""An unplug asks the guest for each module up to six times, 3 s each."""
MARGIN_PERCENT = 10
"""A CT's new limit stays this far above what it uses, or the kernel kills inside."""


def mib(amount: int) -> Quantity:
    """Return an amount of memory as a detail."""
    return Quantity(amount=amount, unit=Unit.MIB.value)


def memory(wish: Wish) -> Piece | Refusal:
    """Plan a guest's memory."""
    before = wish.before
    if before is None:
        node = wish.guest.node
        return refuse(Reason.GUEST_STATE_UNKNOWN, guest=called(wish.guest), node=node)
    return _vm_memory(wish, before) if wish.guest.ref.kind is Kind.VM else _ct_memory(wish, before)


def _ct_memory(wish: Wish, before: int) -> Piece | Refusal:
    """Plan a CT's memory: in force at once, also downward."""
    after = absolute(wish, before, LEAST_MIB, Unit.MIB)
    if isinstance(after, Refusal):
        return after
    lowers = wish.guest.running and after < before
    used = wish.guest.used_mib
    if lowers and used is not None:
        floor = used + -(-used * MARGIN_PERCENT // 100)
        if after < floor:
            return refuse(
                Reason.MEMORY_BELOW_USE, asked=mib(after), used=mib(used), floor=mib(floor)
            )
    notes = (Note(kind=NoteKind.LOWERING_RECLAIMS),) if lowers else ()
    return settled(wish, Aim(after=after, text=str(after), live=True, notes=notes))


def _on_grid(grid: Grid, before: int, asked: int) -> int:
    """Return the ask rounded down to the grid; an increase never becomes a decrease by it."""
    after = grid.floor(asked)
    return before if asked >= before > after else after


def _vm_memory(wish: Wish, before: int) -> Piece | Refusal:
    """Plan a VM's memory: plugged if the VM was prepared for it, else at its next cold start."""
    plugs = wish.guest.running and memory_grid(wish.guest.config) is not None
    grid = memory_grid(wish.guest.config if plugs else coming(wish.guest))
    asked = absolute(wish, before, grid.static if grid else LEAST_MIB, Unit.MIB)
    if isinstance(asked, Refusal):
        return asked
    if grid and asked > grid.most:
        why = "no more modules can be plugged"
        return refuse(Reason.ABOVE_MAXIMUM, field="memory", maximum=mib(grid.most), why=why)
    after = _on_grid(grid, before, asked) if grid else asked
    rests_on = ("hotplug", "numa", "balloon")
    notes = _rounding(asked, after)
    hint = {"asked": mib(asked), "step": mib(grid.step_at(after))} if grid and notes else {}
    if plugs and grid and after < before:
        aim = Aim(
            after=after,
            text=str(after),
            rests_on=rests_on,
            notes=(*notes, Note(kind=NoteKind.UNPLUG_MAY_FAIL, details={"field": "memory"})),
            seconds=SECONDS_PER_MODULE * (grid.modules(before) - grid.modules(after)),
        )
        return settled(wish, aim)
    return settled(
        wish,
        Aim(after=after, text=str(after), live=plugs, rests_on=rests_on, notes=notes, hint=hint),
    )


def _rounding(asked: int, after: int) -> tuple[Note, ...]:
    """Return the note that says so, if the grid gives another value than was asked."""
    if asked == after:
        return ()
    details: dict[str, Detail] = {"field": "memory", "asked": mib(asked), "given": mib(after)}
    return (Note(kind=NoteKind.ROUNDED_TO_GRID, details=details),)


def swap(wish: Wish) -> Piece | Refusal:
    """Plan a CT's swap: in force at once."""
    before = wish.before
    after = absolute(wish, before, 0, Unit.MIB)
    if isinstance(after, Refusal):
        return after
    lowers = wish.guest.running and before is not None and after < before
    notes = (Note(kind=NoteKind.LOWERING_RECLAIMS),) if lowers else ()
    return settled(wish, Aim(after=after, text=str(after), live=True, notes=notes))


def balloon(wish: Wish) -> Piece | Refusal:
    """Plan a VM's balloon minimum: at once, but the device itself comes and goes at a cold start."""
    before = wish.before
    after = absolute(wish, before, 0, Unit.MIB)
    if isinstance(after, Refusal):
        return after
    had_device = before != 0
    most = memory_mib(wish.guest.config) or 0
    aim = Aim(
        after=after,
        text=str(after),
        live=had_device == (after != 0),
        rises=(after or most) > (before or most),
        rests_on=("memory",),
    )
    return settled(wish, aim)


def balloon_refusal(balloon_to: int | None, memory_to: int | None) -> Refusal | None:
    """Refuse a balloon minimum above the memory, whichever of the two moves."""
    if not balloon_to or memory_to is None or balloon_to <= memory_to:
        return None
    return refuse(Reason.BALLOON_OVER_MEMORY, balloon=mib(balloon_to), memory=mib(memory_to))
