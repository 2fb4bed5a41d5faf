"""Tests of the rendering: sentences, buttons, limits."""
