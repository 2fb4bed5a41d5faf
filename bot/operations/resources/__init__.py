"""The operation `resources`: memory, swap, cores, vcpus, cpulimit, balloon and disks of one guest."""

from bot.model.operation import Operation
from bot.operations.resources.fields import FIELDS
from bot.operations.resources.planning import plan

RESOURCES = Operation(
    name="resources",
    verb="request",
    help="ask for more or less memory, cores or disk",
    right="request",
    words=frozenset({"memory", "swap", "cores", "vcpus", "cpulimit", "balloon", "disk", "less"}),
    plan=plan,
    fields=FIELDS,
    needs_backup_age=True,
    needs_snapshots=True,
)
