"""The operation `revert`: take back values that wait for a restart. No command of its own."""

from bot.model.footing import (
    called,
    common_notes,
    missing_privilege,
    not_plannable,
    on_guest,
    target_of,
)
from bot.model.guest import GuestFacts, Kind
from bot.model.guest_config import PRIVILEGES, UNITS, coming, value_of
from bot.model.intent import Ask
from bot.model.operation import Argument, Facts, Operation
from bot.model.plan import Change, Draft, Effect, Expect, Step, Where
from bot.model.promise import node_claims
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.unit import Unit

SECONDS = 120


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan to take back those of the named keys that wait; they may all have gone meanwhile.

    The waiting values stand in the changes, and so in the plan's hash: where another value waits by
    then, it is another plan.
    """
    guest = facts.guest
    no = not_plannable(facts)
    if no:
        return no
    named = [key.strip() for key in ask.arguments.get("keys", "").split(",")]
    keys = tuple(sorted(set(named) & set(guest.pending)))
    if not keys:
        return refuse(Reason.NOTHING_OPEN, guest=called(guest))
    needs = [PRIVILEGES[key] for key in keys if key in PRIVILEGES]
    no = missing_privilege(facts, on_guest(guest, *needs))
    if no:
        return no
    kept = {k: v for k, v in coming(guest).items() if k not in keys}
    stays = {**kept, **{k: guest.config[k] for k in keys if k in guest.config}}
    return Draft(
        target=target_of(guest),
        operation=ask.operation,
        timing=ask.timing,
        ask=ask,
        changes=tuple(_change(key, facts) for key in keys),
        steps=(_step(keys, guest),),
        claims=tuple(node_claims(facts, coming(guest), stays)),
        notes=tuple(common_notes(facts)),
    )


def _change(key: str, facts: Facts) -> Change:
    """Return the change from the waiting value back to the one in force."""
    guest, cpus = facts.guest, facts.node.cpus
    return Change(
        field=key,
        unit=UNITS.get(key, Unit.TEXT),
        before=value_of(key, coming(guest), guest.ref.kind, cpus),
        after=value_of(key, guest.config, guest.ref.kind, cpus),
        effect=Effect.LIVE,
        words=frozenset({"revert"}),
    )


def _step(keys: tuple[str, ...], guest: GuestFacts) -> Step:
    """Return the one call that drops the waiting values."""
    is_vm = guest.ref.kind is Kind.VM
    return Step(
        name="revert",
        method="POST" if is_vm else "PUT",
        path="config",
        params={"revert": ",".join(keys)},
        expects=tuple(Expect(where=Where.NOT_PENDING, key=key, value=None) for key in keys),
        no_undo="it takes back only what was not in force yet",
        leaves_task=is_vm,
        task_types=("qmconfig",) if is_vm else (),
        patience_seconds=SECONDS,
        digest=True,
        rests_on={key: guest.config.get(key) for key in keys},
    )


REVERT = Operation(
    name="revert",
    verb="",
    help="take back values that wait for a restart",
    right="request",
    free_for_owner=True,
    words=frozenset({"revert"}),
    plan=plan,
    arguments=(Argument(name="keys", help="config keys, with commas", example="memory,cores"),),
)
