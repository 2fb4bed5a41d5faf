"""Tests: /journey."""
