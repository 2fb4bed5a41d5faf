"""Domain values to Block Kit, pure."""
