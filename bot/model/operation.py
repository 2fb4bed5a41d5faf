"""What an operation is: its fields, its words, its rights, and how it plans."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts
from bot.model.feature import Feature, Features
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

    def with_storages(self, storages: tuple[StorageFacts, ...]) -> "Facts":
        """Return the same facts with other storage figures."""
        return replace(self, storages=storages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing a request can change, as the command and the form show it.

    `name` is what people type; a name ending in `*` stands for numbered slots (`scsi*`). `minimum`
    is in the base unit. What a `final` field changes cannot be taken back: where an
    operation has fields, its `needs_…` are read only when a final one is asked for. `feature` takes it
    away when it is off.
    """

    name: str
    label: str
    unit: Unit
    kinds: frozenset[Kind]
    help: str
    example: str
    minimum: int | None = None
    final: bool = False
    feature: Feature | None = None

    def covers(self, name: str) -> bool:
        """Return whether a typed name means this field (`scsi1` is one of `scsi*`)."""
        if not self.name.endswith("*"):
            return name == self.name
        stem = self.name.removesuffix("*")
        return name.startswith(stem) and name.removeprefix(stem).isdecimal()


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
    (`request`, `power`, `force`, `snapshot`, `rollback`). `plan` never does I/O. `free_for_owner`:
    whoever owns the waiting value needs nobody's approval for it. `applies_waiting`: the operation
    that brings waiting values into force. `rewrites_config`: it may bring older values back.
    `feature` takes it away when it is off.
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
    free_for_owner: bool = False
    applies_waiting: bool = False
    rewrites_config: bool = False
    feature: Feature | None = None

    def asks_for_final(self, ask: Ask) -> bool:
        """Return whether the ask may do what cannot be taken back, so that more has to be read."""
        asked = [field for field in self.fields if any(field.covers(name) for name in ask.amounts)]
        return not self.fields or any(field.final for field in asked)


def offered(operations: Mapping[str, Operation], features: Features) -> dict[str, Operation]:
    """Return the operations that are not switched off, with those of their fields that are not."""
    found: dict[str, Operation] = {}
    for name, operation in operations.items():
        fields = tuple(field for field in operation.fields if features.has(field.feature))
        if features.has(operation.feature) and bool(fields) == bool(operation.fields):
            found[name] = replace(operation, fields=fields)
    return found


def features_of(ask: Ask, operations: Mapping[str, Operation]) -> tuple[Feature, ...]:
    """Return the features that an ask needs, by its operation, the fields it names and its restart."""
    named = (*ask.amounts, *ask.arguments.get("keys", "").split(","))
    fields = [field for operation in operations.values() for field in operation.fields]
    found = [operations[ask.operation].feature]
    found += [field.feature for name in named for field in fields if field.covers(name.strip())]
    found += [Feature.POWER] if ask.timing.with_restart else []
    return tuple(dict.fromkeys(feature for feature in found if feature is not None))
