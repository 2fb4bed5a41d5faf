"""One file per operation; see `OPERATIONS`."""

from bot.model.operation import Operation

OPERATIONS: dict[str, Operation] = {}
"""Every operation by name, in the order that help shows them."""
