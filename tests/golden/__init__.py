"""Tests: /golden."""
