"""Tests: /unit/model."""
