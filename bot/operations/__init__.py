"""One file per operation; see `OPERATIONS`."""

from bot.model.operation import Operation
from bot.operations.resources import RESOURCES

OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in (RESOURCES,)}
"""Every operation by name, in the order that help shows them."""
