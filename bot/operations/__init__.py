"""One file per operation; see `OPERATIONS`."""

from bot.model.operation import Operation
from bot.operations.delsnapshot import DELSNAPSHOT
from bot.operations.reboot import REBOOT
from bot.operations.resources import RESOURCES
from bot.operations.revert import REVERT
from bot.operations.rollback import ROLLBACK
from bot.operations.shutdown import SHUTDOWN
from bot.operations.snapshot import SNAPSHOT
from bot.operations.start import START
from bot.operations.stop import STOP

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        RESOURCES,
        START,
        SHUTDOWN,
        REBOOT,
        STOP,
        SNAPSHOT,
        ROLLBACK,
        DELSNAPSHOT,
        REVERT,
    )
}
"""Every operation by name, in the order that help shows them. One without a verb is internal."""
