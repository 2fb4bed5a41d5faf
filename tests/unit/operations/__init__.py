"""Tests: the operations table."""
