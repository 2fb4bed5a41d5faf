"""What a person asks for, before anything has been read: pure values made from text or a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.refusal import Refusal


class How(StrEnum):
    """How an amount relates to the value in force."""

    SET = "set"
    ADD = "add"
    SUBTRACT = "subtract"
    PERCENT = "percent"  # amount is a signed percentage: +25 is a quarter more
    FACTOR = "factor"  # amount is a percentage of the value: 200 doubles


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An asked amount in the field's base unit (percent for PERCENT and FACTOR); `text` as typed."""

    how: How
    amount: int
    text: str = ""


class When(StrEnum):
    """When an approved change is carried out."""

    NOW = "now"
    AT = "at"
    AT_RESTART = "at restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When, and whether a restart (shutdown, start) belongs to the change.

    `at_ms` is set for AT only. With AT_RESTART the value is written at once and waits in Proxmox.
    """

    when: When = When.NOW
    at_ms: int | None = None
    with_restart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What somebody wants done to one guest.

    `guest` is as typed (name, vmid or `cluster/name`). `amounts` maps a field's name to an amount;
    `arguments` holds an operation's other arguments (a snapshot's name, say).
    """

    operation: str
    guest: str
    amounts: Mapping[str, Amount] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One command: a verb with its arguments.

    `ask` is set for verbs that change a guest; `words` holds the arguments of the others by name.
    `problem` is what was wrong with a form that is shown again.
    """

    verb: str
    ask: Ask | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    problem: Refusal | None = None
