"""The calls of a plan, as steps, and what it takes at node and storages, as claims."""

from bot.model.guest import GuestFacts, Kind
from bot.model.guest_config import coming
from bot.model.intent import Timing, When
from bot.model.operation import Facts
from bot.model.plan import Change, Claim, Effect, Expect, Step, Where
from bot.model.power import restart_steps
from bot.model.promise import MEMORY_AND_CORES, node_claims
from bot.operations.resources.disk import resize_step
from bot.operations.resources.piece import Piece

CONFIG_SECONDS = 120
NO_UNDO = {
    Kind.CT: "a CT's change that is refused leaves nothing behind",
    Kind.VM: "what the running VM does not take waits for its restart, as asked",
}
"""Why nothing is taken back after a call that did not do all."""
WAITING = frozenset({Effect.AT_RESTART, Effect.WITH_RESTART})


def rest_waits(guest: GuestFacts, timing: Timing) -> bool:
    """Return whether what a running VM does not take now is left to its next restart, as asked."""
    return timing.when is When.AT_RESTART and guest.ref.kind is Kind.VM and guest.running


def steps(
    pieces: tuple[Piece, ...], guest: GuestFacts, timing: Timing, *, restart: bool
) -> tuple[Step, ...]:
    """Return the calls in order: the config, a restart, and last what cannot be taken back."""
    values = tuple(p for p in pieces if not guest.disk(p.change.field))
    disks = tuple(p for p in pieces if guest.disk(p.change.field))
    found = [_config_step(values, guest, rest_waits=rest_waits(guest, timing))] if values else []
    if restart:
        then = (p for p in values if p.change.effect is Effect.WITH_RESTART)
        found += restart_steps(guest, *(_expect(p, Where.IN_FORCE) for p in then))
    return (*found, *(resize_step(p, guest) for p in disks))


def _expect(piece: Piece, where: Where) -> Expect:
    """Return the expectation that the value sent is there."""
    key = piece.change.field
    return Expect(where=where, key=key, value=piece.sent[key])


def _config_step(pieces: tuple[Piece, ...], guest: GuestFacts, *, rest_waits: bool) -> Step:
    """Return the one call that writes all config values together.

    A VM's is a task and may leave values pending when it fails; a CT's answers at once, leaves no
    task, and writes nothing when it is refused. With `rest_waits` values left pending are done, too.
    """
    is_vm = guest.ref.kind is Kind.VM
    takes_back = is_vm and not rest_waits
    no_undo = "" if takes_back else NO_UNDO[guest.ref.kind]
    waiting = frozenset(Effect) if rest_waits else WAITING
    keys = tuple(p.change.field for p in pieces)
    rests_on = dict.fromkeys(key for p in pieces for key in p.rests_on)
    return Step(
        name="config",
        method="POST" if is_vm else "PUT",
        path="config",
        params={k: v for p in pieces for k, v in p.sent.items()},
        expects=tuple(
            _expect(p, Where.ACCEPTED if p.change.effect in waiting else Where.IN_FORCE)
            for p in pieces
        ),
        revert=keys if takes_back else (),
        no_undo=no_undo,
        leaves_task=is_vm,
        task_types=("qmconfig",) if is_vm else (),
        patience_seconds=CONFIG_SECONDS + sum(p.seconds for p in pieces),
        digest=True,
        rests_on={key: guest.config.get(key) for key in rests_on},
    )


def claims(pieces: tuple[Piece, ...], facts: Facts, *, restart: bool) -> tuple[Claim, ...]:
    """Return what the plan takes or gives back: memory and cores of the node, growth of storages.

    A restart brings into force whatever else waits, so that is claimed with it.
    """
    guest = facts.guest
    changes = [p.change for p in pieces]
    fields = {c.field for c in changes}
    moved = fields & {"memory", "cores"} | ({"cores"} if "vcpus" in fields else set())
    sent = {k: v for p in pieces if not guest.disk(p.change.field) for k, v in p.sent.items()}
    found = node_claims(
        facts,
        guest.config,
        {**coming(guest), **sent},
        MEMORY_AND_CORES if restart else frozenset(moved),
    )
    return (*found, *_storage_claims(changes, facts))


def _storage_claims(changes: list[Change], facts: Facts) -> list[Claim]:
    """Return the growth at each storage, all disks on it together."""
    growth: dict[str, int] = {}
    for change in changes:
        disk = facts.guest.disk(change.field)
        if disk and change.delta:
            growth[disk.storage] = growth.get(disk.storage, 0) + change.delta
    here = f"node/{facts.guest.node}"
    places = {s.name: s.place for s in facts.storages}
    return [
        Claim(
            place=places.get(name, here),
            resource=f"storage:{name}",
            guest=facts.guest.ref,
            before=0,
            after=total,
        )
        for name, total in growth.items()
    ]
