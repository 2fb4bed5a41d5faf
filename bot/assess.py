"""Facts to plan to verdict to decision."""
