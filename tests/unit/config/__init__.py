"""Configuration, tested as values."""
