"""Tests: /contract."""
