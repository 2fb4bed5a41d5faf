"""What every plan stands on: the target, what forbids planning, the rights, the common notes."""

from collections.abc import Iterable

from bot.model.guest import GuestFacts, Kind
from bot.model.intent import Ask
from bot.model.operation import Facts
from bot.model.plan import Change, Claim, Draft, Step, Target
from bot.model.refusal import Detail, Moment, Reason, Refusal, refuse
from bot.model.verdict import Note, NoteKind

KNOWN_STATES = frozenset({"running", "paused", "stopped"})

Need = tuple[str, str]
"""A privilege and the path it is needed on."""


def called(guest: GuestFacts) -> str:
    """Return how people call the guest."""
    return guest.name or f"{guest.ref.kind.word} {guest.ref.vmid}"


def target_of(guest: GuestFacts) -> Target:
    """Return the guest as the plan's target."""
    return Target(
        ref=guest.ref,
        name=guest.name,
        node=guest.node,
        identity=guest.identity,
        tags=guest.tags,
        pool=guest.pool,
    )


def not_plannable(facts: Facts) -> Refusal | None:
    """Refuse templates, and guests whose state nobody can see."""
    guest = facts.guest
    if guest.template:
        return refuse(Reason.TEMPLATE, guest=called(guest))
    if guest.status not in KNOWN_STATES or not facts.node.online:
        return refuse(Reason.GUEST_STATE_UNKNOWN, guest=called(guest), node=guest.node)
    return None


def would_stop_me(facts: Facts, verb: str) -> Refusal | None:
    """Refuse what stops a guest that carries the bot or its store: nobody would finish it."""
    if facts.guest.ref.vmid not in facts.own_vmids:
        return None
    return refuse(Reason.OWN_GUEST, guest=called(facts.guest), verb=verb)


def wrong_state(guest: GuestFacts, verb: str, *allowed: str) -> Refusal | None:
    """Refuse a power operation where the guest's state, or its HA state, forbids it."""
    if guest.ha_state == "error":
        return refuse(Reason.HA_ERROR, guest=called(guest))
    if guest.status not in allowed:
        return refuse(Reason.WRONG_POWER_STATE, guest=called(guest), state=guest.status, verb=verb)
    return None


def on_guest(guest: GuestFacts, *privileges: str) -> list[Need]:
    """Return needs on the guest's own path."""
    return [(privilege, f"/vms/{guest.ref.vmid}") for privilege in privileges]


def missing_privilege(facts: Facts, needs: Iterable[Need]) -> Refusal | None:
    """Refuse with the first privilege that our token lacks; reading the guest needs VM.Audit."""
    for privilege, path in (*on_guest(facts.guest, "VM.Audit"), *needs):
        if not facts.rights.holds(path, privilege):
            return refuse(Reason.MISSING_PRIVILEGE, privilege=privilege, path=path)
    return None


def common_notes(facts: Facts) -> list[Note]:
    """Return what people should know of any change of this guest."""
    guest = facts.guest
    notes = []
    if guest.ref.vmid in facts.own_vmids:
        notes.append(Note(kind=NoteKind.OWN_CONTAINER))
    if guest.lock:
        notes.append(Note(kind=NoteKind.LOCKED, details={"lock": guest.lock}))
    if guest.protection:
        notes.append(Note(kind=NoteKind.PROTECTED))
    if guest.ha_state:
        notes.append(Note(kind=NoteKind.HA_MANAGED, details={"state": guest.ha_state}))
    return notes


def draft_of(
    ask: Ask,
    facts: Facts,
    change: Change,
    step: Step,
    *,
    claims: Iterable[Claim] = (),
    notes: Iterable[Note] = (),
) -> Draft:
    """Return the draft of one change by one step, with the notes of any change added."""
    return Draft(
        target=target_of(facts.guest),
        operation=ask.operation,
        timing=ask.timing,
        ask=ask,
        changes=(change,),
        steps=(step,),
        claims=tuple(claims),
        notes=(*notes, *common_notes(facts)),
    )


def backup_note(facts: Facts) -> Note:
    """Return when the newest backup was made, or that none can be seen."""
    if facts.last_backup is None:
        return Note(kind=NoteKind.NO_BACKUP)
    at = Moment(epoch_ms=facts.last_backup * 1000)
    return Note(kind=NoteKind.LAST_BACKUP, details={"at": at})


def snapshots_note(guest: GuestFacts) -> list[Note]:
    """Return how many snapshots there are (oldest first in the facts), if any."""
    if not guest.snapshots:
        return []
    details: dict[str, Detail] = {"count": len(guest.snapshots), "newest": guest.snapshots[-1].name}
    return [Note(kind=NoteKind.SNAPSHOTS, details=details)]


def other_pending_note(guest: GuestFacts, mine: Iterable[str] = ()) -> list[Note]:
    """Return the other keys that a cold start would bring into force, if any."""
    keys = tuple(sorted(set(guest.pending) - set(mine)))
    return [Note(kind=NoteKind.OTHER_PENDING, details={"keys": keys})] if keys else []


def task_types(kind: Kind, what: str, ha: str = "") -> tuple[str, ...]:
    """Return the task types a call may leave: `start` → `qmstart` or `vzstart`, and HA's own."""
    own = ("qm" if kind is Kind.VM else "vz") + what
    return (own, ha) if ha else (own,)
