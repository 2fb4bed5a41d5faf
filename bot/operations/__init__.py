"""One file per operation; see `OPERATIONS`."""
