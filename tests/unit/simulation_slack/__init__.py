"""Unit tests of the simulated Slack."""
