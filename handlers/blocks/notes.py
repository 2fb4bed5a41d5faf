"""Notes on a plan, and what remains to do inside a guest, in sentences."""

from bot.model.refusal import Moment, Quantity
from bot.model.unit import Unit
from bot.model.verdict import Note, NoteKind
from handlers.blocks.kit import name
from handlers.blocks.words import sentence

NOTES: dict[str, str] = {
    NoteKind.ROUNDED_TO_GRID: (
        "Plugged memory comes in modules: {field} becomes {given}[, where {asked} was asked]."
    ),
    NoteKind.GENTLE_VCPUS: (
        "Without a restart, plugged vCPUs can rise now[ to at most {total}] (ask for `vcpus`)."
    ),
    NoteKind.GENTLE_CPULIMIT: "Without a restart, the CPU limit can change now (`cpulimit`).",
    NoteKind.GENTLE_BALLOON: (
        "Without a restart, the balloon minimum can change now (ask for `balloon`)."
    ),
    NoteKind.BALLOON_MINIMUM: (
        "Guaranteed is the balloon minimum[ of {minimum}]; promised is the maximum[ of {maximum}]."
    ),
    NoteKind.BALLOON_STAYS: "The balloon minimum stays[ at {minimum}]: only that is guaranteed.",
    NoteKind.HA_MANAGED: "HA looks after this guest[ (state {state})].",
    NoteKind.SNAPSHOTS: "Snapshots it has already: {count}[, the newest {newest}].",
    NoteKind.NO_BACKUP: "I see no backup of it.",
    NoteKind.LAST_BACKUP: "Its last backup: {at}.",
    NoteKind.LOCKED: "It is locked now[ ({lock})]; I wait for that and never unlock.",
    NoteKind.OTHER_PENDING: (
        "Other values already wait for a restart[: {keys}]; a restart puts them in force as well."
    ),
    NoteKind.STARTS_AT_BOOT: "It starts with the host.",
    NoteKind.CUTS_POWER: (
        "This cuts the power of {guest}[ if it has not shut down after {after_seconds} s]; "
        "what it has not written is lost."
    ),
    NoteKind.RESTARTS: "This restarts the guest: shutdown, then start.",
    NoteKind.PROTECTED: "Its protection flag is set.",
    NoteKind.ROLLBACK_LOSES: "Everything written since the snapshot[ ({at})] is lost.",
    NoteKind.ROLLBACK_STOPS: "The rollback stops the guest.",
    NoteKind.ROLLBACK_MEMORY: (
        "The snapshot brings its old memory back[: {before} → {after}] with its config."
    ),
    NoteKind.OWN_CONTAINER: "This guest carries me or my store.",
    NoteKind.CT_PINNED_SOON: "Proxmox pins the cores within about ten seconds.",
    NoteKind.LOWERING_RECLAIMS: "Lowering the limit makes the kernel take memory back at once.",
    NoteKind.GUEST_MUST_GROW: (
        "Afterwards partition and file system[ on {disk}] are still to be grown inside the guest."
    ),
    "unplug may fail": "The guest may refuse to give[ {field}] back while it runs.",
    NoteKind.FS_GROWS: "The container's file system grows with it.",
    NoteKind.NO_RESTART_NEEDED: (
        "No restart is waited for or made: {fields} can change while it runs, and will."
    ),
    NoteKind.REST_WAITS: (
        "{fields} can change while it runs, and will as far as the guest takes it; "
        "the rest waits for its next shutdown and start."
    ),
}

AFTERWARDS: dict[NoteKind, str] = {
    NoteKind.CT_PINNED_SOON: (
        "Proxmox pins the cores within about ten seconds; I read the config, not the pinning."
    ),
    NoteKind.FS_GROWS: (
        "Proxmox grows the container's file system in the same task; `df` inside shows it."
    ),
}
"""What the notes of a plan say once it is carried out."""

GUEST_WORK = {
    "grow partition": "Partition and file system are still to be grown inside the guest.",
}
"""Sentences for `Change.guest_work`; another key is shown as it is."""

MEMORY_DETAILS = frozenset({"minimum", "maximum"})


def note_line(note: Note) -> str:
    """Return a note's sentence as markup.

    Bare numbers that stand for memory are MiB; a bare `at` is seconds or milliseconds since the
    epoch, as its size tells.
    """
    details = dict(note.details)
    for key, detail in note.details.items():
        if not isinstance(detail, int):
            continue
        if key in MEMORY_DETAILS:
            details[key] = Quantity(amount=detail, unit=Unit.MIB)
        elif key == "at":
            details[key] = Moment(epoch_ms=detail if abs(detail) > 10**11 else detail * 1000)
    return sentence(NOTES.get(note.kind, f"{note.kind.value.capitalize()}."), details)


def guest_work(key: str) -> str:
    """Return what remains to do inside the guest, as a sentence."""
    return GUEST_WORK.get(key) or f"Still to do inside the guest: {name(key)}."
