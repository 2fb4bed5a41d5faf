"""The operation `start`: start a guest that is down; admitted like an increase."""

from bot.model.footing import (
    called,
    common_notes,
    missing_privilege,
    not_plannable,
    on_guest,
    target_of,
    wrong_state,
)
from bot.model.guest import Kind
from bot.model.guest_config import coming, memory_grid, memory_mib, total_cores
from bot.model.intent import Ask
from bot.model.operation import Facts, Operation
from bot.model.plan import Draft
from bot.model.power import start_step, status_change
from bot.model.promise import counted, node_claims
from bot.model.refusal import Quantity, Reason, Refusal, refuse
from bot.model.unit import Unit


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a start; a guest that the promised sums do not count yet takes all it is configured."""
    guest = facts.guest
    no = (
        not_plannable(facts)
        or wrong_state(guest, "start", "stopped")
        or _would_not_start(facts)
        or missing_privilege(facts, on_guest(guest, "VM.PowerMgmt"))
    )
    if no:
        return no
    now = guest.config if counted(facts) else None
    return Draft(
        target=target_of(guest),
        operation=ask.operation,
        timing=ask.timing,
        ask=ask,
        changes=(status_change(guest, "running", "start"),),
        steps=(start_step(guest),),
        claims=tuple(node_claims(facts, now, coming(guest))),
        notes=tuple(common_notes(facts)),
    )


def _would_not_start(facts: Facts) -> Refusal | None:
    """Refuse a VM whose configuration Proxmox does not start on this node."""
    guest, cpus = facts.guest, facts.node.cpus
    if guest.ref.kind is not Kind.VM:
        return None
    config = coming(guest)
    total, memory, grid = total_cores(config), memory_mib(config), memory_grid(config)
    if total is not None and cpus is not None and total > cpus:
        most = Quantity(amount=cpus, unit=Unit.CORES.value)
        why = f"{called(guest)} has {total} and {guest.node} has {cpus} CPUs: it would not start"
        return refuse(Reason.ABOVE_MAXIMUM, field="cores", maximum=most, why=why)
    if grid is not None and memory is not None and memory < grid.static:
        return refuse(
            Reason.BELOW_MINIMUM, field="memory", minimum=grid.static, unit=Unit.MIB.value
        )
    return None


START = Operation(
    name="start",
    verb="start",
    help="start a guest",
    right="power",
    words=frozenset({"start"}),
    plan=plan,
)
