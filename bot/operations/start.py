"""The operation `start`: start a guest that is down; admitted like an increase."""

from bot.model.feature import Feature
from bot.model.footing import called, draft_of
from bot.model.guest import Kind
from bot.model.guest_config import coming, memory_grid, memory_mib, total_cores
from bot.model.intent import Ask
from bot.model.operation import Facts, Operation
from bot.model.plan import Draft
from bot.model.power import no_power, start_step, status_change
from bot.model.promise import counted, node_claims
from bot.model.refusal import Quantity, Reason, Refusal, refuse
from bot.model.unit import Unit


def plan(ask: Ask, facts: Facts) -> Draft | Refusal:
    """Plan a start; a guest that the promised sums do not count yet takes all it is configured."""
    no = no_power(facts, "start", "stopped") or _would_not_start(facts)
    if no:
        return no
    guest = facts.guest
    now = guest.config if counted(facts) else None
    return draft_of(
        ask,
        facts,
        status_change(guest, "running", "start"),
        start_step(guest),
        claims=node_claims(facts, now, coming(guest)),
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
    feature=Feature.POWER,
    plan=plan,
)
