"""Tests: /unit/operations."""
