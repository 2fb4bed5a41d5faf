"""`headroom init`: few questions, and a commented `headroom.toml` with ids in it."""
