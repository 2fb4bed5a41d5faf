"""Capacity, tested as values."""
