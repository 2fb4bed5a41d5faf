"""Tests: /checks."""
