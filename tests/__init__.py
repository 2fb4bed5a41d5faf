"""Tests of Headroom."""
