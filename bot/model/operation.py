"""What an operation is: its fields, its words, its rights, and how it plans."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts
from bot.model.guest import GuestFacts, Kind
from bot.model.intent import Ask
from bot.model.plan import Draft
from bot.model.refusal import Refusal
from bot.model.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a plan and its admission rest on, read fresh (the picture: at most 10 s old).

    `storages` are those of the guest's node. `last_backup` is seconds since the epoch, None if
    unknown. `own_vmids` are guests that carry the bot or its store.
    """

    guest: GuestFacts
    node: NodeFacts
    storages: tuple[StorageFacts, ...]
    picture: ClusterPicture
    rights: Rights
    read_at: int
    last_backup: int | None = None
    own_vmids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing a request can change, as the command and the form show it.

    `name` is what people type; a name ending in `*` stands for numbered slots (`scsi*`). `minimum`
    and `maximum` are in the base unit. What a `final` field changes cannot be taken back: where an
    operation has fields, its `needs_…` are read only when a final one is asked for.
    """

    name: str
    label: str
    unit: Unit
    kinds: frozenset[Kind]
    help: str
    example: str
    minimum: int | None = None
    maximum: int | None = None
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A positional argument of a verb, besides the guest."""

    name: str
    help: str
    example: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation, declared as data in its own file.

    `verb` is its command; `words` the rule words it declares; `right` the role right a person needs
    (`request`, `power`, `force`, `snapshot`, `rollback`). `plan` never does I/O. `urgent` operations
    show a confirmation that cuts power, `confirm` says what pressing means.
    """

    name: str
    verb: str
    help: str
    right: str
    words: frozenset[str]
    plan: Callable[[Ask, Facts], Draft | Refusal]
    fields: tuple[Field, ...] = ()
    arguments: tuple[Argument, ...] = ()
    needs_backup_age: bool = False
    needs_snapshots: bool = False
