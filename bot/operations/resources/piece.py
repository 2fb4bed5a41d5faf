"""One field of a plan: from an amount on fresh facts to a change with what it sends."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.footing import called
from bot.model.guest import GuestFacts
from bot.model.guest_config import UNITS, coming, value_of
from bot.model.intent import Amount, How, Timing
from bot.model.operation import Facts
from bot.model.plan import Change, Effect
from bot.model.refusal import Detail, Quantity, Reason, Refusal, refuse
from bot.model.size import for_field, resolve
from bot.model.unit import Unit, Value
from bot.model.verdict import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One field as asked for, with everything it is planned from.

    `besides` are the fields before it that change as well.
    """

    field: str
    amount: Amount
    facts: Facts
    timing: Timing
    besides: frozenset[str] = frozenset()

    @property
    def guest(self) -> GuestFacts:
        """Return the guest."""
        return self.facts.guest

    @property
    def before(self) -> int | None:
        """Return the field's value in force, a number; None if it is unset or cannot be read."""
        value = self.in_config(self.guest.config)
        return value if isinstance(value, int) else None

    def in_config(self, config: Mapping[str, str]) -> Value:
        """Return the field's value in some configuration of this guest."""
        return value_of(self.field, config, self.guest.ref.kind, self.facts.node.cpus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One planned field: its change, what is sent, and what the plan of it rests on.

    `sent` are the parameters of its call; `rests_on` the config keys; `seconds` what its call may
    take beyond the usual.
    """

    change: Change
    sent: Mapping[str, str]
    rests_on: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a field is to become, before it is held against what waits and what is so already.

    `live` says that a running guest takes it at once, `soon` that Proxmox enacts it seconds later.
    `rises` says that it gives the guest more, where the numbers alone do not (0 is no CPU limit).
    `unset` says that no value is set now, and that the one in force comes from what is changing.
    """

    after: int
    text: str
    live: bool = False
    soon: bool = False
    rises: bool | None = None
    unset: bool = False
    rests_on: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    seconds: int = 0
    hint: Mapping[str, Detail] = field(default_factory=dict)


def quantity(value: Value, unit: Unit) -> Detail:
    """Return a value as a detail of a refusal or note."""
    if isinstance(value, int):
        return Quantity(amount=value, unit=unit.value)
    return "unset" if value is None else value


def absolute(wish: Wish, current: int | None, minimum: int, unit: Unit) -> int | Refusal:
    """Return the absolute value asked for, at least the minimum.

    Only a plain 0 means 0 where 0 is special (no limit, no balloon): reckoning never ends there.
    """
    after = resolve(wish.amount, current, unit)
    if isinstance(after, Refusal):
        return for_field(after, wish.field)
    special = wish.field in {"cpulimit", "balloon"} and wish.amount.how is not How.SET
    least = max(minimum, 1) if special else minimum
    if after < least:
        return refuse(Reason.BELOW_MINIMUM, field=wish.field, minimum=least, unit=unit.value)
    return after


def _others(wish: Wish, aim: Aim, unit: Unit) -> Refusal | None:
    """Refuse where another value already waits on the same key."""
    waiting = wish.in_config(coming(wish.guest))
    if wish.field not in wish.guest.pending or waiting == aim.after:
        return None
    return refuse(
        Reason.PENDING_BY_OTHERS,
        field=wish.field,
        waiting=quantity(waiting, unit),
        in_force=quantity(wish.before, unit),
    )


def _effect(wish: Wish, aim: Aim) -> Effect:
    """Return what happens to the value once it is written."""
    if not wish.guest.running:
        return Effect.ON_START
    if aim.soon:
        return Effect.SOON
    if aim.live:
        return Effect.LIVE
    return Effect.WITH_RESTART if wish.timing.with_restart else Effect.AT_RESTART


def settled(wish: Wish, aim: Aim) -> Piece | Refusal:
    """Return the planned field, unless it is so already or something else waits there."""
    unit = UNITS[wish.field]
    others = _others(wish, aim, unit)
    if others:
        return others
    effect = _effect(wish, aim)
    before = None if aim.unset else wish.before
    waits = wish.field in wish.guest.pending
    if aim.after == before or (waits and effect is Effect.AT_RESTART):
        value = quantity(aim.after, unit)
        details = {"guest": called(wish.guest), "field": wish.field, "value": value, **aim.hint}
        if aim.after != before:
            details["in_force"] = quantity(before, unit)
        return refuse(Reason.ALREADY_SO, **details)
    rises = (before is None or aim.after > before) if aim.rises is None else aim.rises
    change = Change(
        field=wish.field,
        unit=unit,
        before=before,
        after=aim.after,
        effect=effect,
        words=frozenset({wish.field} if rises else {wish.field, "less"}),
    )
    return Piece(
        change=change,
        sent={wish.field: aim.text},
        rests_on=(wish.field, *aim.rests_on),
        notes=aim.notes,
        seconds=aim.seconds,
    )
