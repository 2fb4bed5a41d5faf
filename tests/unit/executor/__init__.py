"""Tests of the executor, without any I/O."""
