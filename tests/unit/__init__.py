"""Tests: /unit."""
