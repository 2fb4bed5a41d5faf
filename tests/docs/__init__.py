"""Tests: /docs."""
