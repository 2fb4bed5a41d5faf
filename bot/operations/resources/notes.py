"""What people should know of a change of resources before they decide."""

from bot.model.footing import backup_note, common_notes, other_pending_note, snapshots_note
from bot.model.guest import GuestFacts, Kind
from bot.model.guest_config import balloon_mib, coming, memory_mib
from bot.model.intent import Timing, When
from bot.model.operation import Facts
from bot.model.plan import Change, Effect
from bot.model.refusal import Quantity
from bot.model.unit import Unit
from bot.model.verdict import Note, NoteKind
from bot.operations.resources.calls import rest_waits
from bot.operations.resources.cpu import gentle_notes
from bot.operations.resources.piece import Piece

WAITING = frozenset({Effect.AT_RESTART, Effect.WITH_RESTART})


def notes(
    pieces: tuple[Piece, ...], facts: Facts, timing: Timing, *, restart: bool
) -> tuple[Note, ...]:
    """Return the plan's notes: of each field, of the guest, of what waits and what is final."""
    guest = facts.guest
    changes = {p.change.field: p.change for p in pieces}
    found = [note for p in pieces for note in p.notes]
    if guest.ref.kind is Kind.VM:
        found += _balloon_notes(changes, guest, {k: v for p in pieces for k, v in p.sent.items()})
        found += _gentle_notes(changes, guest)
    if restart:
        found.append(Note(kind=NoteKind.RESTARTS))
    found += _no_restart(changes, guest, timing)
    if any(c.effect in WAITING for c in changes.values()):
        found += other_pending_note(guest, changes)
    if not guest.running and guest.config.get("onboot") == "1":
        found.append(Note(kind=NoteKind.STARTS_AT_BOOT))
    if any(c.final for c in changes.values()):
        found += [backup_note(facts), *snapshots_note(guest)]
    return (*found, *common_notes(facts))


def _no_restart(changes: dict[str, Change], guest: GuestFacts, timing: Timing) -> list[Note]:
    """Return that a restart was asked for which nothing, or not everything, needs."""
    asked = timing.with_restart or timing.when is When.AT_RESTART
    live = tuple(c.field for c in changes.values() if c.effect not in WAITING)
    if not (asked and guest.running and live):
        return []
    kind = NoteKind.REST_WAITS if rest_waits(guest, timing) else NoteKind.NO_RESTART_NEEDED
    return [Note(kind=kind, details={"fields": live})]


def _balloon_notes(
    changes: dict[str, Change], guest: GuestFacts, sent: dict[str, str]
) -> list[Note]:
    """Return where a balloon minimum stands beside the memory."""
    after = {**coming(guest), **sent}
    low, most = balloon_mib(after), memory_mib(after)
    if not low or most is None or not changes.keys() & {"memory", "balloon"}:
        return []
    minimum = Quantity(amount=low, unit=Unit.MIB.value)
    memory = changes.get("memory")
    if memory and memory.delta and memory.delta > 0 and "balloon" not in changes:
        return [Note(kind=NoteKind.BALLOON_STAYS, details={"minimum": minimum})]
    maximum = Quantity(amount=most, unit=Unit.MIB.value)
    return [Note(kind=NoteKind.BALLOON_MINIMUM, details={"minimum": minimum, "maximum": maximum})]


def _gentle_notes(changes: dict[str, Change], guest: GuestFacts) -> list[Note]:
    """Return what would help at once, beside what waits for a cold start."""
    found: list[Note] = []
    more = changes.get("cores")
    if more and more.effect in WAITING:
        rises = more.delta is not None and more.delta > 0
        found += gentle_notes(guest.config, rises=rises, asked=frozenset(changes))
    memory = changes.get("memory")
    lowers = memory and memory.effect in WAITING and "less" in memory.words
    if lowers and balloon_mib(guest.config) != 0 and "balloon" not in changes:
        found.append(Note(kind=NoteKind.GENTLE_BALLOON))
    return found
