"""Policy, tested as values."""
