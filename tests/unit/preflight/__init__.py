"""The parts of `headroom check` and `headroom init` that need no server."""
