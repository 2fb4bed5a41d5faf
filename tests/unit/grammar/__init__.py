"""Tests: /unit/grammar."""
